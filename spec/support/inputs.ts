import type { TObject, TSchema } from '@sinclair/typebox';
import type { Fault } from '../../lib/errors/index';
import { bodyInput, type InputOptions, parameterInput } from '../../lib/schema/index';

/** What becomes of an input: what the action would get, or the faults that the client would. */
export interface Outcome {
  readonly value?: unknown;
  readonly faults?: Fault[];
}

/** A check of bodies. They come as JSON text or as values. */
export function bodies(schema: TSchema, options: Partial<InputOptions> = {}): (body: unknown) => Outcome {
  const check = bodyInput(schema, { source: 'body', hint: 'Item.create', ...options });
  return (body) => outcome((faults) => check(body, faults));
}

/** A check of parameters, each as often as it was sent. */
export function parameters(
  schema: TObject,
  options: Partial<InputOptions> = {},
): (texts: Readonly<Record<string, readonly string[]>>) => Outcome {
  const check = parameterInput(schema, { source: 'query', hint: 'Item.list', ...options });
  return (texts) => {
    const sent = Object.entries(texts).map(([name, [first, ...more]]) => [
      name,
      more.length > 0 ? [first, ...more] : first,
    ]);
    return outcome((faults) => check(new Map(sent as [string, string | string[]][]), faults));
  };
}

function outcome(check: (faults: Fault[]) => unknown): Outcome {
  const faults: Fault[] = [];
  const value = check(faults);
  return faults.length > 0 ? { faults } : { value };
}
