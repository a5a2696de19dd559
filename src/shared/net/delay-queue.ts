/**
 * Slots by the time they are due: a binary heap over typed arrays, so that tens of thousands of
 * datagrams a second cost no allocation. Slots due at the same time leave in the order they came.
 * One thread.
 */
export class DelayQueue {
  size = 0;
  readonly #heap: Int32Array;
  readonly #dueMicros: Float64Array;
  readonly #order: Float64Array;
  #pushed = 0;

  /** For slots `0 … capacity − 1`, each at most once in the queue. */
  constructor(capacity: number) {
    this.#heap = new Int32Array(capacity);
    this.#dueMicros = new Float64Array(capacity);
    this.#order = new Float64Array(capacity);
  }

  /** When the first slot is due, Infinity if there is none. */
  get nextDueMicros(): number {
    return this.size === 0 ? Infinity : this.#dueMicros[this.#heap[0]];
  }

  push(slot: number, dueMicros: number): void {
    this.#dueMicros[slot] = dueMicros;
    this.#order[slot] = this.#pushed++;
    this.#rise(this.size++, slot);
  }

  /** Takes out the slot that is due first; the queue must not be empty. */
  pop(): number {
    const first = this.#heap[0];
    const last = this.#heap[--this.size];
    if (this.size > 0) this.#sink(0, last);
    return first;
  }

  #rise(hole: number, slot: number): void {
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#before(slot, this.#heap[parent])) break;
      this.#heap[hole] = this.#heap[parent];
      hole = parent;
    }
    this.#heap[hole] = slot;
  }

  #sink(hole: number, slot: number): void {
    for (let child = 1; child < this.size; child = 2 * hole + 1) {
      if (child + 1 < this.size && this.#before(this.#heap[child + 1], this.#heap[child])) child++;
      if (!this.#before(this.#heap[child], slot)) break;
      this.#heap[hole] = this.#heap[child];
      hole = child;
    }
    this.#heap[hole] = slot;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#dueMicros[a] - this.#dueMicros[b];
    return difference === 0 ? this.#order[a] < this.#order[b] : difference < 0;
  }
}
