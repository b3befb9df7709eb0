import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { child } from './support/child.js';

jest.setTimeout(60_000);

const page = readFileSync(resolve(__dirname, '../docs/streaming.md'), 'utf8');
const commands = /^```sh\n(npx tsx .*?)^```$/ms.exec(page)?.[1]?.trim().split('\n') ?? [];
const [start = '', ...requests] = commands;

/** What `curl` sends for a line of the page. */
function requestOf(line: string, port: number): Request {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const after = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
  const [name = '', value = ''] = after('-H')?.split(': ') ?? [];
  const url = words.find((word) => word.startsWith('http')) ?? '';
  return new Request(url.replace(':3000', `:${port}`), {
    method: after('-X') ?? 'GET',
    headers: name ? { [name]: value } : {},
    body: after('-d') ?? null,
  });
}

test('the commands of the page work as they stand there', async () => {
  expect(start).toBe('npx tsx samples/streaming/server.ts');
  const server = child(['samples/streaming/server.ts'], { PORT: '0' });
  await server.until('/openapi.json');
  const port = Number(/localhost:(\d+)/.exec(server.output().stdout)?.[1]);
  const [events = '', ...others] = requests;
  const stream = await fetch(requestOf(events, port));
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const answers: string[] = [];
  for (const line of others) answers.push(await (await fetch(requestOf(line, port))).text());
  expect(answers).toEqual([
    '{"id":"tea","amount":3}',
    expect.stringMatching(/^event: response\.started\n.*event: response\.finished\n/s),
    'id: 2\ndata: 2\n\nid: 1\ndata: 1\n\nid: 0\ndata: 0\n\n',
    '{"number":1,"square":1}\n{"number":2,"square":4}\n{"number":3,"square":9}\n',
  ]);
  let seen = '';
  while (!seen.includes('"amount":3')) seen += Buffer.from((await reader.read()).value ?? []).toString();
  expect(seen).toMatch(/^retry: 1000\n\nevent: changed\nid: \S+\ndata: \{"id":"tea","amount":3\}\n/);
  // The open stream holds nothing up.
  server.process.kill('SIGTERM');
  expect(await server.exit).toBe(0);
  expect((await reader.read()).done).toBe(true);
});
