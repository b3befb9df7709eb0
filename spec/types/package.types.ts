// Compiled against the built package by .ci/types.mjs, once as CommonJS and once as an ES module. Such a file
// stands alone: it imports packages only, never another file.

import { View } from 'express-viewsets';
import type { Router } from 'express';

export class Empty extends View {}

export type Mounted = { router: Router; view: typeof View };

// @ts-expect-error there is no such export
import { NoSuchExport } from 'express-viewsets';

export type Nothing = typeof NoSuchExport;
