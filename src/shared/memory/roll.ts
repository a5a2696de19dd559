/**
 * A roll of connections that want the attention of one thread: a bit each, set by any thread, cleared
 * by the one whose roll it is. Lock-free. Who marks rings that thread's bell afterwards; the thread
 * takes its ticket before it reads the roll, so a mark is never slept over.
 *
 * There may be many places and few calls, so a bit in front says which words of marks to look at:
 *
 * ```
 *   summary: a bit a word of marks │ marks: a bit a place
 * ```
 *
 * The marker sets the mark first and the summary second, the reader clears them the other way round:
 * a mark that the reader has missed is announced again by its own summary bit.
 */
const BITS = 32;

export class Roll {
  readonly #summaryWords: number;

  constructor(private readonly words: Int32Array) {
    // Of n words, 1 in 33 is a summary.
    this.#summaryWords = Math.ceil(words.length / (BITS + 1));
  }

  /** Any thread. Publish first what the reader is to find. */
  mark(place: number): void {
    const word = Math.floor(place / BITS);
    Atomics.or(this.words, this.#summaryWords + word, bitOf(place));
    Atomics.or(this.words, Math.floor(word / BITS), bitOf(word));
  }

  /** The roll's own thread: visits every place marked so far, and takes the marks off. */
  read(visit: (place: number) => void): void {
    for (let summary = 0; summary < this.#summaryWords; summary++) {
      this.#take(summary, (word) => {
        const first = (summary * BITS + word) * BITS;
        this.#take(this.#summaryWords + summary * BITS + word, (bit) => {
          visit(first + bit);
        });
      });
    }
  }

  /** Takes the bits of a word, then visits them: what changes during a visit sets its bit anew. */
  #take(at: number, visit: (bit: number) => void): void {
    if (Atomics.load(this.words, at) === 0) return;
    let bits = Atomics.exchange(this.words, at, 0);
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits);
      bits &= bits - 1;
      visit(bit);
    }
  }
}

function bitOf(position: number): number {
  return 1 << (position % BITS);
}

/** Words for so many places. */
export function rollWords(places: number): number {
  const marks = Math.ceil(places / BITS);
  return Math.ceil(marks / BITS) + marks;
}
