/** Endpoints on loopback for tests, and what an application does with their connections. */
import type { ExecutionContext } from 'ava';
import type {
  AsyncConnection,
  AsyncEndpoint,
  ConnectionOptions,
  EndpointOptions,
  ListenOptions,
} from '#hawser/main/api/async-connection.js';
import { openEndpoint } from '#hawser/main/threads/async-endpoint.js';
import { ioOf } from '#hawser/shared/streamer-options.js';

export const CONNECTION: ConnectionOptions = {
  receiveBufferBytes: 1 << 17,
  sendBufferBytes: 1 << 17,
  noDelay: true,
  keepAliveMs: 5_000,
  idleTimeoutMs: 20_000,
  connectTimeoutMs: 20_000,
  congestion: 'none',
  maximumDatagramBytes: 1472,
  integrity: 'crc32',
};

export const LISTEN: ListenOptions = {
  connection: CONNECTION,
  backlog: 2_000,
  maximumConnections: 2_000,
  retry: 'auto',
};

/** Closed when the test has ended, whatever its outcome. */
export async function anEndpoint(
  t: ExecutionContext,
  changes: Partial<EndpointOptions> = {},
): Promise<AsyncEndpoint> {
  const endpoint = await openEndpoint({
    local: { host: '127.0.0.1', port: 0 },
    io: ioOf({}),
    maximumConnections: 2_000,
    maximumMemoryBytes: 2 ** 34,
    ...changes,
  });
  t.teardown(() => endpoint.close());
  return endpoint;
}

/** Writes `bytes` and ends; resolves with all that came back once the peer has ended too. */
export function exchange(connection: AsyncConnection, bytes: Uint8Array): Promise<Buffer> {
  const received: Buffer[] = [];
  const piece = Buffer.alloc(1 << 16);
  let written = 0;
  let ended = false;
  return new Promise((resolve, reject) => {
    connection.onNews = () => {
      const failure = connection.failure();
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      if (written < bytes.length) written += connection.write(bytes, written, bytes.length);
      if (written === bytes.length && !ended) {
        ended = true;
        connection.end();
      }
      for (;;) {
        const count = connection.read(piece, 0, piece.length);
        if (count === 0) break;
        received.push(Buffer.from(piece.subarray(0, count)));
      }
      if (connection.atEnd && connection.isEndAcknowledged) resolve(Buffer.concat(received));
    };
    connection.onNews();
  });
}

/** Sends back what comes, and the end behind it. */
export function echo(connection: AsyncConnection): void {
  const piece = Buffer.alloc(1 << 14);
  let left = piece.subarray(0, 0);
  let ended = false;
  connection.onNews = () => {
    for (;;) {
      if (left.length > 0) left = left.subarray(connection.write(left, 0, left.length));
      if (left.length > 0) break;
      left = piece.subarray(0, connection.read(piece, 0, piece.length));
      if (left.length === 0) break;
    }
    if (connection.atEnd && left.length === 0 && !ended) {
      ended = true;
      connection.end();
    }
    if (connection.isClosed) connection.release();
  };
  connection.onNews();
}

/** Resolves when `condition` holds; looked at whenever the connection has news. */
export function until(connection: AsyncConnection, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    connection.onNews = () => {
      if (condition()) resolve();
    };
    connection.onNews();
  });
}

/** The error that the connection ends with. */
export async function failureOf(connection: AsyncConnection) {
  await until(connection, () => connection.failure() !== undefined);
  return connection.failure();
}
