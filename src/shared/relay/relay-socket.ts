/** What the relay needs of a socket; with system calls in one go, or through `node:dgram`. */
import type { DatagramBatch, DatagramRun, SocketAddress } from '../net/datagram-port.js';

/** What has come in, to be looked at once. */
export type Arrivals = Pick<DatagramBatch, 'forEach'>;

export interface RelaySocket {
  /** As `DatagramPort.send`: keeps no reference, never throws for what could not be sent. */
  send(run: DatagramRun, destination: SocketAddress): void;
  /** Idempotent; `send` does nothing from then on. */
  close(): void;
}
