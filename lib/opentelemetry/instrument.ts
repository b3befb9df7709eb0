import type { Span } from '@opentelemetry/api';
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { withoutSecrets } from '../secrets.js';
import { recordOnce } from './recorded.js';

const DONE = Symbol.for('express-viewsets.instrumented');

const sentence =
  'Traces need OpenTelemetry: npm install @opentelemetry/api@1.9 @opentelemetry/instrumentation @opentelemetry/instrumentation-http @opentelemetry/instrumentation-express';

/**
 * Instruments http and Express, once in a process. What somebody else has instrumented by then is left to them, and what somebody
 * else instruments later is theirs from then on, so that nothing is traced twice.
 *
 * @throws TypeError where OpenTelemetry is not installed.
 */
export function instrument(): void {
  const shared = globalThis as { [DONE]?: boolean };
  if (shared[DONE]) return;
  const { registerInstrumentations, isWrapped, HttpInstrumentation, ExpressInstrumentation } = load();
  const own = new WeakSet<object>();
  const servers: Emitting[] = [];

  /** Leaves a module as it is where it is wrapped already. It is patched when it is loaded: who comes first is first asked. */
  function giveWay<D extends readonly InstrumentationNodeModuleDefinition[]>(definitions: D): D {
    for (const definition of definitions) {
      const { patch } = definition;
      definition.patch = (module, version) => {
        if (wrappable(module).some((each) => isWrapped(each) && !own.has(each))) return module;
        const patched: unknown = patch?.call(definition, module, version);
        for (const each of wrappable(module)) own.add(each);
        const { Server } = module as Wrappable;
        if (Server) servers.push({ server: Server.prototype, emit: Server.prototype.emit });
        return patched;
      };
    }
    return definitions;
  }

  /** A later instrumentation takes our wrapper of servers away before it puts its own, and may not find that of `request`. */
  function isReplaced(): boolean {
    return servers.some(({ server, emit }) => isWrapped(server.emit) && !wraps(server.emit, emit));
  }

  class Http extends HttpInstrumentation {
    override init() {
      return giveWay(super.init());
    }
  }
  class Express extends ExpressInstrumentation {
    override init() {
      return giveWay(super.init());
    }
  }
  registerInstrumentations({
    instrumentations: [
      new Http({ requestHook: withoutSecretsInURL, ignoreOutgoingRequestHook: isReplaced }),
      new Express({ requestHook: recordOnce }),
    ],
  });
  shared[DONE] = true;
}

interface Emitting {
  readonly server: { readonly emit: Wrapper };
  readonly emit: Wrapper;
}

/** What is wrapped of http, https and Express. */
interface Wrappable {
  readonly request?: Wrapper;
  readonly get?: Wrapper;
  readonly Server?: { readonly prototype: { readonly emit: Wrapper } };
  readonly application?: { readonly use: Wrapper };
}

type Wrapper = object & { readonly __original?: Wrapper };

function wrappable(module: Wrappable): Wrapper[] {
  const { request, get, Server, application } = module;
  return [request, get, Server?.prototype.emit, application?.use].filter((each) => each !== undefined);
}

/** Whether it is the other one, with wrappers around it or none. */
function wraps(wrapper: Wrapper, inner: Wrapper): boolean {
  for (let at: Wrapper | undefined = wrapper; at; at = at.__original) if (at === inner) return true;
  return false;
}

function load() {
  try {
    return {
      ...(require('@opentelemetry/instrumentation') as typeof import('@opentelemetry/instrumentation')),
      ...(require('@opentelemetry/instrumentation-http') as typeof import('@opentelemetry/instrumentation-http')),
      ...(require('@opentelemetry/instrumentation-express') as typeof import('@opentelemetry/instrumentation-express')),
    };
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new TypeError(sentence, { cause });
  }
}

const withQuery = ['url.query', 'url.full', 'http.target', 'http.url'];

/** A span of http has the query of its request, by the names of newer conventions or of older ones. */
function withoutSecretsInURL(span: Span): void {
  const { attributes } = span as { readonly attributes?: Readonly<Record<string, unknown>> };
  for (const name of withQuery) {
    const value = attributes?.[name];
    if (typeof value !== 'string' || !value.includes('=')) continue;
    const start = value.indexOf('?') + 1;
    span.setAttribute(name, value.slice(0, start) + withoutSecrets(value.slice(start)));
  }
}
