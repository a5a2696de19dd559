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

interface UdxSocket {
  bind(port: number, host: string): void;
  setRecvBufferSize(bytes: number): void;
  setSendBufferSize(bytes: number): void;
  close(): Promise<void>;
}

interface UdxStream extends EventEmitter {
  readonly destroyed: boolean;
  connect(socket: UdxSocket, remoteId: number, port: number, host: string): void;
  write(piece: Uint8Array): boolean;
  end(): void;
}

interface Udx {
  createSocket(): UdxSocket;
  createStream(id: number): UdxStream;
}

const STREAM_ID = { opener: 1, accepter: 2 } as const;
const OTHER = { opener: 'accepter', accepter: 'opener' } as const;

export const connectUdx: Connect = async (side, onListening) => {
  const { default: UDX } = (await import(side.packageEntry ?? '')) as { default: new () => Udx };
  const udx = new UDX();
  const socket = udx.createSocket();
  socket.bind(side.localPort, HOST);
  socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
  socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  const stream = streamOf(connectStream(udx, socket, side), socket);
  onListening();
  return stream;
};

function connectStream(udx: Udx, socket: UdxSocket, { role, remotePort }: Side): UdxStream {
  const stream = udx.createStream(STREAM_ID[role]);
  stream.connect(socket, STREAM_ID[OTHER[role]], remotePort, HOST);
  return stream;
}

function streamOf(stream: UdxStream, socket: UdxSocket): ContestStream {
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
      await socket.close();
    },
  };
}
