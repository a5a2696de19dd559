/** A NAT between a client and a server, which gives the client another address when it is told to. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';

type Alteration = (datagram: Buffer) => readonly Uint8Array[];

export class MovingPath {
  /** Shown each datagram of the client. */
  onDatagram: (datagram: Buffer) => void = () => undefined;
  /** What goes on in place of a datagram, to the server and back. */
  readonly alter: Record<'out' | 'back', Alteration> = {
    out: (datagram) => [datagram],
    back: (datagram) => [datagram],
  };
  /** Whether what the server sends gets back to the client. */
  leadsBack = true;
  /** Bytes to the server, and from there, since the last move. */
  bytesOut = 0;
  bytesBack = 0;
  #client: SocketAddress | undefined;
  readonly #outsides: Socket[] = [];

  private constructor(
    private readonly inside: Socket,
    private readonly server: SocketAddress,
  ) {
    inside.on('message', (datagram, source) => {
      this.#client = { host: source.address, port: source.port };
      this.onDatagram(datagram);
      this.bytesOut += datagram.length;
      for (const bytes of this.alter.out(datagram)) {
        this.#outsides.at(-1)?.send(bytes, this.server.port, this.server.host);
      }
    });
  }

  static async to(server: SocketAddress): Promise<MovingPath> {
    const inside = createSocket('udp4').bind(0, '127.0.0.1');
    await once(inside, 'listening');
    const path = new MovingPath(inside, server);
    await path.move();
    return path;
  }

  /** Where the client is to send. */
  get address(): SocketAddress {
    return { host: '127.0.0.1', port: this.inside.address().port };
  }

  /** Where the server sees the client. */
  get outsidePort(): number | undefined {
    return this.#outsides.at(-1)?.address().port;
  }

  /** From now on the client has another port, or is at another host; what is sent to the old is lost. */
  async move(host = '127.0.0.1'): Promise<void> {
    const outside = createSocket('udp4').bind(0, host);
    await once(outside, 'listening');
    this.#outsides.at(-1)?.removeAllListeners('message');
    this.#outsides.push(outside);
    this.bytesOut = 0;
    this.bytesBack = 0;
    outside.on('message', (datagram) => {
      const client = this.#client;
      this.bytesBack += datagram.length;
      if (client === undefined || !this.leadsBack) return;
      for (const bytes of this.alter.back(datagram)) {
        this.inside.send(bytes, client.port, client.host);
      }
    });
  }

  close(): void {
    for (const socket of [this.inside, ...this.#outsides]) socket.close();
  }
}
