import { ours } from '../schema.mjs';
import viewsets from './viewsets.mjs';

/** With metrics, request ids and a line of the log for each request, which the server's standard output takes. */
export default () =>
  viewsets({
    configure: (app) =>
      ours('express-viewsets').configureApp(app, {
        info: { title: 'Items', version: '1.0.0' },
        metrics: true,
        requestId: true,
        logs: true,
      }),
  });
