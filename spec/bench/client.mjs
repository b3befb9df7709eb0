import net from 'node:net';

/*
 * A client that does as little as can be done, so that it is the server that has no rest: a request is the same bytes each time, and of
 * a response its status and its length are looked at, which the first one of its kind tells.
 */
export class Client {
  #connections;
  #lengths = new Map();

  static async connect(port, count) {
    const client = new Client();
    client.#connections = await Promise.all(Array.from({ length: count }, () => Connection.open(port)));
    return client;
  }

  /** Sends so many requests, one at a time on each connection. */
  async load({ request, status }, count) {
    const message = bytesOf(request);
    if (!this.#lengths.has(message)) this.#lengths.set(message, await this.#connections[0].measure(message));
    const length = this.#lengths.get(message);
    let left = count;
    await Promise.all(
      this.#connections.map(
        (connection) =>
          new Promise((resolve, reject) => {
            const next = () => {
              if (left === 0) {
                resolve();
                return false;
              }
              left -= 1;
              return true;
            };
            connection.load({ message, length, status: String(status), next, reject });
          }),
      ),
    );
  }

  close() {
    for (const connection of this.#connections) connection.close();
  }
}

const messages = new Map();

function bytesOf(request) {
  const known = messages.get(request);
  if (known) return known;
  const { method, path, headers = {}, body = '' } = request;
  const all = { host: 'localhost', ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const message = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  messages.set(request, message);
  return message;
}

class Connection {
  #socket;
  #take = () => {};
  #reject = () => {};
  #isClosed = false;

  static async open(port) {
    const connection = new Connection();
    await new Promise((resolve, reject) => {
      connection.#socket = net
        .connect({
          port,
          host: '127.0.0.1',
          noDelay: true,
          // One buffer for all that comes: nothing is kept.
          onread: {
            buffer: Buffer.alloc(65_536),
            callback: (length, buffer) => {
              connection.#take(buffer.subarray(0, length));
              return true;
            },
          },
        })
        .once('connect', resolve)
        .on('error', reject)
        .on('close', () => {
          connection.#isClosed = true;
          connection.#reject(new Error('The server has closed a connection.'));
        });
    });
    return connection;
  }

  /** How many bytes the response has, of one that is sent whole. */
  measure(message) {
    return new Promise((resolve, reject) => {
      let text = '';
      this.#reject = reject;
      this.#take = (bytes) => {
        text += bytes.toString('latin1');
        const end = text.indexOf('\r\n\r\n') + 4;
        if (end < 4) return;
        const length = /^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1];
        const isWhole =
          length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length === end + Number(length);
        if (isWhole) resolve(text.length);
      };
      this.#socket.write(message);
    });
  }

  load({ message, length, status, next, reject }) {
    if (this.#isClosed) {
      reject(new Error('The server has closed a connection that had nothing to do.'));
      return;
    }
    let missing = 0;
    this.#reject = reject;
    this.#take = (bytes) => {
      const told = missing === length ? bytes.latin1Slice(9, 12) : status;
      missing -= bytes.length;
      if (told !== status || missing < 0)
        reject(new Error(`Another answer than the first: ${bytes.toString('latin1')}`));
      else if (missing === 0) send();
    };
    const send = () => {
      if (!next()) return;
      missing = length;
      this.#socket.write(message);
    };
    send();
  }

  close() {
    this.#reject = () => {};
    this.#socket.destroy();
  }
}
