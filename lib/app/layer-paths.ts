import { isTemplate } from '../paths.js';
import type { Layer } from './layers.js';

/** The paths of a layer; `undefined` for one that is no template of literals and plain parameters. */
export function pathsOf(layer: Layer): (string | undefined)[] {
  return rawPathsOf(layer).map((path) => (typeof path === 'string' && isTemplate(path) ? path : undefined));
}

function rawPathsOf({ rawPath, regexp, keys = [], slash }: Layer): (string | RegExp | undefined)[] {
  if (rawPath !== undefined) return [rawPath].flat();
  if (regexp) return regexp.fast_slash ? [''] : fromRegExp(regexp, keys);
  return [slash ? '' : undefined];
}

/** The paths that Express 4 made a regular expression of; one of an array is an alternative in it. */
function fromRegExp(
  { source }: RegExp,
  keys: readonly { readonly name: string | number }[],
): (string | undefined)[] {
  let index = 0;
  return source.split(/\|(?=\^)/).map((alternative) => {
    const path = alternative
      .replace(/^\^/, '')
      .replace(/\\\/\?\(\?=\\\/\|\$\)$/, '')
      .replace(/\(\?:\\\/\(\[\^\\?\/\]\+\?\)\)/g, () => `/:${keys[index++]?.name}`);
    return /^(?:\\[/.]|[^\\()[\]{}^$*+?|.])*$/.test(path) ? path.replace(/\\/g, '') : undefined;
  });
}
