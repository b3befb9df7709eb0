import viewsets from './viewsets.mjs';

export default () => viewsets({ views: 1_000 });
