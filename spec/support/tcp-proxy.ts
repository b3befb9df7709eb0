import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, as a network does: it may fall silent, or cut what goes through it. */
export interface TCPProxy {
  readonly port: number;
  /** How many connections it has taken. */
  readonly taken: number;
  /** What is connected now stays so, and nothing comes through it any more: nobody is told. New connections are as before. */
  freeze(): void;
  /** Takes connections, and is as silent, until `thaw`. */
  freezeNew(): void;
  thaw(): void;
  /** Resets what is connected now. */
  cut(): void;
  close(): Promise<void>;
}

export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TCPProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let silent = false;
  let taken = 0;
  const server = createServer((near) => {
    taken += 1;
    const far = connect(target.port, target.host);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [far, near]] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
    if (silent) return;
    near.pipe(far);
    far.pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get taken() {
      return taken;
    },
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    freezeNew() {
      silent = true;
    },
    thaw() {
      silent = false;
    },
    cut() {
      for (const [near] of pairs) near.resetAndDestroy();
    },
    async close() {
      for (const [near] of pairs) near.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
