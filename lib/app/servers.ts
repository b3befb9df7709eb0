import type { DocumentOptions } from '../openapi/index.js';
import { isTemplate, joinPaths, parametersOf, toOpenAPIPath } from '../paths.js';

type Servers = NonNullable<DocumentOptions['servers']>;

interface MountedApp {
  readonly parent?: MountedApp;
  readonly mountpath?: unknown;
}

/** An app is served where its parents mount it; a parameter on the way there is a variable of the URL. */
export function serversOf(app: object): Servers {
  return pathsOf(app as MountedApp).map((path) => {
    const variables = parametersOf(path).map((name) => [name, { default: name }]);
    return {
      url: toOpenAPIPath(path),
      ...(variables.length > 0 && { variables: Object.fromEntries(variables) }),
    };
  });
}

function pathsOf({ parent, mountpath }: MountedApp): string[] {
  if (!parent) return [''];
  const own = [mountpath].flat().filter((path) => typeof path === 'string' && isTemplate(path)) as string[];
  return pathsOf(parent).flatMap((base) => own.map((path) => joinPaths(base, path)));
}
