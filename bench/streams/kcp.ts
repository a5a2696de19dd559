/**
 * `node-kcp`: KCP in C, its datagrams through `node:dgram`. Turbo mode: no delay, fast retransmission
 * after two duplicate acknowledgments, no congestion control, flushed once a turn of the event loop.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { HOST, SOCKET_BUFFER_BYTES, type Connect, type ContestStream } from './contest-stream.js';
import { Inlet } from './inlet.js';

interface Kcp {
  nodelay(nodelay: number, intervalMs: number, resend: number, noCongestion: number): void;
  wndsize(send: number, receive: number): void;
  setmtu(bytes: number): void;
  stream(on: number): void;
  output(send: (datagram: Uint8Array, bytes: number) => void): void;
  input(datagram: Uint8Array): number;
  send(piece: Uint8Array): number;
  recv(): Uint8Array | undefined;
  update(nowMs: number): void;
  flush(): void;
  waitsnd(): number;
}

const CONVERSATION = 1;
const MTU_BYTES = 1472;
const WINDOW = 1024;
const INTERVAL_MS = 10;
/** KCP has no end of stream: the last acknowledgment may be lost, so it is not waited for longer. */
const PATIENCE_TURNS = 20;

export const connectKcp: Connect = async (side, onListening) => {
  const { default: module } = (await import(side.packageEntry ?? '')) as {
    default: { KCP: new (conversation: number) => Kcp };
  };
  const socket = createSocket({ type: 'udp4' });
  socket.bind(side.localPort, HOST);
  await once(socket, 'listening');
  socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
  socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  const stream = new KcpStream(new module.KCP(CONVERSATION), socket, side.remotePort);
  onListening();
  return stream;
};

class KcpStream implements ContestStream {
  readonly #kcp: Kcp;
  readonly #socket: Socket;
  readonly #inlet = new Inlet();
  readonly #clock: NodeJS.Timeout;
  /** Behind a relay, known only once something has come. */
  #remotePort: number;
  #flushPending = false;
  #whenRoom: (() => void) | undefined;

  constructor(kcp: Kcp, socket: Socket, remotePort: number) {
    this.#kcp = kcp;
    this.#socket = socket;
    this.#remotePort = remotePort;
    kcp.nodelay(1, INTERVAL_MS, 2, 1);
    kcp.wndsize(WINDOW, WINDOW);
    kcp.setmtu(MTU_BYTES);
    kcp.stream(1);
    kcp.output((datagram) => {
      socket.send(datagram, this.#remotePort, HOST);
    });
    socket.on('message', (datagram, source) => {
      this.#remotePort = source.port;
      kcp.input(datagram);
      this.#flushSoon();
    });
    kcp.update(nowMs());
    this.#clock = setInterval(() => {
      kcp.update(nowMs());
      this.#pump();
    }, INTERVAL_MS);
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.#kcp.send(piece);
    this.#flushSoon();
    if (this.#hasRoom()) return undefined;
    return new Promise((resolve) => {
      this.#whenRoom = resolve;
    });
  }

  receive(take: (piece: Uint8Array) => boolean): Promise<void> {
    return this.#inlet.receive(take);
  }

  async close(): Promise<void> {
    for (let turn = 0; turn < PATIENCE_TURNS && this.#kcp.waitsnd() > 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
    clearInterval(this.#clock);
    this.#kcp.flush();
    await new Promise<void>((resolve) => {
      this.#socket.close(resolve);
    });
  }

  /** One flush for all that arrives or is written in a turn of the event loop. */
  #flushSoon(): void {
    if (this.#flushPending) return;
    this.#flushPending = true;
    setImmediate(() => {
      this.#flushPending = false;
      this.#pump();
      this.#kcp.flush();
    });
  }

  #pump(): void {
    for (let piece = this.#kcp.recv(); piece !== undefined; piece = this.#kcp.recv()) {
      this.#inlet.deliver(piece);
    }
    if (this.#whenRoom === undefined || !this.#hasRoom()) return;
    this.#whenRoom();
    this.#whenRoom = undefined;
  }

  #hasRoom(): boolean {
    return this.#kcp.waitsnd() < 2 * WINDOW;
  }
}

function nowMs(): number {
  return Math.round(performance.now());
}
