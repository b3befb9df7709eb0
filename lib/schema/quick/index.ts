import type { Wire } from '../wire.js';
import { asCopy, asInput, asItemText, asText } from './forms.js';
import { generate } from './generator.js';

export { listed, takesList } from './listed.js';

/**
 * Checks and copies in one go: the copy is what `compileProject` makes of a value, and fits the schema. `undefined` means nothing but
 * that the long way has to be taken: the value does not fit, or something about it is unusual.
 */
export type QuickCopy = (value: unknown) => unknown;

/** The same, and what it makes is the text of the copy. */
export type QuickText = (value: unknown) => string | undefined;

/** The quick copy of results; `undefined` for schemas that none is generated for. */
export function compileQuickCopy(wire: Wire): QuickCopy | undefined {
  return generate(wire, asCopy);
}

/** The quick text of results; `lists`: also of those that have lists. */
export function compileQuickText(wire: Wire, { lists = true } = {}): QuickText | undefined {
  return generate(wire, lists ? asText : asItemText) as QuickText | undefined;
}

/** The quick copy of inputs. Where they may nest without end, the long way counts its steps. */
export function compileQuickInput(wire: Wire): QuickCopy | undefined {
  return wire.unbounded ? undefined : generate(wire, asInput);
}
