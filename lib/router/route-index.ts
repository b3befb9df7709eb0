import { parseTemplate } from '../paths.js';

export interface Match<Target> {
  readonly target: Target;
  /** The raw texts of the parameters, in the order of the path. */
  readonly values: readonly string[];
}

interface Node<Target> {
  readonly literals: Map<string, Node<Target>>;
  parameter: Node<Target> | undefined;
  readonly methods: Map<string, Target>;
}

/**
 * The routes of a router as a tree of path segments, so that finding one takes the length of the path and not the
 * number of routes. A literal segment wins over a parameter, whatever the order of registration.
 */
export class RouteIndex<Target> {
  readonly #root = node<Target>();
  readonly #caseSensitive: boolean;
  readonly #strict: boolean;

  /** `strict`: a trailing slash counts; both options as in Express, both false by default. */
  constructor({
    caseSensitive = false,
    strict = false,
  }: { caseSensitive?: boolean | undefined; strict?: boolean | undefined } = {}) {
    this.#caseSensitive = caseSensitive;
    this.#strict = strict;
  }

  /** Adds a route; what stands there already is returned instead, and stays. */
  add(method: string, template: string, target: Target): Target | undefined {
    let at = this.#root;
    for (const segment of parseTemplate(template)) {
      if ('parameter' in segment) {
        at.parameter ??= node();
        at = at.parameter;
      } else {
        const literal = this.#literal(segment.literal);
        let next = at.literals.get(literal);
        if (!next) {
          next = node();
          at.literals.set(literal, next);
        }
        at = next;
      }
    }
    const taken = at.methods.get(method);
    if (taken === undefined) at.methods.set(method, target);
    return taken;
  }

  match(path: string, method: string): Match<Target> | undefined {
    const segments = this.#segments(path);
    if (!segments) return undefined;
    const values: string[] = [];
    const target = this.#find(this.#root, segments, 1, values, ({ methods }) => methods.get(method));
    return target === undefined ? undefined : { target, values };
  }

  /** Every method that the path takes, or none where it is unknown. */
  allowed(path: string): Set<string> | undefined {
    const segments = this.#segments(path);
    if (!segments) return undefined;
    const found = new Set<string>();
    this.#find(this.#root, segments, 1, [], ({ methods }) => {
      for (const method of methods.keys()) found.add(method);
      return undefined;
    });
    return found.size > 0 ? found : undefined;
  }

  #find(
    at: Node<Target>,
    segments: readonly string[],
    depth: number,
    values: string[],
    take: (node: Node<Target>) => Target | undefined,
  ): Target | undefined {
    if (depth === segments.length) return take(at);
    const segment = segments[depth] as string;
    const literal = at.literals.get(this.#literal(segment));
    const found = literal && this.#find(literal, segments, depth + 1, values, take);
    if (found !== undefined || !at.parameter || segment === '') return found;
    values.push(segment);
    const viaParameter = this.#find(at.parameter, segments, depth + 1, values, take);
    if (viaParameter === undefined) values.pop();
    return viaParameter;
  }

  #literal(segment: string): string {
    return this.#caseSensitive ? segment : segment.toLowerCase();
  }

  /** The first is the nothing before the first slash. */
  #segments(path: string): string[] | undefined {
    if (path === '/' || path === '') return [''];
    const segments = path.split('/');
    if (segments[0] !== '') return undefined;
    if (!this.#strict && segments.at(-1) === '') segments.pop();
    return segments;
  }
}

function node<Target>(): Node<Target> {
  return { literals: new Map(), parameter: undefined, methods: new Map() };
}
