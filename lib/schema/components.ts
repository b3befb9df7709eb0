import { isObject, type JSONSchema } from './json-schema.js';
import { wireName } from './naming.js';

/** Where named schemas stand in a document, and in the schemas that ajv compiles. */
export const COMPONENTS = '#/components/schemas/';

/** The named schemas of one document, each once. */
export class Components {
  readonly schemas: Record<string, JSONSchema> = {};
  readonly #sources = new Map<string, { schema: object; spelling: string; text?: string }>();

  /** Whether this very schema, or one that reads the same, has the name; another one, or another spelling of its names, is refused. */
  has(name: string, schema: object, spelling: string): boolean {
    const known = this.#sources.get(name);
    if (!known) return false;
    if (known.spelling === spelling || !isRespelt(schema)) {
      if (known.schema === schema) return true;
      known.text ??= JSON.stringify(known.schema);
      if (known.text === JSON.stringify(schema)) return true;
    }
    throw new TypeError(
      `Two different schemas have the $id "${name}": a component has one meaning in a document, so give one of them another $id.`,
    );
  }

  /** Takes the name before the schema is written, so that a schema may refer to itself. */
  reserve(name: string, schema: object, spelling: string): void {
    this.#sources.set(name, { schema, spelling });
  }

  set(name: string, json: JSONSchema): void {
    this.schemas[name] = json;
  }
}

/** Whether the names in a schema differ by spelling; one without such names may stand beside any. */
function isRespelt(schema: object): boolean {
  let found = false;
  JSON.stringify(schema, (key, value) => {
    if (key === 'properties' && isObject(value))
      found ||= Object.keys(value).some((name) => wireName(name, 'snake_case') !== name);
    return value;
  });
  return found;
}

/** A component name that OpenAPI allows: the last part of a URI, without its ending. */
export function componentName(id: string): string {
  const last = id.split(/[/#]/).filter(Boolean).at(-1) ?? id;
  return last.replace(/\.json$/, '').replace(/[^A-Za-z0-9._-]+/g, '_');
}
