import http from 'node:http';
import * as sdk from '@opentelemetry/sdk-trace-node';
import { Type } from '@sinclair/typebox';
import express from 'express';
import * as viewsets from 'express-viewsets';
import { run } from './program.cjs';

await run({
  express,
  client: http,
  viewsets: { ...viewsets, params: Type.Object({ id: Type.Integer() }) },
  sdk,
});
