import * as oas31 from 'openapi3-ts/oas31';
import { ComponentNames } from '../component-names.js';
import { Components } from '../schema/index.js';
import { toSchema30 } from './downgrade.js';
import { type MountedOperation, type PlacedOperation, place } from './mounted.js';
import { operationObject, type Shared, tagsOf } from './operation-object.js';

export type OpenAPIVersion = '3.0' | '3.1' | '3.2';

export interface DocumentOptions {
  /** The title and the version of the API are required. */
  readonly info: oas31.InfoObject & { readonly summary?: string };
  /** Default `3.1`. */
  readonly version?: OpenAPIVersion;
  /** Default: one, the path that the app is mounted at. */
  readonly servers?: readonly oas31.ServerObject[];
  readonly securitySchemes?: Readonly<Record<string, oas31.SecuritySchemeObject>>;
  /** The requirements of actions that state none. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  /** In the order in which they are shown. Those of resources with a description follow. */
  readonly tags?: readonly oas31.TagObject[];
  readonly externalDocs?: oas31.ExternalDocumentationObject;
  /** Requests that the API sends, by name. OpenAPI 3.0 has none. */
  readonly webhooks?: Readonly<Record<string, oas31.PathItemObject>>;
  /** The status of a request that fails its schemas. Default 400. */
  readonly validationStatus?: 400 | 422;
}

const releases: Readonly<Record<OpenAPIVersion, string>> = { '3.0': '3.0.4', '3.1': '3.1.1', '3.2': '3.2.0' };

/**
 * The OpenAPI document of mounted operations, from the same data that the router serves.
 *
 * @throws TypeError when two different schemas have one `$id`, an action needs a security scheme that is not there, or
 * `info` lacks its title or version.
 */
export function buildDocument(
  mounted: readonly MountedOperation[],
  options: DocumentOptions,
): oas31.OpenAPIObject {
  const { servers = [{ url: '/' }], securitySchemes = {}, security = [], externalDocs, webhooks } = options;
  const placed = place(mounted);
  const builder = new oas31.OpenApiBuilder({
    openapi: releaseOf(options),
    info: options.info,
    servers: [...servers],
    tags: allTags(placed, options),
    security: security as oas31.SecurityRequirementObject[],
    ...(externalDocs && { externalDocs }),
    ...(webhooks && { webhooks }),
    paths: {},
  });
  checkSecurity(placed, options);
  const paths = new Map<string, oas31.PathItemObject>();
  const shared: Shared = {
    components: new Components(),
    responses: new Map(),
    written: new Map(),
    problems: new Map(),
    validationStatus: options.validationStatus ?? 400,
    itemSchema: options.version === '3.2',
  };
  try {
    for (const one of placed) {
      const { url, operation } = one;
      const item = paths.get(url) ?? {};
      item[operation.method] = operationObject(one, shared);
      paths.set(url, item);
    }
  } catch (error) {
    // Routers that were made apart are only now seen to use one name twice: this tells of both views.
    new ComponentNames().add(placed.map(({ operation }) => operation));
    throw error;
  }
  for (const [path, item] of paths) builder.addPath(path, item);
  for (const [name, schema] of shared.components.entries()) builder.addSchema(name, schema);
  for (const [name, response] of shared.responses) builder.addResponse(name, response);
  for (const [name, scheme] of Object.entries(securitySchemes)) builder.addSecurityScheme(name, scheme);
  const document = builder.getSpec();
  return options.version === '3.0' ? toSchema30(document) : document;
}

function releaseOf({ info, version = '3.1' }: DocumentOptions): string {
  if (!info?.title || !info.version) {
    throw new TypeError(
      "The document needs `info` with a title and a version: { title: 'My API', version: '1.0.0' }.",
    );
  }
  const release = releases[version];
  if (!release) {
    const known = Object.keys(releases).join(', ');
    throw new TypeError(`The OpenAPI version is "${String(version)}"; it has to be one of ${known}.`);
  }
  return release;
}

/** The tags of the options, then those that a resource describes. */
function allTags(placed: readonly PlacedOperation[], { tags = [] }: DocumentOptions): oas31.TagObject[] {
  const all = new Map(tags.map((tag) => [tag.name, tag]));
  for (const { operation } of placed) {
    const [name] = tagsOf(operation);
    const description = operation.resource?.description;
    if (name !== undefined && description && !all.has(name)) all.set(name, { name, description });
  }
  return [...all.values()];
}

function checkSecurity(placed: readonly PlacedOperation[], options: DocumentOptions): void {
  const { security = [], securitySchemes = {} } = options;
  const needs = [
    ...security.map((requirement) => ({ requirement, label: '`security`' })),
    ...placed.flatMap(({ operation: { spec, view, handler } }) =>
      (spec.security ?? []).map((requirement) => ({ requirement, label: `${view.name}.${handler}` })),
    ),
  ];
  for (const { requirement, label } of needs) {
    const missing = Object.keys(requirement).find((name) => !Object.hasOwn(securitySchemes, name));
    if (missing !== undefined) {
      throw new TypeError(
        `${label} needs the security scheme "${missing}", which is not described: ` +
          `configureApp(app, { securitySchemes: { ${missing}: { type: 'http', scheme: 'bearer' } } }).`,
      );
    }
  }
}

/** The document as YAML. */
export function toYAML(document: oas31.OpenAPIObject): string {
  // A schema that stands in several places is written in each: anchors are lost on most readers.
  return new oas31.OpenApiBuilder(document).getSpecAsYaml(undefined, { aliasDuplicateObjects: false });
}
