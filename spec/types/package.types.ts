// Compiled against the built package by .ci/types.mjs, once as CommonJS and once as an ES module. Such a file
// stands alone: it imports packages only, never another file.

import type { Router } from 'express';
import { View } from 'express-viewsets';

export class Empty extends View {}

export type Mounted = { router: Router; view: typeof View };

// @ts-expect-error there is no such export
export type Refused = import('express-viewsets').NoSuchExport;
