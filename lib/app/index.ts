export * from './configure-app.js';
export { pathsOf } from './layer-paths.js';
export { innerLayers, type Layer, layersOf } from './layers.js';
export type { AppOptions } from './options.js';
