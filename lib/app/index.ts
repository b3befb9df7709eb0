export * from './configure-app.js';
export { innerLayers, type Layer, layersOf } from './layers.js';
export { pathsOf } from './layer-paths.js';
