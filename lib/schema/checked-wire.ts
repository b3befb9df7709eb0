import { metaFaultOf } from './ajv.js';
import type { Components } from './components.js';
import { once } from './once.js';
import type { Naming } from './options.js';
import { toWire, type Wire, type WireOptions } from './wire.js';

const wires = {
  whole: new WeakMap<object, Map<string, Wire>>(),
  nameless: new WeakMap<object, Map<string, Wire>>(),
};

export interface CheckedWireOptions extends WireOptions {
  readonly hint: string;
  /** As in `response`, for the sentence about a mistake. */
  readonly role: string;
}

/**
 * A schema as the wire has it, once: the actions of a resource have their schemas in common, and so have the views of
 * an API.
 *
 * @throws TypeError for a schema that JSON or JSON Schema has no form for.
 */
export function checkedWire(schema: object, options: CheckedWireOptions): Wire {
  const { mode, naming = 'as_is', unknown = 'drop', partial = false, nameless, role, hint } = options;
  const written = wires[nameless ? 'nameless' : 'whole'];
  const key = `${mode} ${naming} ${unknown} ${partial}`;
  const known = written.get(schema)?.get(key);
  if (known) return known;
  const wire = toWire(schema, options);
  const mistake = metaFaultOf(wire);
  if (mistake) throw new TypeError(`The ${role} schema of ${hint} is no JSON Schema: ${mistake}.`);
  if (!written.has(schema)) written.set(schema, new Map());
  written.get(schema)?.set(key, wire);
  return wire;
}

/** The names in a schema that has been written, which are the same whatever it is written for; `undefined` where they are not known. */
export function namesIn(schema: object, naming: Naming, nameless: boolean): Components | undefined {
  const written = [...(wires[nameless ? 'nameless' : 'whole'].get(schema)?.values() ?? [])];
  return written.find((wire) => wire.naming === naming && wire.components.areNamed)?.components;
}

/** What is compiled of a wire, at its first use and once for all that share it. */
export function perWire<T>(compile: (wire: Wire) => T): (wire: Wire) => () => T {
  const known = new WeakMap<Wire, () => T>();
  return (wire) => {
    const compiled = known.get(wire) ?? once(() => compile(wire));
    known.set(wire, compiled);
    return compiled;
  };
}
