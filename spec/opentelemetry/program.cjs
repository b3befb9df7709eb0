/*
 * Serves requests and prints what was traced of them. It is run with `--require express-viewsets/opentelemetry`; program.mjs
 * hands the same to ECMAScript modules.
 */
const http = require('node:http');

exports.run = async ({ express, viewsets, sdk, client }) => {
  const { APIView, configureApp, get, NotFound, ViewRouter } = viewsets;
  const exporter = new sdk.InMemorySpanExporter();
  const provider = new sdk.NodeTracerProvider({
    sampler: process.env.UNSAMPLED ? new sdk.AlwaysOffSampler() : new sdk.AlwaysOnSampler(),
    spanProcessors: [new sdk.SimpleSpanProcessor(exporter)],
  });
  provider.register();

  const downstream = http.createServer((request, response) =>
    response.end(request.headers.traceparent ?? ''),
  );
  await new Promise((resolve) => downstream.listen(0, '127.0.0.1', resolve));

  class Items extends APIView {
    static actions = {
      retrieve: get('/items/:id', { params: viewsets.params }),
      fails: get('/fails'),
      later: get('/later'),
      missing: get('/missing'),
      calls: get('/calls', { raw: true }),
    };
    retrieve() {}
    fails() {
      throw new Error('broken, with password=hunter2');
    }
    async later() {
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error('broken later');
    }
    missing() {
      throw new NotFound();
    }
    async calls() {
      const { port } = downstream.address();
      const text = await new Promise((resolve) =>
        client.get({ port, host: '127.0.0.1', path: '/?token=hunter2' }, (response) => {
          response.setEncoding('utf8').once('data', resolve);
        }),
      );
      this.response.send(text);
    }
  }

  const lines = [];
  const logger = {
    info: (fields) => lines.push({ level: 'info', ...fields }),
    error: (fields) => lines.push({ level: 'error', ...fields }),
  };
  const app = express();
  const router = ViewRouter();
  router.register(Items);
  app.use('/tenants/:tenant', router);
  app.get('/old/:id', (_request, response) => response.send('old'));
  const child = express();
  child.get('/fails', (_request, _response, next) => next(new Error('child broken')));
  app.use('/child', child);
  app.get('/old-fails', (_request, _response, next) => next(new Error('old broken, with password=hunter2')));
  configureApp(app, { info: { title: 'Traces', version: '1' }, logs: { logger }, validationStatus: 400 });

  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  const answers = {};
  const ask = (name, method, path, trace) =>
    new Promise((resolve) => {
      const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
      // Not traced itself, so that what is sent is what was written.
      const socket = require('node:net').connect(server.address().port, '127.0.0.1', () =>
        socket.write(
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\ntraceparent: ${headers.traceparent}\r\n\r\n`,
        ),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => {
        const [head, body = ''] = text.split('\r\n\r\n');
        answers[name] = { status: Number(head.split(' ')[1]), body };
        resolve();
      });
    });
  const requests = [
    ['view', 'GET', '/tenants/acme/items/7?secret=hunter2&page=2'],
    ['invalid', 'GET', '/tenants/acme/items/x'],
    ['fails', 'GET', '/tenants/acme/fails'],
    ['later', 'GET', '/tenants/acme/later'],
    ['missing', 'GET', '/tenants/acme/missing'],
    ['method', 'POST', '/tenants/acme/fails'],
    ['unknown', 'GET', '/nowhere'],
    ['old', 'GET', '/old/5'],
    ['oldFails', 'GET', '/old-fails'],
    ['childFails', 'GET', '/child/fails'],
    ['calls', 'GET', '/tenants/acme/calls'],
  ];
  const traces = {};
  for (const [index, [name, method, path]] of requests.entries()) {
    traces[name] = `${'0af7651916cd43dd8448eb211c8031'}${String(index).padStart(2, '0')}`;
    await ask(name, method, path, traces[name]);
  }
  while (lines.filter(({ level }) => level === 'info').length < requests.length)
    await new Promise((resolve) => setImmediate(resolve));
  const spans = exporter.getFinishedSpans().map((span) => ({
    trace: span.spanContext().traceId,
    parent: span.parentSpanContext?.spanId,
    id: span.spanContext().spanId,
    kind: span.kind,
    name: span.name,
    status: span.status,
    attributes: span.attributes,
    scope: span.instrumentationScope.name,
    events: span.events.map(({ name, attributes }) => [name, attributes['exception.message']]),
  }));
  process.stdout.write(`${JSON.stringify({ answers, traces, spans, lines, base })}\n`);
  server.close();
  downstream.close();
};

if (require.main === module) {
  const { Type } = require('@sinclair/typebox');
  exports.run({
    express: require('express'),
    client: http,
    viewsets: { ...require('express-viewsets'), params: Type.Object({ id: Type.Integer() }) },
    sdk: require('@opentelemetry/sdk-trace-node'),
  });
}
