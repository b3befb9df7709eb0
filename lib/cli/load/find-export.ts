import { Fault, sentenceOf } from '../command.js';

type Namespace = Readonly<Record<string, unknown>>;

const usual = ['default', 'app', 'router'];

/**
 * The app or the router that a module exports, or that a promise or a function without parameters among its exports gives.
 *
 * @throws Fault when there is none.
 */
export async function findExport(
  exports: Namespace,
  name: string | undefined,
  label: string,
): Promise<object> {
  for (const value of candidates(exports, name)) {
    const found = await settle(value, label);
    if (found) return found;
  }
  const known = namesOf(exports).join(', ') || 'nothing';
  throw new Fault(
    name === undefined
      ? `${label} exports no Express app and no router as default, \`app\` or \`router\`; it exports ${known}. Give the name with --export.`
      : `${label} has no Express app and no router as \`${name}\`; it exports ${known}.`,
  );
}

/** By name; the default export of CommonJS is the object of its exports. */
function candidates(exports: Namespace, name: string | undefined): unknown[] {
  const inner = read(exports, 'default');
  return (name === undefined ? usual : [name])
    .flatMap((key) => [exports, inner, read(inner, 'default')].map((holder) => read(holder, key)))
    .filter((value) => value !== undefined && value !== null);
}

/** Of an app nothing is read: on Express 4 its `router` throws. */
function read(holder: unknown, key: string): unknown {
  return typeof holder === 'object' && holder !== null ? (holder as Namespace)[key] : undefined;
}

async function settle(value: unknown, label: string): Promise<object | undefined> {
  try {
    const given = await value;
    if (isAppOrRouter(given)) return given;
    if (typeof given !== 'function' || isClass(given) || asksForParameters(given)) return undefined;
    const made: unknown = await given();
    return [made, ...usual.map((key) => read(made, key))].find(isAppOrRouter);
  } catch (error) {
    throw new Fault(`The app of ${label} could not be made: ${sentenceOf(error)}`, { cause: error });
  }
}

/** By what they can do, as there may be several copies of Express. */
function isAppOrRouter(value: unknown): value is object {
  if (typeof value !== 'function') return false;
  const { use, handle, set, stack } = value as unknown as Namespace;
  return (
    typeof use === 'function' &&
    typeof handle === 'function' &&
    (typeof set === 'function' || Array.isArray(stack))
  );
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

/** Those of CommonJS are the members of its default export. */
function namesOf(exports: Namespace): string[] {
  const inner = exports.default;
  const own = isPlain(inner) ? inner : {};
  const all = { ...exports, ...own };
  return Object.keys(all)
    .filter((name) => !/^(__esModule|module\.exports)$/.test(name) && all[name] !== own)
    .map((name) => (asksForParameters(all[name]) ? `${name}, a function that asks for parameters` : name));
}

function isPlain(value: unknown): value is Namespace {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function asksForParameters(value: unknown): boolean {
  return typeof value === 'function' && !isClass(value) && value.length > 0;
}
