import { ProblemDetailsSchema, problemSchema } from './errors/index.js';
import type { Operation } from './operation.js';
import { problemsOf } from './problems.js';
import { Components, type Naming, toWire } from './schema/index.js';

/** What a name stands for: its schema as it is written, and where it was met first. */
interface Meaning {
  readonly text: string;
  /** As in `the error of ItemViewSet.list`. */
  readonly label: string;
}

/** Something of an operation that gives names to components. */
interface Source {
  readonly of: object;
  readonly schema: () => object;
  readonly naming: Naming;
  /** What a recursive schema without an `$id` is named after. */
  readonly hint: string;
  readonly label: string;
}

const everyProblem: Source = {
  of: ProblemDetailsSchema,
  schema: () => ProblemDetailsSchema,
  naming: 'as_is',
  hint: '',
  label: 'the schema of every problem',
};

/**
 * The names that operations give to components of the document: the `$id` of their schemas, and the names of their error
 * classes. A name has one meaning in a document, so views that can not be described together are refused when they are
 * registered, and not when somebody asks for the document.
 */
export class ComponentNames {
  readonly #meanings = new Map<string, Meaning>(meaningsOf(everyProblem));
  /** What was looked at: a schema that many operations have is written once. */
  readonly #seen = new WeakMap<object, Set<Naming>>();

  /**
   * Takes the names of operations, all or none.
   *
   * @throws TypeError where a name has two meanings, or an error class has no name.
   */
  add(operations: readonly Operation[]): void {
    const added = new Map<string, Meaning>();
    const looked = new Map<object, Set<Naming>>();
    for (const source of operations.filter(({ spec }) => !spec.hidden).flatMap(sourcesOf)) {
      const { of, naming } = source;
      if (this.#seen.get(of)?.has(naming) || looked.get(of)?.has(naming)) continue;
      looked.set(of, (looked.get(of) ?? new Set()).add(naming));
      for (const [name, meaning] of meaningsOf(source)) {
        const known = this.#meanings.get(name) ?? added.get(name);
        refuseOther(name, meaning, known);
        added.set(name, known ?? meaning);
      }
    }
    for (const [name, meaning] of added) this.#meanings.set(name, meaning);
    for (const [of, namings] of looked)
      this.#seen.set(of, new Set([...(this.#seen.get(of) ?? []), ...namings]));
  }
}

function sourcesOf(operation: Operation): Source[] {
  const { spec, params, resource, view, handler, component: hint } = operation;
  const { query, headers, body, response } = spec;
  const place = `${view.name}.${handler}`;
  const { naming = 'as_is' } = resource ?? {};
  // Parameters are listed one by one, so that the object of them has no name.
  const parameters = [params, query, headers].flatMap((of) =>
    of ? [{ of, schema: () => ({ ...of, $id: undefined }) }] : [],
  );
  const bodies = [body, response].flatMap((of) => (of ? [{ of, schema: () => of }] : []));
  const schemas = [...parameters, ...bodies].map((source) => ({
    ...source,
    naming: source.of === params || source.of === headers ? ('as_is' as const) : naming,
    hint,
    label: `a schema of ${place}`,
  }));
  const errors = problemsOf(operation).map((kind) => {
    if (!kind.name)
      throw new TypeError(`An error of ${place} is a class without a name, which the document needs.`);
    return {
      of: kind,
      schema: () => problemSchema(kind),
      naming: 'as_is' as const,
      hint,
      label: `an error of ${place}`,
    };
  });
  return [...schemas, ...errors];
}

function meaningsOf({ schema, naming, hint, label }: Source): [string, Meaning][] {
  const components = new Components();
  toWire(schema(), { mode: 'document', naming, hint }, components);
  return Object.entries(components.schemas).map(([name, written]) => [
    name,
    { text: JSON.stringify(written), label },
  ]);
}

function refuseOther(name: string, { text, label }: Meaning, known: Meaning | undefined): void {
  if (!known || known.text === text) return;
  throw new TypeError(
    `The component "${name}" would have two meanings in the document: ${known.label} and ${label} differ. ` +
      'The name is the $id of a schema, or the name of an error class: give one of them another.',
  );
}
