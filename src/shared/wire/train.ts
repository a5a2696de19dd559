/**
 * Trains: datagrams of equal length, one behind the other in memory, as the kernel puts them
 * together. In bulk all of a train differ from the first only by their number and their check, so
 * that one is parsed and the others are compared with it; their checks are verified by one native
 * call over all of them. Listener's thread, which has one verifier.
 *
 * With E bytes a datagram, L of them payload P, the rest header H, and T what the check covers after
 * the payload (see check.ts), t bytes, each check claims
 *
 *   check = crc(P) · x^(8t) + crc(T),     while     crc(H P) = crc(H) · x^(8L) + crc(P).
 *
 * The sum of what the checks claim for each H P, moved past the datagrams behind it, must be the CRC
 * of the whole. One wrong datagram is found as surely as by its own check, for a power of x divides
 * zero only; that several wrong ones cancel out is as rare as that a wrong check fits, 1 in 2^32.
 */
import { PSEUDO_HEADER_BYTES } from './check.js';
import { CHECK_BYTES, CHECK_OFFSET, NUMBER_BYTES_MASK, numberOffset } from './control.js';
import { crc32, crc32Small, crc32Word } from './checksum.js';
import { CrcShift, CrcShifts } from './crc-shift.js';
import type { Segment } from './segment.js';
import { advance, type NumberBytes, truncate } from './serial.js';

/** The pseudo-header's bytes, less those of the check field itself. */
const TAIL_BEYOND_HEADER_BYTES = PSEUDO_HEADER_BYTES - CHECK_BYTES;

/**
 * How many datagrams of `every` bytes, behind the first in `bytes[start, end)`, are it again but for
 * the number, which grows by one each time, the check, and the payload. `first` is the first, parsed:
 * a numbered segment for us, with a check or not, and no opening.
 */
export function countFollowers(
  bytes: Uint8Array,
  start: number,
  end: number,
  every: number,
  first: Segment,
  checked: boolean,
): number {
  const headerBytes = first.payloadStart - start;
  const numberBytes = ((bytes[start] & NUMBER_BYTES_MASK) + 1) as NumberBytes;
  const afterCheck = CHECK_OFFSET + (checked ? CHECK_BYTES : 0);
  const numberAt = numberOffset(bytes[start], checked);
  let count = 0;
  for (let at = start + every; at + every <= end; at += every) {
    const number = truncate(advance(first.segmentNumber, count + 1), numberBytes);
    if (
      !equal(bytes, start, at, 0, CHECK_OFFSET) ||
      !equal(bytes, start, at, afterCheck, numberAt) ||
      !holdsNumber(bytes, at + numberAt, numberBytes, number) ||
      !equal(bytes, start, at, numberAt + numberBytes, headerBytes)
    ) {
      break;
    }
    count += 1;
  }
  return count;
}

/** Verifies the checks of followers. */
export class TrainVerifier {
  readonly #shifts = new CrcShifts();
  readonly #pastTailBeyondHeader = new CrcShift(TAIL_BEYOND_HEADER_BYTES);

  /**
   * Whether all of `count` followers, the first of them at `start`, are what their checks say;
   * `first` is the segment that they follow, `headerBytes` the length of its header.
   */
  verify(
    bytes: Uint8Array,
    start: number,
    every: number,
    count: number,
    first: Segment,
    headerBytes: number,
    senderConnectionId: number,
  ): boolean {
    const pastDatagram = this.#shifts.by(every);
    const pastTail = this.#shifts.by(headerBytes + TAIL_BEYOND_HEADER_BYTES);
    const pastTailBeyondHeader = this.#pastTailBeyondHeader;
    const address = crc32Small(bytes, start, start + CHECK_OFFSET, 0);
    let claimed = 0;
    for (let i = 0; i < count; i++) {
      const at = start + i * every;
      const header = crc32Small(bytes, at, at + headerBytes, 0);
      let tail = crc32Small(bytes, at + CHECK_OFFSET + CHECK_BYTES, at + headerBytes, address);
      tail = crc32Word(senderConnectionId, tail);
      tail = crc32Word(advance(first.segmentNumber, i + 1), tail);
      tail = crc32Word(first.cumulativeAck, tail);
      // The header has the payload behind it, and then the tail: in all a datagram and 8 bytes.
      const before = claimed ^ pastTailBeyondHeader.past(header);
      claimed = pastDatagram.past(before) ^ checkAt(bytes, at) ^ tail;
    }
    return pastTail.past(crc32(bytes, start, start + count * every, 0)) === claimed;
  }
}

function checkAt(bytes: Uint8Array, start: number): number {
  const at = start + CHECK_OFFSET;
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function equal(bytes: Uint8Array, a: number, b: number, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

function holdsNumber(bytes: Uint8Array, at: number, length: number, number: number): boolean {
  for (let i = 0; i < length; i++) {
    if (bytes[at + i] !== ((number >>> (8 * (length - 1 - i))) & 0xff)) return false;
  }
  return true;
}
