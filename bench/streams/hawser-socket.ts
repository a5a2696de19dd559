/** Hawser by its asynchronous API, on the thread that uses it. */
import { once } from 'node:events';
import {
  connect,
  type ConnectOptions,
  createServer,
  type HawserServer,
  type HawserSocket,
} from '#hawser/main/api/index.js';
import { HOST, type Connect, type ContestStream, type Side } from './contest-stream.js';
import { duplexStream } from './duplex.js';
import { Inlet } from './inlet.js';

export type HawserOptions = Omit<ConnectOptions, 'host' | 'port'>;

export function hawserSocket(options: HawserOptions): Connect {
  return async (side, onListening) => {
    if (side.role === 'opener') return dialHawser(side, options);
    const server = await serveHawser(side, options);
    onListening();
    const [socket] = (await once(server, 'connection')) as [HawserSocket];
    server.close();
    return streamOf(socket);
  };
}

export async function dialHawser(
  { remotePort }: Pick<Side, 'remotePort'>,
  options: HawserOptions,
): Promise<ContestStream> {
  const socket = connect({ ...options, host: HOST, port: remotePort });
  const stream = streamOf(socket);
  await once(socket, 'connect');
  return stream;
}

export async function serveHawser(
  { localPort }: Pick<Side, 'localPort'>,
  options: HawserOptions,
): Promise<HawserServer> {
  const server = createServer(options);
  server.listen({ ...options, host: HOST, port: localPort });
  await once(server, 'listening');
  return server;
}

export function streamOf(socket: HawserSocket): ContestStream {
  const inlet = new Inlet();
  socket.on('data', (piece: Uint8Array) => {
    inlet.deliver(piece);
  });
  return duplexStream(socket, inlet);
}
