import type { ServerResponse } from 'node:http';
import { KindGuard } from '@sinclair/typebox';
import type { StreamFormat } from '../action.js';
import { log, mapRaised } from '../errors/index.js';
import { type Operation, responseCheckOf } from '../operation.js';
import { type ResponseMismatch, responseOutput } from '../schema/index.js';
import { settingsOfRequest } from '../settings.js';
import { showsSubset } from '../subset.js';
import type { Schema } from '../typebox.js';
import { abort } from '../view.js';
import { Outlet } from './outlet.js';
import { isAsyncIterable, isIterable, pump, sourceOf } from './pump.js';
import { begin, faultLog, labelOf, type Streamer, WRITE_TIMEOUT } from './streamer.js';

/** How rows become a text. */
interface Format {
  readonly type: string;
  readonly open: string;
  readonly between: string;
  readonly after: string;
  readonly close: string;
}

const formats: Readonly<Record<StreamFormat, Format>> = {
  json: { type: 'application/json', open: '[', between: ',', after: '', close: ']' },
  ndjson: { type: 'application/x-ndjson', open: '', between: '', after: '\n', close: '' },
};

export const formatTypes: Readonly<Record<StreamFormat, string>> = {
  json: formats.json.type,
  ndjson: formats.ndjson.type,
};

/** How many characters of rows are gathered before they are written. */
const CHUNK = 16_384;

/**
 * None for a response that is no array.
 *
 * @throws TypeError for schemas that can not be served.
 */
export function rowStreamer(operation: Operation): Streamer | undefined {
  const { spec } = operation;
  const write = rowWriter(operation, spec.response);
  if (!write) return undefined;
  const writeSubset = rowWriter(operation, spec.subset);
  const offered = [spec.stream ?? ('json' as const)].flat().map((name) => formats[name as StreamFormat]);
  const label = labelOf(operation);

  return {
    types: offered.map(({ type }) => type),
    takes: (result) => isAsyncIterable(result) || (spec.stream !== undefined && isIterable(result)),
    async send(streamed) {
      const { view, request, response, result } = streamed;
      const source = sourceOf(result, label);
      const report = faultLog(operation, streamed);
      const format = offered.find(({ type }) => type === streamed.type) ?? (offered[0] as Format);
      const head = (target: ServerResponse): void => {
        if (!target.hasHeader('content-type')) target.setHeader('content-type', format.type);
      };
      if (offered.length > 1) response.vary('Accept');
      if (!(await begin(source, streamed, head, report))) return;
      const { logger } = settingsOfRequest(request);
      const warn = (err: ResponseMismatch) => log(logger, { err }, err.message);
      const textOf = (writeSubset && showsSubset(request) && writeSubset) || write;
      const outlet = new Outlet(request, response, { head, writeTimeout: WRITE_TIMEOUT });
      const rows = new Gathered(outlet, format);
      try {
        await pump(source, outlet, (item) => rows.add(textOf(item, warn)), {
          report,
          abandon: () => abort(view),
        });
        await rows.end();
      } catch (thrown) {
        if (!outlet.opened) throw thrown;
        // Whatever came after it would make a part look like the whole.
        report(mapRaised(thrown, spec.raises ?? []));
        outlet.cut();
      } finally {
        rows.drop();
        outlet.release();
        // What hangs on the signal, and was not read to its end, is let go with it.
        abort(view);
      }
    },
  };
}

type WriteRow = (row: unknown, report: (mismatch: ResponseMismatch) => void) => string;

function rowWriter(operation: Operation, response: Schema | undefined): WriteRow | undefined {
  if (!KindGuard.IsArray(response)) return undefined;
  const { component, handler, resource, view } = operation;
  const write = responseOutput(response.items, {
    hint: `${component}.${handler}`,
    naming: resource?.naming,
    check: responseCheckOf(view),
    textOnly: true,
  });
  return (row, report) => write(row, report).text;
}

/** Rows on their way: written many at a time while they come fast, and at once where the next is long in coming. */
class Gathered {
  #text: string;
  #isEmpty = true;
  #later: NodeJS.Immediate | undefined;
  readonly #outlet: Outlet;
  readonly #format: Format;

  constructor(outlet: Outlet, format: Format) {
    this.#outlet = outlet;
    this.#format = format;
    this.#text = format.open;
  }

  add(row: string): Promise<void> | undefined {
    const { between, after } = this.#format;
    this.#text += (this.#isEmpty ? row : between + row) + after;
    this.#isEmpty = false;
    if (this.#text.length >= CHUNK) return this.#flush();
    this.#later ??= setImmediate(() => void this.#flushLater());
    return undefined;
  }

  async end(): Promise<void> {
    if (this.#outlet.over) return;
    this.#text += this.#format.close;
    await this.#flush();
    this.#outlet.end();
  }

  drop(): void {
    clearImmediate(this.#later);
  }

  async #flushLater(): Promise<void> {
    while (this.#outlet.full) await this.#outlet.drained();
    this.#later = undefined;
    void this.#flush();
    this.#outlet.flush();
  }

  #flush(): Promise<void> | undefined {
    const text = this.#text;
    this.#text = '';
    return text === '' ? undefined : this.#outlet.write(text);
  }
}
