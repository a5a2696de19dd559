/**
 * Tokens that prove an address (RFC 9000 §8.1.2 and §8.1.4): the time, and a keyed hash of it, the
 * address and the opener's connection ID. Whoever brings one back receives what is sent to that
 * address. Nothing is kept for it but the key.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SocketAddress } from '../net/datagram-port.js';

/** Long enough for a few lost datagrams. */
const LIFETIME_SECONDS = 30;
const TIME_BYTES = 4;
const HASH_BYTES = 16;

export class AddressTokens {
  readonly #key = randomBytes(32);

  /** `nowSeconds` of any clock that goes on, the same for {@link verify}. */
  issue(source: SocketAddress, connectionId: number, nowSeconds: number): Uint8Array {
    const token = Buffer.alloc(TIME_BYTES + HASH_BYTES);
    token.writeUInt32BE(nowSeconds >>> 0);
    token.set(this.#hash(token.subarray(0, TIME_BYTES), source, connectionId), TIME_BYTES);
    return token;
  }

  verify(
    token: Uint8Array,
    source: SocketAddress,
    connectionId: number,
    nowSeconds: number,
  ): boolean {
    if (token.length !== TIME_BYTES + HASH_BYTES) return false;
    const time = token.subarray(0, TIME_BYTES);
    const age = ((nowSeconds >>> 0) - Buffer.from(time).readUInt32BE()) | 0;
    if (age < 0 || age > LIFETIME_SECONDS) return false;
    return timingSafeEqual(this.#hash(time, source, connectionId), token.subarray(TIME_BYTES));
  }

  #hash(time: Uint8Array, { host, port }: SocketAddress, connectionId: number): Uint8Array {
    const hash = createHmac('sha256', this.#key)
      .update(time)
      .update(`${connectionId} ${port} ${host}`);
    return hash.digest().subarray(0, HASH_BYTES);
  }
}
