/** Sockets for a relay that only write down what they are given, and batches to give it. */
import { HawserError } from '#hawser/shared/errors.js';
import type { DatagramRun, SocketAddress } from '#hawser/shared/net/datagram-port.js';
import type { Client, RelaySockets } from '#hawser/shared/relay/clients.js';
import type { Arrivals, RelaySocket } from '#hawser/shared/relay/relay-socket.js';

export class RecordingSocket implements RelaySocket {
  closed = false;
  /** `text→port` of each datagram. */
  readonly sent: string[] = [];
  readonly runLengths: number[] = [];

  constructor(readonly client?: () => Client) {}

  send(run: DatagramRun, { port }: SocketAddress): void {
    if (this.closed) return;
    this.runLengths.push(run.count);
    for (let at = 0; at < run.count; at++) {
      const start = run.payloadOffset[at];
      const bytes = run.memory.subarray(start, start + run.payloadLength[at]);
      this.sent.push(`${Buffer.from(bytes).toString('latin1')}→${port}`);
    }
  }

  close(): void {
    this.closed = true;
  }
}

export class RecordingSockets implements RelaySockets {
  readonly listener = new RecordingSocket();
  readonly upstream: RecordingSocket[] = [];

  /** So many can be opened, as if the system had no more descriptors. */
  constructor(private readonly most = Infinity) {}

  openUpstream(client: () => Client): RelaySocket {
    if (this.upstream.length >= this.most) throw new HawserError('ERR_HAWSER_SOCKET', 'none left');
    const socket = new RecordingSocket(client);
    this.upstream.push(socket);
    return socket;
  }
}

export function batchFrom(port: number, ...texts: string[]): Arrivals {
  const source = { host: '192.0.2.1', port };
  return {
    forEach: (visit) => {
      for (const text of texts) {
        const bytes = Buffer.from(`....${text}....`, 'latin1');
        visit(bytes, 4, 4 + text.length, source);
      }
    },
  };
}
