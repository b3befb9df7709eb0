import type { ServerResponse } from 'node:http';
import { log, mapRaised, tellProblem } from '../errors/index.js';
import { beginInTime } from '../expiry.js';
import type { Operation } from '../operation.js';
import { settingsOfRequest } from '../settings.js';
import { abort } from '../view.js';
import { frameOf, HEARTBEAT, retryFrame } from './event-frame.js';
import { eventWriter } from './event-writer.js';
import { Outlet } from './outlet.js';
import { pump, sourceOf } from './pump.js';
import { begin, faultLog, labelOf, type Streamer, WRITE_TIMEOUT } from './streamer.js';

const EVENT_STREAM = 'text/event-stream';

/** The defaults, in ms. */
const HEARTBEAT_INTERVAL = 15_000;
const OPEN_AFTER = 1_000;

/** @throws TypeError for schemas that can not be served. */
export function eventStreamer(operation: Operation): Streamer {
  const { sse = {}, raises = [] } = operation.spec;
  const { heartbeat = HEARTBEAT_INTERVAL, openAfter = OPEN_AFTER, writeTimeout = WRITE_TIMEOUT, retry } = sse;
  const write = eventWriter(operation, sse);
  const prelude = retry === undefined ? undefined : retryFrame(retry);
  const label = labelOf(operation);

  return {
    types: [EVENT_STREAM],
    takes: (result) => !operation.spec.notFound || (result !== null && result !== undefined),
    async send(streamed) {
      const { view, request, response, result } = streamed;
      const source = sourceOf(result, label);
      const report = faultLog(operation, streamed);
      if (!(await begin(source, streamed, head, report))) return;
      const settings = settingsOfRequest(request);
      const outlet = new Outlet(request, response, { head, prelude, writeTimeout, endless: true });
      const beat = timer(heartbeat, () => {
        outlet.open();
        if (!outlet.full) void outlet.write(HEARTBEAT);
        beat?.refresh();
      });
      const open = (): void => outlet.open();
      const opening = timer(openAfter, open);
      beginInTime(response, open);
      if (openAfter === 0) open();
      try {
        await pump(
          source,
          outlet,
          (item) => {
            const frame = write(item, (err) => log(settings.logger, { err }, err.message));
            beat?.refresh();
            return outlet.write(frame);
          },
          { report, abandon: () => abort(view) },
        );
        if (outlet.opened) outlet.end();
        else if (!outlet.over) endUnopened(response);
      } catch (thrown) {
        if (!outlet.opened) throw thrown;
        // Too late for a status: the client is told inside the stream.
        const { text } = tellProblem(request, mapRaised(thrown, raises), settings);
        void outlet.write(frameOf({ event: 'error' }, text));
        outlet.end();
      } finally {
        clearTimeout(beat);
        clearTimeout(opening);
        beginInTime(response, undefined);
        outlet.release();
        // What hangs on the signal, and was not read to its end, is let go with it.
        abort(view);
      }
    },
  };
}

function head(response: ServerResponse): void {
  response.setHeader('content-type', EVENT_STREAM);
  // Nothing in between may keep the events, change them, or hold them back.
  response.setHeader('cache-control', 'no-cache, no-transform');
  // nginx, and what does as it does.
  response.setHeader('x-accel-buffering', 'no');
}

/** A stream of 200 that is empty is asked for again and again by an EventSource; 204 tells it to stop (HTML standard section 9.2.3). */
function endUnopened(response: ServerResponse): void {
  response.statusCode = 204;
  response.setHeader('cache-control', 'no-store');
  response.end();
}

function timer(ms: number, call: () => void): NodeJS.Timeout | undefined {
  return ms > 0 ? setTimeout(call, ms).unref() : undefined;
}
