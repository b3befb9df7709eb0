import type { Schema } from '../typebox.js';
import { compileWire } from './ajv.js';
import { checkedWire, perWire } from './checked-wire.js';
import { compileExplain } from './explain.js';
import { sentenceOf } from './faults.js';
import type { Naming, ResponseCheck } from './options.js';
import { compileProject } from './project.js';
import { compileQuickCopy, compileQuickText, listed, takesList } from './quick/index.js';

export interface OutputOptions {
  readonly hint: string;
  readonly naming?: Naming | undefined;
  readonly check: ResponseCheck;
  /** Whether the text is all that is asked for: the value may then be left out. Default false. */
  readonly textOnly?: boolean;
}

/** A result that does not fit its schema: a fault of the server, with what a developer needs to find it. */
export class ResponseMismatch extends Error {
  override readonly name = 'ResponseMismatch';
}

/** A result as it goes out. */
export interface Output {
  /** The value under the names of the wire: declared properties only. */
  readonly value?: unknown;
  readonly text: string;
}

/** Checks and serializes a result. `report` gets the misfits that are let pass. */
export type WriteOutput = (result: unknown, report: (mismatch: ResponseMismatch) => void) => Output;

const compiledOutput = perWire((wire) => {
  const validate = compileWire(wire);
  return { validate, explain: compileExplain(wire, validate), project: compileProject(wire, 'out') };
});

/** Checks and writes in one go. `undefined`: the long way has to be taken. */
interface QuickOutput {
  readonly isList: boolean;
  readonly outputOf: ((result: unknown) => Output | undefined) | undefined;
}

const quickCopy = perWire((wire): QuickOutput => {
  const copyOf = compileQuickCopy(wire);
  const outputOf = (result: unknown): Output | undefined => {
    const value = copyOf?.(result);
    return value === undefined ? undefined : { value, text: JSON.stringify(value) };
  };
  return { isList: takesList(wire), outputOf: copyOf && outputOf };
});

/** Since V8 12, of Node.js 22, `JSON.stringify` takes half the time that it took, and a copy of a list with it less than a text that is put together here. */
const lists = Number.parseInt(process.versions.v8, 10) < 12;

const quickText = perWire((wire): QuickOutput => {
  const textOf = compileQuickText(wire, { lists });
  if (!textOf) return quickCopy(wire)();
  const outputOf = (result: unknown): Output | undefined => {
    const text = textOf(result);
    return text === undefined ? undefined : { text };
  };
  return { isList: takesList(wire), outputOf };
});

/**
 * Prepares the check and the serialization of a result. Mistakes of the schema are thrown now; all is compiled at its
 * first use.
 *
 * @throws TypeError for a schema that JSON or JSON Schema has no form for.
 */
export function responseOutput(
  schema: Schema,
  { hint, naming, check, textOnly = false }: OutputOptions,
): WriteOutput {
  const wire = checkedWire(schema, { mode: 'output', role: 'response', naming, hint });
  const compiled = compiledOutput(wire);
  const quick = (textOnly ? quickText : quickCopy)(wire);
  return (given, report) => {
    const { outputOf, isList } = quick();
    const result = outputOf && isList ? listed(given) : given;
    // What it can not take it mostly gives up at the first row, so that trying costs next to nothing. The long way alone
    // knows what programs may have besides plain values, and what to do about a misfit.
    const output = outputOf?.(result);
    if (output) return output;
    const { validate, explain, project } = compiled();
    const value = project(result);
    if (check !== false && !validate(value)) {
      const where = explain(value).slice(0, 10).map(sentenceOf);
      const mismatch = new ResponseMismatch(
        `The result of ${hint} does not fit its response schema: ${where.join('; ')}`,
      );
      if (check === true) throw mismatch;
      report(mismatch);
    }
    const text = JSON.stringify(value);
    if (text === undefined)
      throw new ResponseMismatch(`The result of ${hint} is nothing that JSON has a form for.`);
    return { value, text };
  };
}
