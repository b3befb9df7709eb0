import type { Naming } from './options.js';

/** `partialUpdate`, `BlogPost`, `my fancy-name` -> `partial_update`, `blog_post`, `my_fancy_name`. */
export function snakeCase(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

/**
 * How a property is spelt on the wire. A leading underscore tells names apart, as in `_id`, and stays; two of them join names, as
 * in `createdAt__ge`.
 */
export function wireName(name: string, naming: Naming | undefined): string {
  if (naming !== 'snake_case') return name;
  const joint = /(?<=[^_])__(?=[^_])/;
  if (joint.test(name)) {
    return name
      .split(joint)
      .map((part) => wireName(part, naming))
      .join('__');
  }
  const [underscores = ''] = /^_+/.exec(name) ?? [];
  return underscores + snakeCase(name) || name;
}

/** `list of items`, `blog_post` -> `ListOfItems`, `BlogPost`. */
export function pascalCase(name: string): string {
  return snakeCase(name)
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
