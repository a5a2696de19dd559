/**
 * Headers in sequence: of the segments of one run, each header is the one before but for its number
 * and its check. Only the first is composed; for the others those two fields are written over a copy.
 *
 * A check is a sum (see crc-shift.ts): of what the payload contributes, moved past header and
 * pseudo-header; of what the number contributes, which stands in both; and of all the rest, which is
 * the same for the whole sequence. Whoever sends, with the send lock; one object a thread, for all its connections.
 */
import { PSEUDO_HEADER_BYTES } from './check.js';
import { CHECK_BYTES, CHECK_OFFSET, numberOffset } from './control.js';
import { CrcShift, CrcShifts } from './crc-shift.js';
import type { NumberBytes, SegmentNumber } from './serial.js';

/** From the number in the pseudo-header to its end. */
const FROM_PSEUDO_NUMBER_BYTES = 8;

export class HeaderSequence {
  readonly #shifts = new CrcShifts();
  readonly #pastPseudo = new CrcShift(FROM_PSEUDO_NUMBER_BYTES);
  #pastTail = this.#pastPseudo;
  #pastHeader = this.#pastPseudo;
  #length = 0;
  #numberAt = 0;
  #numberBytes: NumberBytes = 1;
  #at = 0;
  #checked = false;
  #constant = 0;

  /** No header of before may be followed. */
  end(): void {
    this.#length = 0;
  }

  /** Whether a header can follow whose numbers have this length. */
  continues(numberBytes: NumberBytes): boolean {
    return this.#length > 0 && this.#numberBytes === numberBytes;
  }

  /** `target[at, at + length)` is the header of a numbered segment without opening: the first. */
  begin(
    target: Uint8Array,
    at: number,
    length: number,
    number: SegmentNumber,
    numberBytes: NumberBytes,
    checked: boolean,
    payloadCrc: number,
  ): void {
    this.#length = length;
    this.#numberBytes = numberBytes;
    this.#numberAt = numberOffset(target[at], checked);
    this.#at = at;
    this.#checked = checked;
    if (!checked) return;
    this.#pastTail = this.#shifts.by(length - CHECK_BYTES + PSEUDO_HEADER_BYTES);
    // As a word: what it reaches of the bytes behind a shorter number is zero, and contributes nothing.
    this.#pastHeader = this.#shifts.by(length - this.#numberAt + PSEUDO_HEADER_BYTES);
    this.#constant = 0;
    this.#constant = readWord(target, at + CHECK_OFFSET) ^ this.#checkOf(number, payloadCrc);
  }

  /** Writes the header of the segment `number`, which has this payload, at `at`; returns its length. */
  follow(target: Uint8Array, at: number, number: SegmentNumber, payloadCrc: number): number {
    const length = this.#length;
    const numberBytes = this.#numberBytes;
    const numberAt = at + this.#numberAt;
    for (let i = 0; i < length; i++) target[at + i] = target[this.#at + i];
    for (let i = 0; i < numberBytes; i++) {
      target[numberAt + i] = number >>> (8 * (numberBytes - 1 - i));
    }
    if (this.#checked) writeWord(target, at + CHECK_OFFSET, this.#checkOf(number, payloadCrc));
    return length;
  }

  #checkOf(number: SegmentNumber, payloadCrc: number): number {
    const truncated = number << (32 - 8 * this.#numberBytes);
    return (
      this.#constant ^
      this.#pastTail.past(payloadCrc) ^
      this.#pastPseudo.past(reversed(number)) ^
      this.#pastHeader.past(reversed(truncated))
    );
  }
}

/** The word as a CRC takes it: its first byte lowest. */
function reversed(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word & 0xff00) << 8) | ((word & 0xff) << 24);
}

function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
