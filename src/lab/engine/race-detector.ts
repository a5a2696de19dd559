/**
 * Happens-before by vector clocks, and the data races it shows.
 *
 * Edges: program order; an atomic read after the atomic write it reads from; the critical section of
 * a waiter list (`wait`, `notify`, waking up). Two accesses to a byte, at least one a write and at
 * least one plain, that no chain of edges orders are a data race.
 *
 * Clocks are kept a 4-byte word, and split into bytes where an access covers only part of it:
 *
 *   cell(address, thread) = address × threads + thread      (address of the word, or of the byte)
 */
import { Cells, type Journal } from './journal.js';

/** Two unordered accesses; `thread` did the earlier one. */
export interface Race {
  readonly address: number;
  readonly thread: number;
  readonly access: 'plain read' | 'plain write' | 'atomic read' | 'atomic write';
}

export class RaceDetector {
  readonly #threads: number;
  readonly #clocks: Cells;
  readonly #written: Cells;
  readonly #waiterLists: Cells;
  readonly #plainReads: Cells;
  readonly #plainWrites: Cells;
  readonly #atomicReads: Cells;
  readonly #atomicWrites: Cells;
  readonly #split: Cells;

  constructor(journal: Journal, threads: number, byteLength: number) {
    const cells = (length: number): Cells => new Cells(journal, new Int32Array(length));
    this.#threads = threads;
    this.#clocks = cells(threads * threads);
    for (let t = 0; t < threads; t += 1) this.#clocks.values[t * threads + t] = 1;
    this.#written = cells(byteLength * threads);
    this.#waiterLists = cells(byteLength * threads);
    this.#plainReads = cells(byteLength * threads);
    this.#plainWrites = cells(byteLength * threads);
    this.#atomicReads = cells(byteLength * threads);
    this.#atomicWrites = cells(byteLength * threads);
    this.#split = cells(byteLength >> 2);
  }

  atomicRead(thread: number, start: number, end: number): Race | undefined {
    this.#acquire(thread, this.#written, start);
    this.#mark(this.#atomicReads, thread, start, end);
    return this.#unordered(this.#plainWrites, 'plain write', thread, start, end);
  }

  /** A store; a read-modify-write calls {@link atomicRead} first. */
  atomicWrite(thread: number, start: number, end: number): Race | undefined {
    this.#mark(this.#atomicWrites, thread, start, end);
    const race =
      this.#unordered(this.#plainWrites, 'plain write', thread, start, end) ??
      this.#unordered(this.#plainReads, 'plain read', thread, start, end);
    this.#release(thread, this.#written, start);
    return race;
  }

  plainRead(thread: number, start: number, end: number): Race | undefined {
    this.#mark(this.#plainReads, thread, start, end);
    return (
      this.#unordered(this.#plainWrites, 'plain write', thread, start, end) ??
      this.#unordered(this.#atomicWrites, 'atomic write', thread, start, end)
    );
  }

  plainWrite(thread: number, start: number, end: number): Race | undefined {
    this.#mark(this.#plainWrites, thread, start, end);
    return (
      this.#unordered(this.#plainWrites, 'plain write', thread, start, end) ??
      this.#unordered(this.#plainReads, 'plain read', thread, start, end) ??
      this.#unordered(this.#atomicWrites, 'atomic write', thread, start, end) ??
      this.#unordered(this.#atomicReads, 'atomic read', thread, start, end)
    );
  }

  /** The critical section of the waiter list at `address`. */
  waiterList(thread: number, address: number): void {
    this.#acquire(thread, this.#waiterLists, address);
    this.#release(thread, this.#waiterLists, address);
  }

  #acquire(thread: number, from: Cells, address: number): void {
    const threads = this.#threads;
    const clocks = this.#clocks;
    for (let t = 0; t < threads; t += 1) {
      const value = from.values[address * threads + t];
      if (value > clocks.values[thread * threads + t]) clocks.set(thread * threads + t, value);
    }
  }

  #release(thread: number, to: Cells, address: number): void {
    const threads = this.#threads;
    const own = thread * threads;
    for (let t = 0; t < threads; t += 1) {
      to.set(address * threads + t, this.#clocks.values[own + t]);
    }
    // What this thread does from now on is not covered by what it has just published.
    this.#clocks.set(own + thread, this.#clocks.values[own + thread] + 1);
  }

  #mark(accesses: Cells, thread: number, start: number, end: number): void {
    const threads = this.#threads;
    this.#prepare(start, end);
    const now = this.#clocks.values[thread * threads + thread];
    for (let at = start; at < end; at = this.#next(at)) {
      accesses.set(at * threads + thread, now);
    }
  }

  #unordered(
    accesses: Cells,
    access: Race['access'],
    thread: number,
    start: number,
    end: number,
  ): Race | undefined {
    const threads = this.#threads;
    const clocks = this.#clocks.values;
    for (let at = start; at < end; at = this.#next(at)) {
      for (let t = 0; t < threads; t += 1) {
        if (accesses.values[at * threads + t] > clocks[thread * threads + t] && t !== thread) {
          return { address: at, thread: t, access };
        }
      }
    }
    return undefined;
  }

  /** Splits the words that the access covers only in part. */
  #prepare(start: number, end: number): void {
    if ((start & 3) !== 0 && this.#split.values[start >> 2] === 0) this.#splitWord(start >> 2);
    if ((end & 3) !== 0 && this.#split.values[end >> 2] === 0) this.#splitWord(end >> 2);
  }

  /** The next cell: a word further if the word at `at` is whole, else a byte further. */
  #next(at: number): number {
    return this.#split.values[at >> 2] === 0 ? at + 4 : at + 1;
  }

  #splitWord(word: number): void {
    this.#split.set(word, 1);
    const threads = this.#threads;
    const accesses = [this.#plainReads, this.#plainWrites, this.#atomicReads, this.#atomicWrites];
    for (const cells of accesses) {
      for (let t = 0; t < threads; t += 1) {
        const value = cells.values[word * 4 * threads + t];
        for (let byte = 1; byte < 4; byte += 1) cells.set((word * 4 + byte) * threads + t, value);
      }
    }
  }
}
