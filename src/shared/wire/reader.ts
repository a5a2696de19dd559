/**
 * A cursor over one datagram. Reading past the end, or an integer of the refused 8-byte form, makes
 * it fail and yield zeros from then on, so that a parser looks once after a group of fields
 * instead of after each. Never throws, never allocates; one reader a thread.
 */
export class Reader {
  position = 0;
  #failed = false;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;

  /** Start over, on `bytes[start, end)`. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.position = start;
    this.#end = end;
    this.#failed = false;
  }

  hasFailed(): boolean {
    return this.#failed;
  }

  get remaining(): number {
    return this.#end - this.position;
  }

  byte(): number {
    return this.#take(1) ? this.#bytes[this.position - 1] : 0;
  }

  /** An unsigned big-endian integer of 1 to 4 bytes; of 4 bytes, as a signed integer. */
  integer(bytes: number): number {
    if (!this.#take(bytes)) return 0;
    let value = 0;
    for (let i = this.position - bytes; i < this.position; i++) {
      value = (value << 8) | this.#bytes[i];
    }
    return value;
  }

  /** RFC 9000 §16, in any of the 1-, 2- and 4-byte forms. */
  varint(): number {
    const first = this.byte();
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 0x3f) << 8) | this.byte();
    if (first < 0xc0) return ((first & 0x3f) << 24) | this.integer(3);
    this.#failed = true;
    return 0;
  }

  #take(bytes: number): boolean {
    if (this.#failed || this.position + bytes > this.#end) {
      this.#failed = true;
      return false;
    }
    this.position += bytes;
    return true;
  }
}
