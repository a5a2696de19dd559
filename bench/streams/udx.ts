/** `udx-native`: libudx behind a Node stream. */
import { once, type EventEmitter } from 'node:events';
import {
  HOST,
  SOCKET_BUFFER_BYTES,
  type Connect,
  type ContestStream,
  type Side,
} from './contest-stream.js';
import { Inlet } from './inlet.js';

export interface UdxSocket {
  bind(port: number, host: string): void;
  setRecvBufferSize(bytes: number): void;
  setSendBufferSize(bytes: number): void;
  close(): Promise<void>;
}

export interface UdxStream extends EventEmitter {
  readonly destroyed: boolean;
  connect(socket: UdxSocket, remoteId: number, port: number, host: string): void;
  write(piece: Uint8Array): boolean;
  end(): void;
}

export interface Udx {
  createSocket(): UdxSocket;
  createStream(id: number, options?: { firewall: Firewall }): UdxStream;
}

/** Asked when something comes for a stream that is not connected yet; true refuses it. */
type Firewall = (socket: UdxSocket, port: number, host: string) => boolean;

const STREAM_ID = { opener: 1, accepter: 2 } as const;
const OTHER = { opener: 'accepter', accepter: 'opener' } as const;

export const connectUdx: Connect = async (side, onListening) => {
  const { udx, socket } = await openUdx(side);
  const ids = [STREAM_ID[side.role], STREAM_ID[OTHER[side.role]]] as const;
  const stream =
    side.role === 'opener' ? openStream(udx, socket, ids, side.remotePort) : awaitStream(udx, ids);
  onListening();
  const contestStream = streamOf(stream);
  return {
    ...contestStream,
    close: async () => {
      await contestStream.close();
      await socket.close();
    },
  };
};

export async function openUdx({ packageEntry, localPort }: Side) {
  const { default: UDX } = (await import(packageEntry ?? '')) as { default: new () => Udx };
  const udx = new UDX();
  const socket = udx.createSocket();
  socket.bind(localPort, HOST);
  socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
  socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  return { udx, socket };
}

type Ids = readonly [own: number, remote: number];

export function openStream(udx: Udx, socket: UdxSocket, [own, remote]: Ids, remotePort: number) {
  const stream = udx.createStream(own);
  stream.connect(socket, remote, remotePort, HOST);
  return stream;
}

/** A stream that connects to wherever its first datagram comes from. */
export function awaitStream(udx: Udx, [own, remote]: Ids): UdxStream {
  const stream = udx.createStream(own, {
    firewall: (socket, port, host) => {
      stream.connect(socket, remote, port, host);
      return false;
    },
  });
  return stream;
}

export function streamOf(stream: UdxStream): ContestStream {
  const inlet = new Inlet();
  stream.on('data', (piece: Uint8Array) => {
    inlet.deliver(piece);
  });
  stream.on('error', (error: Error) => {
    inlet.fail(error);
  });
  stream.on('end', () => {
    inlet.fail(new Error('the UDX stream has ended'));
  });
  return {
    write: (piece) => (stream.write(piece) ? undefined : once(stream, 'drain')),
    receive: (take) => inlet.receive(take),
    close: async () => {
      stream.end();
      if (!stream.destroyed) await once(stream, 'close');
    },
  };
}
