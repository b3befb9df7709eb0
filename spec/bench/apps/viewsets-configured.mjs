import { ours } from '../schema.mjs';
import viewsets from './viewsets.mjs';

/** With all that `configureApp` does for each request: the document and its page, settings, request ids, a logger. */
export default () =>
  viewsets({
    configure: (app) =>
      ours('express-viewsets').configureApp(app, {
        info: { title: 'Items', version: '1.0.0' },
        correlationId: (request) => request.headers['x-request-id'],
        logger: { error() {} },
      }),
  });
