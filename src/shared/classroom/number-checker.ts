/**
 * Checks that a stream is the text of the numbers 0, 1, … in order and nothing else. It takes the
 * stream in slices cut anywhere, because that is how `recv` returns it. Pure; runs on the
 * application thread.
 */
import { HawserError } from '../errors.js';
import { numberText } from './number-text.js';

const SHOWN_BYTES = 32;

export class NumberChecker {
  /** Numbers that have arrived whole, in order. */
  received = 0;
  #expected = numberText(0);
  #matched = 0;

  constructor(readonly count: number) {}

  get complete(): boolean {
    return this.received === this.count;
  }

  /**
   * Takes the next slice of the stream.
   * @throws HawserError `ERR_HAWSER_WRONG_DATA` at the first byte that is not the expected one.
   */
  accept(slice: Uint8Array): void {
    slice.forEach((byte, at) => {
      if (this.complete) this.#refuse('nothing after the last number', slice, at);
      if (byte !== this.#expected.charCodeAt(this.#matched)) {
        this.#refuse(`number ${this.received}`, slice, at);
      }
      this.#advance();
    });
  }

  /** @throws HawserError `ERR_HAWSER_WRONG_DATA` unless every number has arrived. */
  end(): void {
    if (this.complete) return;
    throw new HawserError(
      'ERR_HAWSER_WRONG_DATA',
      `the stream ended after ${this.received} of ${this.count} numbers`,
    );
  }

  #advance(): void {
    this.#matched++;
    if (this.#matched < this.#expected.length) return;
    this.received++;
    this.#matched = 0;
    this.#expected = numberText(this.received);
  }

  #refuse(expected: string, slice: Uint8Array, at: number): never {
    const shown = new TextDecoder('latin1').decode(slice.slice(at, at + SHOWN_BYTES));
    throw new HawserError(
      'ERR_HAWSER_WRONG_DATA',
      `expected ${expected}, but ${JSON.stringify(shown)} arrived`,
    );
  }
}
