/** What the code of a project is written in. */
export interface Dialect {
  readonly typescript: boolean;
  /** Whether files are ES modules; `import` in TypeScript stands for either. */
  readonly esm: boolean;
  readonly runner: 'node:test' | '@jest/globals' | 'vitest';
}

export function extensionOf({ typescript }: Dialect): string {
  return typescript ? '.ts' : '.js';
}

/** A line that imports names from a module; of a relative one without its extension. */
export function importOf(names: string, module: string, dialect: Dialect): string {
  const { typescript, esm } = dialect;
  const extension = module.startsWith('.') && esm ? '.js' : '';
  if (typescript || esm) return `import ${names} from '${module}${extension}';`;
  return `const ${names} = require('${module}');`;
}

/** A declaration that is exported. CommonJS names what it exports at the end. */
export function exported(declaration: string, { typescript, esm }: Dialect): string {
  return typescript || esm ? `export ${declaration}` : declaration;
}

/** The last line of a module of CommonJS. */
export function exportsOf(names: readonly string[], { typescript, esm }: Dialect): string {
  return typescript || esm ? '' : `\nmodule.exports = { ${names.join(', ')} };\n`;
}
