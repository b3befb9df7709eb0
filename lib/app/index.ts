export * from './configure-app.js';
export { innerLayers, type Layer, layersOf } from './layers.js';
export { mountPathsOf } from './mounts.js';
