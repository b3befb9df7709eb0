import * as http from 'node:http';
import * as https from 'node:https';
import type { Application } from 'express';
import { keepHeaderClass } from '../header-map.js';
import { noteBirth } from '../hidden-class.js';
import { keepTickClass } from './tick-class.js';

/** The classes that a server makes its messages of. */
export interface MessageClasses {
  readonly IncomingMessage: typeof http.IncomingMessage;
  readonly ServerResponse: typeof http.ServerResponse;
}

/**
 * Classes of messages that are born with the prototypes that an Express app gives to each of its requests and responses.
 * Express sets them at every request (`Object.setPrototypeOf`), which costs V8 its hidden classes: for an object whose
 * prototype was changed, all code that touches it falls out of its inline caches, Express's own and Node's alike. Where
 * the prototype already is the app's, the change is none. What an app does stays as it is; it is only faster.
 *
 * For servers that are made elsewhere: `https.createServer({ ...tls, ...messageClasses(app) }, app)`. An HTTP/2 server
 * with `allowHTTP1` takes them as `Http1IncomingMessage` and `Http1ServerResponse`.
 *
 * @throws TypeError for what is no Express app.
 */
export function messageClasses(app: Application): MessageClasses {
  const { request, response } = (app ?? {}) as { request?: unknown; response?: unknown };
  if (!(request instanceof http.IncomingMessage) || !(response instanceof http.ServerResponse)) {
    throw new TypeError('createServer takes an Express app: createServer(express()).');
  }
  keepTickClass();
  return {
    IncomingMessage: bornAs(http.IncomingMessage, request),
    ServerResponse: bornAs(http.ServerResponse, response),
  };
}

/** A constructor that makes what its base makes, with this object as the prototype. */
function bornAs<Base extends new (...args: never[]) => object>(base: Base, prototype: object): Base {
  // Node's message constructors are functions and no classes, so that they can be called on what is already made.
  const construct = base as unknown as (this: object, ...args: unknown[]) => void;
  function Message(this: { slot: unknown }, ...args: unknown[]): void {
    construct.apply(this, args);
    noteBirth(this, Message);
    // Never run, and read by V8: a constructor's objects have room for as many properties as its text assigns to `this`.
    // Here that would be none. A property named by a symbol, of which messages have several, then finds so many outside
    // of the object that V8 turns it into a dictionary for good. Room for 32 is enough on Node 20 to 24, with some to spare;
    // what the first few messages do not need, V8 takes back.
    if (args.length < 0) {
      this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = 0;
      this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = 0;
      this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = 0;
      this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = this.slot = 0;
    }
  }
  Message.prototype = prototype;
  return Message as unknown as Base;
}

/**
 * An HTTP server of an Express app (4 or 5), as `http.createServer(app)` and faster; with `key` and `cert`, or `pfx`, an
 * HTTPS server. The app, its sub-apps and its middleware behave as ever.
 *
 * ```ts
 * createServer(app).listen(3000);
 * ```
 *
 * @throws TypeError for what is no Express app.
 */
export function createServer(app: Application, options?: http.ServerOptions): http.Server;
export function createServer(app: Application, options: https.ServerOptions): https.Server;
export function createServer(
  app: Application,
  options: http.ServerOptions | https.ServerOptions = {},
): http.Server | https.Server {
  const withClasses = { ...messageClasses(app), ...options };
  const server =
    'key' in options || 'cert' in options || 'pfx' in options
      ? https.createServer(withClasses)
      : http.createServer(withClasses);
  const { settings } = app;
  server.on('request', (_request, response) => {
    // The first header, which Express is about to set.
    if (settings['x-powered-by']) keepHeaderClass(response);
  });
  server.on('request', app);
  leaveTakeovers(server);
  return server;
}

const takeovers = ['upgrade', 'connect'];

/** What takes a connection over is none of the app's, and gets a request as Node makes it: those of Express 5 have properties that can not be set. */
function leaveTakeovers(server: http.Server): void {
  const plain = (request: object): void => {
    Object.setPrototypeOf(request, http.IncomingMessage.prototype);
  };
  // Only beside a listener, as Node refuses to be taken over where there is none.
  server.on('newListener', (event: string, listener) => {
    if (takeovers.includes(event) && listener !== plain && !server.listeners(event).includes(plain))
      server.prependListener(event, plain);
  });
  server.on('removeListener', (event: string) => {
    if (takeovers.includes(event) && server.listenerCount(event) === 1) server.off(event, plain);
  });
}
