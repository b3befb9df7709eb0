import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { recordOnce } from 'express-viewsets/opentelemetry/views';

// For an app that has an instrumentation of its own: it comes in the place of `express-viewsets/opentelemetry`.
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => url === '/metrics' }),
    new ExpressInstrumentation({ requestHook: recordOnce }),
  ],
});
