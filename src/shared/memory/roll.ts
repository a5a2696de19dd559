/**
 * A roll of connections that want the attention of one thread: a bit each, set by any thread, cleared
 * by the one whose roll it is. Lock-free. Who marks rings that thread's bell afterwards; the thread
 * takes its ticket before it reads the roll, so a mark is never slept over.
 */
const BITS = 32;

export class Roll {
  constructor(private readonly words: Int32Array) {}

  /** Any thread. Publish first what the reader is to find. */
  mark(place: number): void {
    Atomics.or(this.words, Math.floor(place / BITS), 1 << (place % BITS));
  }

  /** The roll's own thread: visits every place marked so far, and takes the marks off. */
  read(visit: (place: number) => void): void {
    for (let word = 0; word < this.words.length; word++) {
      if (Atomics.load(this.words, word) === 0) continue;
      // Off before the visit: what changes during it marks the place anew.
      let marks = Atomics.exchange(this.words, word, 0);
      while (marks !== 0) {
        const bit = 31 - Math.clz32(marks & -marks);
        marks &= marks - 1;
        visit(word * BITS + bit);
      }
    }
  }
}

/** Words for so many places. */
export function rollWords(places: number): number {
  return Math.ceil(places / BITS);
}
