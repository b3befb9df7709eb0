import type { ObjectSchema } from '../typebox.js';
import { typeOfStatus } from './status.js';

/** One fault of a request: where it is, what was expected, and a code for programs. Never the value that came. */
export type Fault =
  | { readonly detail: string; readonly pointer: string; readonly code: string }
  | {
      readonly detail: string;
      readonly in: 'path' | 'query' | 'header';
      readonly parameter: string;
      readonly code: string;
    };

/** A problem as it stands on the wire, `application/problem+json` (RFC 9457 section 3). */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly errors: readonly Fault[];
  readonly correlation_id?: string;
  readonly [member: string]: unknown;
}

export interface APIErrorOptions {
  /** The faults behind the error, listed in the member `errors`. */
  readonly errors?: readonly Fault[];
  /** Headers sent with the problem; they win over the `headers` of the class. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What caused it: logged for a status of 500 and above, never sent. */
  readonly cause?: unknown;
}

/** A class of problems: what the router needs to send one, and the OpenAPI document to describe one. */
export interface APIErrorClass {
  readonly name: string;
  readonly prototype: APIError;
  readonly status: number;
  readonly title?: string | undefined;
  readonly type?: string | undefined;
  readonly detail?: string | undefined;
  readonly members?: ObjectSchema | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * An error that is answered as a problem (RFC 9457). A subclass states its status; its title comes from its name.
 * Members of its own are fields of the instance, and `members` says which of them go on the wire:
 *
 * ```ts
 * class OutOfStock extends APIError {
 *   static override readonly status = 409;
 *   static override readonly members = Type.Object({ available: Type.Integer() });
 *   constructor(readonly available: number) { super('There is not enough in stock.'); }
 * }
 * ```
 */
export class APIError extends Error {
  /** The HTTP status, 400 to 599. */
  static readonly status: number = 500;
  /** The title; from the class name when absent (`OutOfStock` gives "Out Of Stock"). */
  static readonly title?: string | undefined;
  /** The type URI; the section of RFC 9110 that defines the status when absent. */
  static readonly type?: string | undefined;
  /** What `detail` says when the constructor is given none. */
  static readonly detail?: string | undefined;
  /** Which own properties of the error go on the wire beside the standard members. */
  static readonly members?: ObjectSchema | undefined;
  /** Headers that each error of this class is sent with. */
  static readonly headers?: Readonly<Record<string, string>> | undefined;

  readonly errors: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(detail?: string, options: APIErrorOptions = {}) {
    const kind = new.target as unknown as APIErrorClass;
    super(detail ?? kind.detail ?? `${titleOf(kind)}.`, { cause: options.cause });
    this.errors = options.errors ?? [];
    this.headers = { ...kind.headers, ...options.headers };
  }

  override get name(): string {
    return this.constructor.name;
  }

  get status(): number {
    return classOf(this).status;
  }

  get title(): string {
    return titleOf(classOf(this));
  }

  get type(): string {
    const kind = classOf(this);
    return kind.type ?? typeOfStatus(kind.status);
  }
}

export function classOf(error: APIError): APIErrorClass {
  return error.constructor as unknown as APIErrorClass;
}

/** A title of its own, else the words of the class name: a subclass never inherits the title of its parent. */
export function titleOf(kind: APIErrorClass): string {
  if (Object.hasOwn(kind, 'title') && kind.title) return kind.title;
  return kind.name.replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2').trim();
}
