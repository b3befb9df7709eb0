import { type APIErrorClass, ProblemDetailsSchema, problemSchema } from './errors/index.js';
import type { Operation } from './operation.js';
import { problemsOf } from './problems.js';
import { Components, type Naming, namesIn, toWire, type WireOptions } from './schema/index.js';

/** Something of an operation that gives names to components. */
interface Source {
  readonly operation: Operation;
  readonly role: 'parameters' | 'content' | 'error';
  readonly of: object;
  readonly naming: Naming;
}

/**
 * The names that operations give to components of the document: the `$id` of their schemas, and the names of their error
 * classes. A name has one meaning in a document, so views that can not be described together are refused when they are
 * registered, and not when somebody asks for the document.
 */
export class ComponentNames {
  readonly #names = new Components();
  /** What was looked at: a schema that many operations have is written once. */
  readonly #looked = { as_is: new WeakSet<object>(), snake_case: new WeakSet<object>() };

  constructor() {
    this.#names.label = 'the schema of every problem';
    toWire(ProblemDetailsSchema, { mode: 'document' }, this.#names);
  }

  /**
   * Takes the names of operations, all or none.
   *
   * @throws TypeError where a name has two meanings, or an error class has no name.
   */
  add(operations: readonly Operation[]): void {
    const sources = operations
      .filter(({ spec }) => !spec.hidden)
      .flatMap(sourcesOf)
      .filter(({ of, naming }) => !this.#looked[naming].has(of));
    const names = new Components(this.#names);
    for (const source of sources) {
      const { role, of, naming } = source;
      names.label = labelOf(source);
      const known = namesIn(of, naming, role === 'parameters');
      if (known) names.meet(known);
      else toWire(schemaOf(source), wireOptionsOf(source), names);
    }
    this.#names.takeNames(names);
    for (const { of, naming } of sources) this.#looked[naming].add(of);
  }
}

function sourcesOf(operation: Operation): Source[] {
  const { params, spec, resource } = operation;
  const { naming = 'as_is' } = resource ?? {};
  const sources: Source[] = [];
  const add = (role: Source['role'], of: object | undefined, spelling: Naming = naming) => {
    if (of) sources.push({ operation, role, of, naming: spelling });
  };
  add('parameters', params, 'as_is');
  add('parameters', spec.query);
  add('parameters', spec.headers, 'as_is');
  add('content', spec.body);
  add('content', spec.response);
  for (const data of [spec.sse?.event, ...Object.values(spec.sse?.events ?? {})]) add('content', data);
  for (const kind of problemsOf(operation)) add('error', kind, 'as_is');
  return sources;
}

function schemaOf({ role, of }: Source): object {
  return role === 'error' ? problemSchema(of as APIErrorClass) : of;
}

function wireOptionsOf({ operation: { component: hint }, role, naming }: Source): WireOptions {
  // Parameters are listed one by one, so that the object of them has no name.
  return { mode: 'document', naming, nameless: role === 'parameters', hint };
}

function labelOf({ operation: { view, handler }, role, of }: Source): string {
  const place = `${view.name}.${handler}`;
  if (role !== 'error') return `a schema of ${place}`;
  if (!(of as APIErrorClass).name)
    throw new TypeError(`An error of ${place} is a class without a name, which the document needs.`);
  return `an error of ${place}`;
}
