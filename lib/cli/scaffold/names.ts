import { Fault } from '../command.js';

/** The names of a resource, each as it is written where it stands. */
export interface Names {
  /** `BlogPost` */
  readonly type: string;
  /** `blog-post`, of its files. */
  readonly file: string;
  /** `blog-posts`, of its path. */
  readonly path: string;
}

/** @throws Fault for a name that is no name of a class. */
export function namesOf(name: string): Names {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    const words = name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .split(/[^A-Za-z0-9]+/)
      .filter((word) => /^[A-Za-z]/.test(word));
    const better = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    throw new Fault(
      `A resource has the name of a class, in letters and digits, such as ${better || 'BlogPost'}; "${name}" is none.`,
    );
  }
  const file = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
  return { type: name, file, path: plural(file) };
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
