/**
 * Virtual time and what is to happen in it: a binary heap of actions by their moment, those of the
 * same moment in the order in which they were put down. Time passes only from action to action.
 */
interface Entry {
  readonly atMicros: number;
  readonly order: number;
  readonly action: () => void;
}

export class Agenda {
  /** Actions carried out so far. */
  events = 0;
  #nowMicros = 0;
  #order = 0;
  readonly #heap: Entry[] = [];

  get nowMicros(): number {
    return this.#nowMicros;
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  /** `action` happens at `atMicros`; a moment in the past means now. */
  at(atMicros: number, action: () => void): void {
    const moment = Math.max(atMicros, this.#nowMicros);
    this.#heap.push({ atMicros: moment, order: this.#order++, action });
    this.#rise(this.#heap.length - 1);
  }

  after(delayMicros: number, action: () => void): void {
    this.at(this.#nowMicros + delayMicros, action);
  }

  /** Lets time pass to the next action and carries it out; the agenda must not be empty. */
  step(): void {
    const next = this.#heap[0];
    const last = this.#heap.pop() as Entry;
    if (this.#heap.length > 0) this.#sink(last);
    this.#nowMicros = next.atMicros;
    this.events += 1;
    next.action();
  }

  #rise(from: number): void {
    const entry = this.#heap[from];
    let hole = from;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!isBefore(entry, this.#heap[parent])) break;
      this.#heap[hole] = this.#heap[parent];
      hole = parent;
    }
    this.#heap[hole] = entry;
  }

  #sink(entry: Entry): void {
    const heap = this.#heap;
    let hole = 0;
    for (let child = 1; child < heap.length; child = 2 * hole + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], entry)) break;
      heap[hole] = heap[child];
      hole = child;
    }
    heap[hole] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMicros === b.atMicros ? a.order < b.order : a.atMicros < b.atMicros;
}
