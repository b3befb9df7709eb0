import { type AddressInfo, Server } from 'node:net';

/**
 * From here on no server of this process opens a port: http, https and http2 all listen through `net.Server`. What waits for a
 * server to listen goes on, as modules are that await it before they export their app.
 */
export function silenceServers(): void {
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const [first] = args;
    const callback = args.at(-1);
    if (typeof callback === 'function') this.once('listening', callback as () => void);
    const address: AddressInfo = { address: '127.0.0.1', family: 'IPv4', port: portOf(first) };
    this.address = () => address;
    process.nextTick(() => this.emit('listening'));
    return this;
  } as Server['listen'];
}

function portOf(first: unknown): number {
  const port = typeof first === 'object' && first !== null ? (first as { port?: unknown }).port : first;
  return Number(port) || 0;
}
