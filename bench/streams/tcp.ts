/**
 * The measure of all: TCP of `node:net`. The receiving side dials, since only a socket that dials can
 * be given a buffer to read into (`onread`), and that makes it up to twice as fast.
 */
import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HOST, type Connect, type ContestStream, type Side } from './contest-stream.js';
import { duplexStream } from './duplex.js';
import { Inlet } from './inlet.js';

const READ_BYTES = 1 << 16;
const REDIAL_MS = 10;

export const connectTcp: Connect = async (side, onListening) => {
  const inlet = new Inlet();
  if (side.role === 'opener') return streamOf(await accept(side, inlet), inlet);
  onListening();
  return streamOf(await dial(side, inlet), inlet);
};

async function accept({ localPort }: Side, inlet: Inlet): Promise<Socket> {
  const server = createServer().listen(localPort, HOST);
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  pushInto(inlet, socket);
  return socket;
}

export function pushInto(inlet: Inlet, socket: Socket): void {
  socket.on('data', (piece) => {
    inlet.deliver(piece);
  });
}

/** Until somebody listens: the opener starts after this side. */
export async function dial(
  { remotePort }: Pick<Side, 'remotePort'>,
  inlet: Inlet,
): Promise<Socket> {
  for (;;) {
    const socket = connect({ port: remotePort, host: HOST, onread: readingInto(inlet) });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      await delay(REDIAL_MS);
    }
  }
}

function readingInto(inlet: Inlet) {
  return {
    buffer: Buffer.alloc(READ_BYTES),
    callback: (count: number, buffer: Uint8Array) => {
      inlet.deliver(buffer.subarray(0, count));
      return true;
    },
  };
}

export function streamOf(socket: Socket, inlet: Inlet): ContestStream {
  socket.setNoDelay(true);
  return duplexStream(socket, inlet);
}
