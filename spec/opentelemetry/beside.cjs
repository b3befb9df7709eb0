/* An instrumentation of the app's own, as one would have it before the package came: it is loaded before or after ours. */
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express');

const mark = (span) => span.setAttribute('beside', true);

registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ requestHook: mark }),
    new ExpressInstrumentation({
      requestHook: (span) => {
        mark(span);
        require('express-viewsets/opentelemetry/views').recordOnce(span);
      },
    }),
  ],
});
