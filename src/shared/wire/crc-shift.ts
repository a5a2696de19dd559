/**
 * What bytes that follow do to a CRC-32: the algebra behind checking many segments at once.
 *
 * A CRC is a polynomial over GF(2), modulo the generator; that of `A` followed by `B` is
 * crc(A) · x^(8·|B|) + crc(B). So a CRC can be moved past bytes that nobody has looked at, by one
 * multiplication. Any thread; results and arguments are signed 32-bit integers.
 */
import { REVERSED_POLYNOMIAL } from './checksum.js';

/** Bit 31 is the coefficient of x^0, as everywhere in a reflected CRC. */
const ONE = 1 << 31;
const X_TO_THE_8 = 1 << 23;
const KNOWN_SHIFTS = 8;

/** Moves CRCs past a fixed number of bytes, by four table look-ups each. */
export class CrcShift {
  // Entry 256·k + b is what byte b becomes if it is byte k of the CRC.
  readonly #table = new Int32Array(4 * 256);

  constructor(readonly bytes: number) {
    const factor = powerOfX8(bytes);
    for (let bit = 0; bit < 32; bit++) this.#learnBit(bit >> 3, 1 << (bit & 7), factor);
  }

  /** What a sum of bits becomes is the sum of what they become. */
  #learnBit(byte: number, bit: number, factor: number): void {
    const table = this.#table.subarray(256 * byte, 256 * (byte + 1));
    table[bit] = multiply(bit << (8 * byte), factor);
    for (let lower = 1; lower < bit; lower++) table[bit + lower] = table[bit] ^ table[lower];
  }

  /** crc · x^(8·bytes). */
  past(crc: number): number {
    const table = this.#table;
    return (
      table[crc & 0xff] ^
      table[256 + ((crc >>> 8) & 0xff)] ^
      table[512 + ((crc >>> 16) & 0xff)] ^
      table[768 + (crc >>> 24)]
    );
  }
}

/** The few shifts that were used last: one costs as much to work out as a thousand uses of it. */
export class CrcShifts {
  readonly #known: CrcShift[] = [];
  #next = 0;

  by(bytes: number): CrcShift {
    for (const shift of this.#known) if (shift.bytes === bytes) return shift;
    const shift = new CrcShift(bytes);
    this.#known[this.#next] = shift;
    this.#next = (this.#next + 1) % KNOWN_SHIFTS;
    return shift;
  }
}

/** x^(8·exponent), by squaring. */
function powerOfX8(exponent: number): number {
  let result = ONE;
  let square = X_TO_THE_8;
  for (let left = exponent; left > 0; left >>>= 1) {
    if ((left & 1) === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** The product of two polynomials, modulo the generator. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 1 ? (factor >>> 1) ^ REVERSED_POLYNOMIAL : factor >>> 1;
  }
  return product;
}
