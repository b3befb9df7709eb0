import * as oas31 from 'openapi3-ts/oas31';
import { Components } from '../schema/index.js';
import { toSchema30 } from './downgrade.js';
import { type MountedOperation, place } from './mounted.js';
import { operationObject } from './operation-object.js';

export type OpenAPIVersion = '3.0' | '3.1' | '3.2';

export interface DocumentOptions {
  /** The title and the version of the API are required. */
  readonly info: oas31.InfoObject;
  /** Default `3.1`. */
  readonly version?: OpenAPIVersion;
  /** Default: one, the path that the app is mounted at. */
  readonly servers?: readonly oas31.ServerObject[];
  readonly securitySchemes?: Readonly<Record<string, oas31.SecuritySchemeObject>>;
  /** The requirements of actions that state none. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly tags?: readonly oas31.TagObject[];
  readonly externalDocs?: oas31.ExternalDocumentationObject;
  /** The status of a request that fails its schemas. Default 400. */
  readonly validationStatus?: 400 | 422;
}

const releases: Readonly<Record<OpenAPIVersion, string>> = { '3.0': '3.0.4', '3.1': '3.1.1', '3.2': '3.2.0' };

/**
 * The OpenAPI document of mounted operations, from the same data that the router serves.
 *
 * @throws TypeError when two different schemas have one `$id`, or `info` lacks its title or version.
 */
export function buildDocument(
  mounted: readonly MountedOperation[],
  options: DocumentOptions,
): oas31.OpenAPIObject {
  const {
    info,
    version = '3.1',
    servers = [{ url: '/' }],
    securitySchemes = {},
    security = [],
    tags = [],
    externalDocs,
  } = options;
  if (!info?.title || !info.version) {
    throw new TypeError(
      "The document needs `info` with a title and a version: { title: 'My API', version: '1.0.0' }.",
    );
  }
  const openapi = releases[version];
  if (!openapi)
    throw new TypeError(
      `The OpenAPI version is "${String(version)}"; it has to be one of ${Object.keys(releases).join(', ')}.`,
    );
  const builder = new oas31.OpenApiBuilder({
    openapi,
    info,
    servers: [...servers],
    tags: [...tags],
    security: security as oas31.SecurityRequirementObject[],
    ...(externalDocs && { externalDocs }),
  });
  const components = new Components();
  const paths = new Map<string, oas31.PathItemObject>();
  const shared = {
    components,
    responses: new Map<string, oas31.ResponseObject>(),
    validationStatus: options.validationStatus ?? 400,
  };
  for (const { operation, path, operationId } of place(mounted)) {
    const url = path.replace(/:([A-Za-z_$][\w$]*)/g, '{$1}');
    paths.set(url, {
      ...paths.get(url),
      [operation.method]: operationObject(operation, path, operationId, shared),
    });
  }
  for (const [path, item] of paths) builder.addPath(path, item);
  for (const [name, schema] of Object.entries(components.schemas)) builder.addSchema(name, schema);
  for (const [name, response] of shared.responses) builder.addResponse(name, response);
  for (const [name, scheme] of Object.entries(securitySchemes)) builder.addSecurityScheme(name, scheme);
  const document = builder.getSpec();
  return version === '3.0' ? toSchema30(document) : document;
}

/** The document as YAML. */
export function toYAML(document: oas31.OpenAPIObject): string {
  // A schema that stands in several places is written in each: anchors are lost on most readers.
  return new oas31.OpenApiBuilder(document).getSpecAsYaml(undefined, { aliasDuplicateObjects: false });
}
