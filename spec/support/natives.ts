import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--allow-natives-syntax');
setFlagsFromString('--expose-gc');

/** What V8 says of an object. */
function native(name: string): (object: object) => boolean {
  return new Function('object', `return %${name}(object)`) as (object: object) => boolean;
}

export const hasFastProperties = native('HasFastProperties');
export const hasDictionaryElements = native('HasDictionaryElements');

/** Whether two objects have one hidden class. */
export const haveSameMap = new Function('one', 'other', 'return %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean;

/** Collects all garbage. */
export const collect = runInNewContext('gc') as () => void;
