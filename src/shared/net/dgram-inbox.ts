/**
 * What `node:dgram` has delivered since the listener last looked: one batch per turn of the event
 * loop. Bounded, because before the loop runs nobody takes anything out. Listener's thread.
 */
import type { RemoteInfo } from 'node:dgram';

import type {
  DatagramBatch,
  DatagramVisitor,
  SocketAddress,
  TrainVisitor,
} from './datagram-port.js';
import { unmappedHost } from './socket-address.js';

const CAPACITY = 1024;

export class DgramInbox implements DatagramBatch {
  count = 0;
  bytes = 0;
  readonly #messages: Uint8Array[] = [];
  readonly #sources: SocketAddress[] = [];
  #lastHost = '';
  #lastSource: SocketAddress = { host: '', port: 0 };

  /** Keeps the datagram; false, as from a full socket buffer, if there is no room for it. */
  put(message: Uint8Array, source: RemoteInfo): boolean {
    if (this.count === CAPACITY) return false;
    this.#messages[this.count] = message;
    this.#sources[this.count] = this.#addressOf(source);
    this.count++;
    this.bytes += message.length;
    return true;
  }

  forEach(visit: DatagramVisitor): void {
    for (let at = 0; at < this.count; at++) {
      visit(this.#messages[at], 0, this.#messages[at].length, this.#sources[at]);
    }
  }

  forEachTrain(visit: TrainVisitor): void {
    for (let at = 0; at < this.count; at++) {
      const { length } = this.#messages[at];
      visit(this.#messages[at], 0, length, length, this.#sources[at]);
    }
  }

  clear(): void {
    this.#messages.length = 0;
    this.#sources.length = 0;
    this.count = 0;
    this.bytes = 0;
  }

  #addressOf({ address, port }: RemoteInfo): SocketAddress {
    if (address !== this.#lastHost || port !== this.#lastSource.port) {
      this.#lastHost = address;
      this.#lastSource = { host: unmappedHost(address), port };
    }
    return this.#lastSource;
  }
}
