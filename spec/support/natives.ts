import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--allow-natives-syntax');

/** What V8 says of an object. */
function native(name: string): (object: object) => boolean {
  return new Function('object', `return %${name}(object)`) as (object: object) => boolean;
}

export const hasFastProperties = native('HasFastProperties');
export const hasDictionaryElements = native('HasDictionaryElements');
