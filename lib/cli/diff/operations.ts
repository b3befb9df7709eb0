import { isObject, type Json, type JsonObject } from '../parse-document.js';
import type { Schemas } from './flat-schema.js';
import { listOf, membersOf } from './json.js';

export interface DocumentedOperation {
  /** As `GET /items/{id}`. */
  readonly label: string;
  /** The names of the parameters of the path, in its order. */
  readonly names: readonly string[];
  readonly operation: JsonObject;
  /** Those of the path and of the operation, which win, by place and name. */
  readonly parameters: ReadonlyMap<string, JsonObject>;
  readonly security: readonly Json[];
  /** Those of the operation or of its path, where these have some of their own. */
  readonly servers: Json | undefined;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];

/** The operations of a document by method and path, whatever the names in it. */
export function operationsIn(document: JsonObject, key: 'paths' | 'webhooks', schemas: Schemas) {
  const found = new Map<string, DocumentedOperation>();
  for (const [path, value] of Object.entries(membersOf(document[key]))) {
    const item = schemas.resolve(value).value;
    if (!isObject(item)) continue;
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] as string);
    for (const [method, operation] of operationsOf(item)) {
      const shared = parametersOf(item, names, schemas);
      found.set(`${method} ${path.replace(/\{[^}]+\}/g, '{}')}`, {
        label: key === 'webhooks' ? `webhook ${path}` : `${method} ${path}`,
        names,
        operation,
        parameters: new Map([...shared, ...parametersOf(operation, names, schemas)]),
        security: listOf(operation.security ?? document.security),
        servers: operation.servers ?? item.servers,
      });
    }
  }
  return found;
}

function operationsOf(item: JsonObject): [method: string, operation: JsonObject][] {
  const more = Object.entries(membersOf(item.additionalOperations));
  return [...methods.map((method) => [method.toUpperCase(), item[method]] as const), ...more].filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]),
  );
}

/** OpenAPI says that a parameter of these names is to be passed over. */
const notParameters = ['header accept', 'header content-type', 'header authorization'];

function parametersOf({ parameters }: JsonObject, names: readonly string[], schemas: Schemas) {
  const list = listOf(parameters)
    .map((one) => schemas.resolve(one).value)
    .filter(isObject);
  return new Map(
    list
      .map((one) => [keyOf(String(one.in), String(one.name), names), one] as const)
      .filter(([key]) => !notParameters.includes(key)),
  );
}

/** A parameter of the path is known by its place, and the name of a header in any case. */
function keyOf(place: string, name: string, names: readonly string[]): string {
  if (place === 'path') return `path ${names.indexOf(name)}`;
  return `${place} ${place === 'header' ? name.toLowerCase() : name}`;
}
