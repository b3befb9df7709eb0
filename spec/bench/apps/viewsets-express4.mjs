import { ours } from '../schema.mjs';
import viewsets from './viewsets.mjs';

/** Express 4 in the place of 5, for the package as well. */
export default () => {
  ours('express4');
  ours.cache[ours.resolve('express')] = ours.cache[ours.resolve('express4')];
  return viewsets();
};
