/**
 * Everything that a step changes is journalled, so that a search can go back to an earlier state
 * instead of running the whole program again: numbers as (array, index, old value), and objects in
 * a second list.
 */
export class Journal {
  readonly #arrays: Int32Array[] = [];
  #entries = new Int32Array(3 * 4096);
  #length = 0;
  readonly #slots: ObjectCells[] = [];
  readonly #slotIndexes: number[] = [];
  readonly #slotValues: unknown[] = [];

  /** Position to rewind numbers to. */
  get mark(): number {
    return this.#length;
  }

  /** Position to rewind objects to. */
  get objectMark(): number {
    return this.#slots.length;
  }

  register(array: Int32Array): number {
    return this.#arrays.push(array) - 1;
  }

  record(array: number, index: number, old: number): void {
    if (this.#length + 3 > this.#entries.length) this.#grow();
    const entries = this.#entries;
    const at = this.#length;
    entries[at] = array;
    entries[at + 1] = index;
    entries[at + 2] = old;
    this.#length = at + 3;
  }

  recordObject(cells: ObjectCells, index: number, old: unknown): void {
    this.#slots.push(cells);
    this.#slotIndexes.push(index);
    this.#slotValues.push(old);
  }

  rewind(mark: number, objectMark: number): void {
    const entries = this.#entries;
    let at = this.#length;
    while (at > mark) {
      at -= 3;
      this.#arrays[entries[at]][entries[at + 1]] = entries[at + 2];
    }
    this.#length = at;
    while (this.#slots.length > objectMark) {
      const cells = this.#slots.pop()!;
      cells.values[this.#slotIndexes.pop()!] = this.#slotValues.pop();
    }
  }

  /** Whether the arrays up to number `lastArray` are as they were at `mark`. */
  unchangedSince(mark: number, lastArray: number): boolean {
    const entries = this.#entries;
    const seen = new Set<number>();
    for (let at = mark; at < this.#length; at += 3) {
      const array = entries[at];
      const key = array * 2 ** 31 + entries[at + 1];
      if (array > lastArray || seen.has(key)) continue;
      seen.add(key);
      if (this.#arrays[array][entries[at + 1]] !== entries[at + 2]) return false;
    }
    return true;
  }

  #grow(): void {
    const larger = new Int32Array(this.#entries.length * 2);
    larger.set(this.#entries);
    this.#entries = larger;
  }
}

/** Journalled numbers. */
export class Cells {
  /** Its number in the journal. */
  readonly id: number;

  constructor(
    readonly journal: Journal,
    readonly values: Int32Array,
  ) {
    this.id = journal.register(values);
  }

  set(index: number, value: number): void {
    const old = this.values[index];
    if (old === value) return;
    this.journal.record(this.id, index, old);
    this.values[index] = value;
  }

  /** To be called before the number is changed by other means. */
  save(index: number): void {
    this.journal.record(this.id, index, this.values[index]);
  }
}

/** Journalled references. */
export class ObjectCells<T = unknown> {
  readonly values: (T | undefined)[];

  constructor(
    readonly journal: Journal,
    length: number,
  ) {
    this.values = new Array<T | undefined>(length).fill(undefined);
  }

  set(index: number, value: T | undefined): void {
    this.journal.recordObject(this, index, this.values[index]);
    this.values[index] = value;
  }
}
