import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--allow-natives-syntax');
setFlagsFromString('--expose-gc');

/** What V8 says of objects. */
function native<Objects extends object[]>(
  name: string,
  ...parameters: string[]
): (...objects: Objects) => boolean {
  return new Function(...parameters, `return %${name}(${parameters})`) as (...objects: Objects) => boolean;
}

export const hasFastProperties = native<[object]>('HasFastProperties', 'object');
export const hasDictionaryElements = native<[object]>('HasDictionaryElements', 'object');

/** Whether two objects have one hidden class. */
export const haveSameMap = native<[object, object]>('HaveSameMap', 'one', 'other');

/** Collects all garbage. */
export const collect = runInNewContext('gc') as () => void;
