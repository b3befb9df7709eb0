import { KindGuard, type TObject, type TSchema, Type } from '@sinclair/typebox';
import type { RequestHandler } from 'express';
import type { APIErrorClass, Raise } from './errors/index.js';
import type { AbstractConstructor, Awaitable, ResourceSchemas } from './inference.js';
import { type Naming, type ResponseCheck, type UnknownProperties, unrolled } from './schema/index.js';
import { APIView, type APIViewStatics } from './view.js';

/** Everything that is known of a resource: schemas enter here, once, and the mixins read them from their base. */
export interface ResourceOptions extends ResourceSchemas {
  /** The name of the component, as in `Item`: operation ids and tags are made of it. */
  readonly name: string;
  /** The path of the view below its router. Default: none. */
  readonly path?: string;
  /** Undeclared properties of bodies. Default `drop`. */
  readonly unknown?: UnknownProperties;
  /** Undeclared query parameters are refused. Default false: they are ignored. */
  readonly strictQuery?: boolean;
  /** `snake_case`: the wire has snake_case names over the camelCase properties of the schemas. Default `as_is`. */
  readonly naming?: Naming;
  /** Default true. */
  readonly validateResponse?: ResponseCheck;
  /** The `timeout` of actions that have none, in milliseconds. */
  readonly timeout?: number;
  /** Whether a create answers with the resource. Default true; the `Location` is sent anyhow. */
  readonly returnOnCreate?: boolean;
  /** Whether an update or a partial update answers with the resource. Default true, else 204. */
  readonly returnOnUpdate?: boolean;
  readonly errors?: readonly APIErrorClass[];
  readonly raises?: readonly Raise[];
  readonly use?: readonly RequestHandler[];
  /** Default: the name. */
  readonly tags?: readonly string[];
  readonly description?: string;
  /** OpenAPI security requirements of each action. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

/** What `Resource` returns, and what the mixins of the package take. */
export type ResourceClass<R extends ResourceOptions = ResourceOptions> = AbstractConstructor<
  ResourceView<R>
> &
  ResourceStatics<R>;

export interface ResourceStatics<R extends ResourceOptions = ResourceOptions> extends APIViewStatics {
  readonly resource: R;
}

export declare abstract class ResourceView<R extends ResourceOptions = ResourceOptions> extends APIView {
  /** The options that the resource was made with. */
  get resource(): R;
  /**
   * The `Location` of a resource that was created: a path below the collection, made of its key. Override it where the
   * resource lives elsewhere; `undefined` sends none.
   */
  protected getLocation(entity: unknown, location: string | undefined): Awaitable<string | undefined>;
}

/**
 * The root of a viewset: `class Prices extends ListMixin(Resource({ name: 'Price', schema: Price })) { ... }`.
 *
 * @throws TypeError when the name or the schema is missing.
 */
export function Resource<const R extends ResourceOptions>(options: R): ResourceClass<R> {
  if (!options?.name)
    throw new TypeError("A resource needs a name: Resource({ name: 'Item', schema: Item }).");
  if (typeof options.schema !== 'object' || options.schema === null) {
    throw new TypeError(
      `The resource ${options.name} needs a schema: Resource({ name: '${options.name}', schema: Type.Object({ ... }) }).`,
    );
  }
  abstract class ResourceBase extends APIView {
    static readonly resource = options;
    static override readonly use = options.use ?? [];
    static override readonly errors = options.errors ?? [];
    static override readonly raises = options.raises ?? [];
    static override readonly validateResponse = options.validateResponse ?? true;

    get resource(): R {
      return (this.constructor as unknown as ResourceStatics<R>).resource;
    }

    protected getLocation(_entity: unknown, location: string | undefined): Awaitable<string | undefined> {
      return location;
    }
  }
  return ResourceBase as unknown as ResourceClass<R>;
}

const keySchemas = new WeakMap<ResourceOptions, TObject>();

/** The schema of the key: one path parameter for each property of it. */
export function keySchemaOf(resource: ResourceOptions): TObject {
  const schema = keySchemas.get(resource) ?? makeKeySchema(resource);
  keySchemas.set(resource, schema);
  return schema;
}

function makeKeySchema(resource: ResourceOptions): TObject {
  const { key = 'id', name, schema } = resource;
  if (typeof key === 'object' && !Array.isArray(key)) return key as TObject;
  const names = typeof key === 'string' ? [key] : (key as readonly string[]);
  const properties = (schema as Partial<TObject>).properties ?? {};
  return Type.Object(
    Object.fromEntries(
      names.map((property) => {
        const found = Object.hasOwn(properties, property) ? properties[property] : undefined;
        if (!found) {
          const declared = Object.keys(properties).join(', ') || 'none';
          throw new TypeError(
            `The key "${property}" of the resource ${name} is no property of its schema (it has: ${declared}). ` +
              `Name the key: Resource({ name: '${name}', key: '...', ... }), or give it as a schema.`,
          );
        }
        return [property, parameterSchema(found)];
      }),
    ) as Record<string, TSchema>,
  );
}

/** A property as a path parameter: it is always there, and the client sends it, whoever writes it elsewhere. */
function parameterSchema(property: TSchema): TSchema {
  const { readOnly, ...schema } = KindGuard.IsOptional(property)
    ? Type.Required(Type.Object({ property })).properties.property
    : property;
  return schema as TSchema;
}

/** The body of a partial update, where none is given: each property of the update optional. */
export function patchSchemaOf(resource: ResourceOptions): TSchema {
  if (resource.patch) return resource.patch as TSchema;
  const update = (resource.update ?? resource.schema) as TSchema;
  if (KindGuard.IsObject(update) || KindGuard.IsIntersect(update))
    return Type.Partial(unrolled(update) as TObject);
  throw new TypeError(
    `The resource ${resource.name} needs a schema for partial updates: give it as \`patch\`.`,
  );
}
