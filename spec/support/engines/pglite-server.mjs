// PGlite behind a port, in a thread of its own: Jest without flags cannot load its ES modules, and over the protocol all
// libraries reach it by their usual driver. It has one session, so that clients are served one after another.

import { createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';

const startupLength = 8;
const cancelOrSsl = new Set([80877102, 80877103, 80877104]);

const database = await PGlite.create();
const queue = [];
let served;

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  queue.push(socket);
  next();
});

function next() {
  if (served || queue.length === 0) return;
  served = queue.shift();
  serve(served);
}

function serve(socket) {
  let received = Buffer.alloc(0);
  let started = false;
  let work = Promise.resolve();
  const answer = async () => {
    while (true) {
      const message = started ? takeBatch() : takeStart();
      if (!message) return;
      if (!started) {
        start(message);
      } else if (message[0] === code('X')) {
        socket.end();
      } else {
        socket.write(await database.execProtocolRaw(message));
      }
    }
  };
  /** What stands at the start has no type. */
  const takeStart = () => {
    if (received.length < startupLength || received.length < received.readInt32BE(0)) return undefined;
    return take(received.readInt32BE(0));
  };
  /** Messages up to one that is answered. */
  const takeBatch = () => {
    let end = 0;
    while (received.length >= end + 5 && received.length >= end + 1 + received.readInt32BE(end + 1)) {
      const type = received[end];
      end += 1 + received.readInt32BE(end + 1);
      if (type === code('S') || type === code('Q') || type === code('X')) return take(end);
    }
    return undefined;
  };
  const take = (length) => {
    const message = received.subarray(0, length);
    received = received.subarray(length);
    return message;
  };
  const start = (message) => {
    if (cancelOrSsl.has(message.readInt32BE(4))) {
      socket.write('N');
      return;
    }
    started = true;
    const parameters = { server_version: '17.0', client_encoding: 'UTF8', standard_conforming_strings: 'on' };
    socket.write(
      Buffer.concat([
        packet('R', int32(0)),
        ...Object.entries(parameters).map(([name, value]) => packet('S', Buffer.from(`${name}\0${value}\0`))),
        packet('Z', Buffer.from('I')),
      ]),
    );
  };
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    work = work.then(answer).catch((error) => socket.destroy(error));
  });
  socket.on('close', () => {
    void work.then(async () => {
      // What the client left open.
      await database.exec('rollback; deallocate all');
      served = undefined;
      next();
    });
  });
}

function packet(type, body) {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function code(letter) {
  return letter.charCodeAt(0);
}

server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
