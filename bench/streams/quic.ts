/**
 * QUIC: quinn, in `@chainsafe/libp2p-quic`. Its native binding is used directly and read 64 KB at a
 * time; through the package's own stream of 4 KB reads it is slower.
 */
import { generateKeyPairSync } from 'node:crypto';
import {
  HOST,
  SOCKET_BUFFER_BYTES,
  type Connect,
  type ContestStream,
  type Side,
} from './contest-stream.js';
import { Inlet } from './inlet.js';

interface QuicStream {
  read(most: number): Promise<Uint8Array | undefined>;
  write(piece: Uint8Array): Promise<void>;
  finishWrite(): Promise<void>;
}

interface QuicConnection {
  inboundStream(): Promise<QuicStream>;
  outboundStream(): Promise<QuicStream>;
  closed(): Promise<unknown>;
  abort(): void;
}

interface QuicClient {
  outboundConnection(host: string, port: number): Promise<QuicConnection>;
}

interface Binding {
  QuinnConfig: new (config: object) => object;
  Client: new (config: object, family: number) => QuicClient;
  Server: new (
    config: object,
    host: string,
    port: number,
  ) => { inboundConnection(): Promise<QuicConnection> };
}

const READ_BYTES = 1 << 16;
export const IPV4 = 0;
const CONFIG = {
  handshakeTimeout: 5_000,
  maxIdleTimeout: 60_000,
  keepAliveInterval: 5_000,
  maxConcurrentStreamLimit: 256,
  maxStreamData: 10_000_000,
  maxConnectionData: 15_000_000,
  receiveBufferSize: SOCKET_BUFFER_BYTES,
  sendBufferSize: SOCKET_BUFFER_BYTES,
};

export const connectQuic: Connect = async (side, onListening) => {
  const { binding, config } = await loadQuic(side);
  if (side.role === 'opener') return dialQuic(new binding.Client(config, IPV4), side);
  const server = new binding.Server(config, HOST, side.localPort);
  onListening();
  return acceptQuic(await server.inboundConnection());
};

export async function loadQuic({ packageEntry }: Side) {
  const binding = (await import(packageEntry ?? '')) as Binding;
  const config = new binding.QuinnConfig({ ...CONFIG, privateKeyProto: privateKey() });
  return { binding, config };
}

export async function dialQuic(client: QuicClient, { remotePort }: Side): Promise<ContestStream> {
  const connection = await client.outboundConnection(HOST, remotePort);
  return streamOf(await connection.outboundStream(), () => {
    connection.abort();
    return Promise.resolve();
  });
}

export async function acceptQuic(connection: QuicConnection): Promise<ContestStream> {
  return streamOf(await connection.inboundStream(), async () => {
    await connection.closed().catch(() => undefined);
  });
}

function streamOf(stream: QuicStream, close: () => Promise<void>): ContestStream {
  const inlet = new Inlet();
  void readInto(inlet, stream);
  return {
    write: (piece) => stream.write(piece),
    receive: (take) => inlet.receive(take),
    close,
  };
}

async function readInto(inlet: Inlet, stream: QuicStream): Promise<void> {
  try {
    for (;;) {
      const piece = await stream.read(READ_BYTES);
      if (piece === undefined) throw new Error('the QUIC stream has ended');
      inlet.deliver(piece);
    }
  } catch (error) {
    inlet.fail(error as Error);
  }
}

/** A fresh Ed25519 key in libp2p's protobuf: type 1, then 64 bytes of private and public key. */
function privateKey(): Uint8Array {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const [secret, open] = [jwk.d, jwk.x].map((part) => Buffer.from(part ?? '', 'base64url'));
  return Buffer.concat([Buffer.from([0x08, 1, 0x12, 64]), secret, open]);
}
