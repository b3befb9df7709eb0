import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Express sets the prototype of each message (`Object.setPrototypeOf`). Up to Node.js 22 each property that is added behind that gives a
 * message a hidden class that no other has, and all code that touches it misses its inline caches, Express's own and Node's alike: it is
 * two thirds of the time of a request and more. There are two ways out: to be born with the prototype (`createServer`), and
 * to be a dictionary of properties, as V8 keeps one class for those of one prototype. The second takes half of the time away, or a quarter where
 * it keeps the classes of requests and of responses in the same place, which is so in one process of 64.
 */
const isLost = Number(process.versions.node.split('.')[0]) < 24;

const BORN = Symbol('born');

/** A constructor of messages. */
interface MessageClass {
  readonly prototype: unknown;
}

type Message = object & { [BORN]?: MessageClass };

/** Notes that a message has its prototype from birth, where that makes a difference. */
export function noteBirth(message: object, birth: MessageClass): void {
  if (isLost) (message as Message)[BORN] = birth;
}

/** Gives messages of which Express has changed the prototypes hidden classes that they share with others. */
export function shareClasses(request: IncomingMessage, response: ServerResponse): void {
  if (!isLost || (request as Message)[BORN]?.prototype === Object.getPrototypeOf(request)) return;
  makeDictionary(request, 'statusMessage');
  makeDictionary(response, 'sendDate');
}

/** Gives messages the prototypes that Express is about to give them, and classes that they share. */
export function adopt(request: IncomingMessage, response: ServerResponse, app: object): void {
  const prototypes = app as { readonly request: object; readonly response: object };
  if (!isLost || Object.getPrototypeOf(request) === prototypes.request) return;
  Object.setPrototypeOf(request, prototypes.request);
  Object.setPrototypeOf(response, prototypes.response);
  shareClasses(request, response);
}

/**
 * V8 makes a dictionary of what loses a property that was not the last to come. It comes back at once; it is one of Node's that is there
 * from the beginning, and nobody's to define in another way.
 */
function makeDictionary<M extends object, Name extends keyof M>(message: M, name: Name): void {
  if (!Object.hasOwn(message, name)) return;
  const value = message[name];
  if (Reflect.deleteProperty(message, name)) message[name] = value;
}
