/** A relay on real sockets: what the two ways to drive one have in common. Relay's thread. */
import type { SocketAddress } from '../net/datagram-port.js';
import type { Relay } from './relay.js';

export interface RelayLoop {
  readonly relay: Relay;
  /** Where clients send to. */
  readonly localAddress: SocketAddress;
  /** Datagrams that the system refused to send. */
  readonly sendFailures: number;
  /** Times that the network said that nobody is there. */
  readonly unreachable: number;
  /** Returns once `stopped()`, which is asked several times a second, says so. */
  run(stopped: () => boolean): Promise<void>;
  close(): void;
}
