/**
 * A named piece of a program's shared memory. `base` makes its bytes part of one address space, so
 * that two accesses can be compared by address alone.
 */

/** Shared memory where the platform has it; a page without isolation has plain buffers only. */
export type Bytes = SharedArrayBuffer | ArrayBuffer;

export function allocateBytes(byteLength: number): Bytes {
  return typeof SharedArrayBuffer === 'function'
    ? new SharedArrayBuffer(byteLength)
    : new ArrayBuffer(byteLength);
}

/** How many bytes a region of `byteLength` takes: whole 8-byte words. */
export function roundedLength(byteLength: number): number {
  return Math.max(8, (byteLength + 7) & ~7);
}

export class Region {
  readonly words: Int32Array;
  /** As the program declared it; absent for a buffer that a module lays out itself. */
  elements: ArrayLike<number | bigint> | undefined;
  readonly #labels = new Map<number, string>();

  constructor(
    readonly name: string,
    readonly id: number,
    readonly base: number,
    readonly buffer: Bytes,
  ) {
    this.words = new Int32Array(buffer);
  }

  get byteLength(): number {
    return this.buffer.byteLength;
  }

  label(byteOffset: number, label: string): void {
    this.#labels.set(byteOffset, label);
  }

  /** The words by name: all that were declared as words, or those that have a label. */
  namedWords(): { readonly word: string; readonly value: number | bigint }[] {
    const { elements } = this;
    if (elements === undefined) {
      return [...this.#labels].map(([byteOffset, word]) => {
        return { word, value: this.words[byteOffset >> 2] };
      });
    }
    const size = (elements as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
    return Array.from(elements, (value, index) => ({
      word: this.nameOf(index * size, size),
      value,
    }));
  }

  /** What a trace calls the element of `size` bytes at `byteOffset`. */
  nameOf(byteOffset: number, size: number): string {
    return this.#labels.get(byteOffset) ?? `${this.name}[${byteOffset / size}]`;
  }

  nameOfRange(byteOffset: number, byteLength: number, size: number): string {
    if (byteLength === size) return this.nameOf(byteOffset, size);
    return `${this.name}[${byteOffset / size}…${(byteOffset + byteLength) / size - 1}]`;
  }
}

/** The regions of one program, in the order of their declaration. */
export class RegionTable {
  readonly regions: Region[] = [];
  #end = 0;

  /** Bytes of all regions together. */
  get byteLength(): number {
    return this.#end;
  }

  add(name: string, byteLength: number): Region {
    return this.adopt(name, allocateBytes(roundedLength(byteLength)));
  }

  adopt(name: string, buffer: Bytes): Region {
    const region = new Region(name, this.regions.length, this.#end, buffer);
    this.regions.push(region);
    this.#end += buffer.byteLength;
    return region;
  }
}
