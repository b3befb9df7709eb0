import { BadRequest, Conflict } from '../errors/index.js';

/* What a store refuses because of what the client sent. None of these errors repeats a value, or what the store said. */

/** A value that the store can not hold: 400. */
export class RefusedValue extends BadRequest {
  static override readonly title: string = 'Bad Request';
  static override readonly detail: string =
    'A value can not be stored: the store takes none of its kind, length or size there.';

  /** @param fields The properties that it is about; none where the store does not tell. */
  constructor(
    detail?: string,
    {
      fields = [],
      fault = 'can not be stored',
      cause,
    }: { readonly fields?: readonly string[]; readonly fault?: string; readonly cause?: unknown } = {},
  ) {
    super(detail, {
      errors: fields.map((field) => ({ detail: fault, pointer: `#/${escaped(field)}`, code: 'refused' })),
      cause,
    });
    this.fields = fields;
  }

  readonly fields: readonly string[];
}

/** A value that has to be there is not: 400. */
export function missingValue(fields: readonly string[], cause: unknown): RefusedValue {
  return new RefusedValue('A value is missing, or null, that the store has to have.', {
    fields,
    fault: 'must be given, and not be null',
    cause,
  });
}

/** A rule of the store does not hold for the values: 400. */
export function brokenRule(cause: unknown): RefusedValue {
  return new RefusedValue('The values break a rule that the store has for them.', { cause });
}

/** A value that is looked for can be that of no entity, as the store has none of its kind or size: 400. */
export function incomparable(cause: unknown): BadRequest {
  return new BadRequest(
    'A value that is asked for is of a kind or a size that the store can not have there.',
    { cause },
  );
}

/** What is referred to is not there, or what is to go is referred to: 409. */
export function brokenReference(cause: unknown): Conflict {
  return new Conflict(
    'The request refers to something that is not there, or would remove or change what something else refers to.',
    { cause },
  );
}

/** The values can not stand beside those of another entity: 409. */
export function exclusion(cause: unknown): Conflict {
  return new Conflict('The values conflict with those of another resource.', { cause });
}

/** A name as a step of a JSON Pointer (RFC 6901 section 3). */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
