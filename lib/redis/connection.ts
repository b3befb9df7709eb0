import type { RedisClient, RedisConnection } from './client.js';

/**
 * A second connection of a client, for commands that wait.
 *
 * @throws Error where it is not there within so many milliseconds.
 */
export async function opened(client: RedisClient, ms: number): Promise<RedisConnection> {
  // A lost connection is made anew by the hub: a client that is destroyed while it does so by itself leaves a socket open.
  // And one that waits is silent, which is no reason to end it.
  const socket = { ...client.options?.socket, reconnectStrategy: false, socketTimeout: 0 };
  const connection = client.duplicate({ socket });
  // It tells of each lost connection, and throws where nobody listens. The command that waits fails as well.
  connection.on('error', () => {});
  const connecting = connection.connect();
  try {
    await within(connecting, ms);
    return connection;
  } catch (error) {
    destroy(connection);
    // To destroy a client before it is connected leaves its socket open.
    connecting.then(
      () => destroy(connection),
      () => {},
    );
    throw error;
  }
}

export function destroy(connection: RedisConnection): void {
  if (!connection.isOpen) return;
  if (connection.destroy) connection.destroy();
  else void connection.disconnect?.();
}

/** Rejects where a promise takes longer than so many milliseconds. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    // A process that was busy hears first what has come meanwhile.
    const timer = setTimeout(
      () => setImmediate(() => reject(new Error(`Redis gave no answer within ${ms} ms.`))),
      ms,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
