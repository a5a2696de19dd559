/**
 * The deadlines of many connections, earliest first: a binary heap with an index, so that the
 * deadline of any place is moved in O(log n). Private to the timer's thread.
 */
export class Deadlines {
  /** Places by deadline: each no later than the two at twice its position. */
  readonly #heap: number[] = [];
  readonly #position: (number | undefined)[] = [];
  readonly #due: number[] = [];

  /** Infinity if there is none. */
  get earliest(): number {
    return this.#heap.length === 0 ? Infinity : this.#due[this.#heap[0]];
  }

  /** The place whose deadline comes first; only if there is one. */
  get first(): number {
    return this.#heap[0];
  }

  /** Infinity takes the place off. */
  set(place: number, due: number): void {
    const position = this.#position[place];
    if (due === Infinity) {
      if (position !== undefined) this.#remove(position);
      return;
    }
    this.#due[place] = due;
    if (position === undefined) this.#rise(this.#put(this.#heap.length, place));
    else this.#sink(this.#rise(position));
  }

  #remove(position: number): void {
    const place = this.#heap[position];
    const last = this.#heap.pop();
    this.#position[place] = undefined;
    if (last === undefined || last === place) return;
    this.#sink(this.#rise(this.#put(position, last)));
  }

  #rise(from: number): number {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#dueAt(parent) <= this.#dueAt(at)) break;
      this.#swap(parent, at);
      at = parent;
    }
    return at;
  }

  #sink(from: number): void {
    for (let at = from; ;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.#heap.length && this.#dueAt(left) < this.#dueAt(least)) least = left;
      if (right < this.#heap.length && this.#dueAt(right) < this.#dueAt(least)) least = right;
      if (least === at) return;
      this.#swap(least, at);
      at = least;
    }
  }

  #dueAt(position: number): number {
    return this.#due[this.#heap[position]];
  }

  #swap(a: number, b: number): void {
    const place = this.#heap[a];
    this.#put(a, this.#heap[b]);
    this.#put(b, place);
  }

  #put(position: number, place: number): number {
    this.#heap[position] = place;
    this.#position[place] = position;
    return position;
  }
}
