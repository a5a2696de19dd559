/**
 * Somebody who reads along one direction of a connection, and makes of an honest datagram one that is
 * wrong and yet passes its check: bits flipped, cut off, longer, with other numbers.
 */
import type { RandomStream } from '#hawser/shared/net/random.js';
import { checkOf } from '#hawser/shared/wire/check.js';
import { crc32 } from '#hawser/shared/wire/checksum.js';
import { ParseResult } from '#hawser/shared/wire/parse-result.js';
import { destinationConnectionIdOf, parseSegment } from '#hawser/shared/wire/parse.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';
import { segmentNumber } from '#hawser/shared/wire/serial.js';

const CHECK_OFFSET = 5;
const LONGEST_HEADER = 24;

export class Forger {
  readonly #segment = new Segment();
  #senderId = 0;
  #number = segmentNumber(0);
  #acknowledged = segmentNumber(0);

  /** Learns from an honest datagram what its check depends on. */
  see(datagram: Uint8Array): void {
    const segment = this.#segment;
    if (this.#parse(datagram) !== ParseResult.ok) return;
    if (segment.opening) this.#senderId = segment.sourceConnectionId;
    if (segment.numbered) this.#number = segment.segmentNumber;
    if (segment.destinationConnectionId !== 0) this.#acknowledged = segment.cumulativeAck;
  }

  forge(datagram: Uint8Array, random: RandomStream): Uint8Array {
    // A plain array of bytes: `slice` of a Buffer would not copy.
    const forged = changed(Uint8Array.from(datagram), random);
    this.#seal(forged);
    return forged;
  }

  #parse(bytes: Uint8Array): ParseResult {
    const context = {
      localConnectionId: destinationConnectionIdOf(bytes, 0, bytes.length),
      integrity: Integrity.crc32,
      peerConnectionId: this.#senderId,
      receiveNext: this.#number,
      sendUnacknowledged: this.#acknowledged,
    };
    return parseSegment(bytes, 0, bytes.length, context, this.#segment);
  }

  /** Bytes that are no segment stay as they are. */
  #seal(bytes: Uint8Array): void {
    if (this.#parse(bytes) !== ParseResult.checksum) return;
    const { payloadStart, payloadEnd } = this.#segment;
    const payload = crc32(bytes, payloadStart, payloadEnd, 0);
    const check = checkOf(bytes, 0, payloadStart, this.#segment, this.#senderId, payload);
    new DataView(bytes.buffer, bytes.byteOffset).setInt32(CHECK_OFFSET, check);
  }
}

function changed(datagram: Uint8Array, random: RandomStream): Uint8Array {
  const kind = random.below(4);
  if (kind === 0) return datagram.slice(0, random.below(datagram.length + 1));
  if (kind === 1) return longer(datagram, random);
  const bytes = datagram.slice();
  const reach = Math.min(LONGEST_HEADER, bytes.length);
  for (let flips = 1 + random.below(3); flips > 0; flips--) {
    const at = random.below(reach);
    // The check is made anew anyway, and another version or destination leads nowhere.
    const isFixed = at > 0 && at < CHECK_OFFSET + 4;
    if (!isFixed || random.chance(0.1)) bytes[at] ^= 1 << random.below(at === 0 ? 6 : 8);
  }
  return bytes;
}

function longer(datagram: Uint8Array, random: RandomStream): Uint8Array {
  const bytes = new Uint8Array(datagram.length + 1 + random.below(40));
  bytes.set(datagram);
  for (let at = datagram.length; at < bytes.length; at++) bytes[at] = random.below(256);
  return bytes;
}
