/**
 * Calls a program's `memory` function for one realm: each realm (explorer, its observers, a worker)
 * has its own way to find the buffer of a region, and the views are made by whatever constructors
 * are global at the time, tracked ones or plain ones.
 */
import { HawserError } from '../../shared/errors.js';
import type { MemoryBuilder } from '../memory-builder.js';
import type { AnyProgram } from '../program.js';
import { roundedLength, type Bytes } from './region.js';

/** Finds or makes the buffer of the region declared as number `index`. */
export interface RegionSource {
  buffer(index: number, name: string, byteLength: number): Bytes;
  label(index: number, byteOffset: number, label: string): void;
  /** The elements of a region that is declared by words. */
  declared?(index: number, elements: ArrayLike<number | bigint>): void;
}

type WordArray = 'Int32Array' | 'Uint32Array' | 'BigInt64Array' | 'Float64Array' | 'Uint8Array';

class RealmBuilder implements MemoryBuilder {
  readonly #names: string[] = [];

  constructor(private readonly source: RegionSource) {}

  int32(name: string, words: number | readonly string[] = 1): Int32Array {
    return this.#words('Int32Array', 4, name, words) as Int32Array;
  }

  uint32(name: string, words: number | readonly string[] = 1): Uint32Array {
    return this.#words('Uint32Array', 4, name, words) as Uint32Array;
  }

  bigInt64(name: string, words: number | readonly string[] = 1): BigInt64Array {
    return this.#words('BigInt64Array', 8, name, words) as BigInt64Array;
  }

  float64(name: string, words: number | readonly string[] = 1): Float64Array {
    return this.#words('Float64Array', 8, name, words) as Float64Array;
  }

  bytes(name: string, byteLength: number): Uint8Array {
    return this.#words('Uint8Array', 1, name, byteLength) as Uint8Array;
  }

  buffer(name: string, byteLength: number): SharedArrayBuffer {
    const index = this.#declare(name);
    return this.source.buffer(index, name, roundedLength(byteLength)) as SharedArrayBuffer;
  }

  label(region: string, byteOffset: number, label: string): void {
    this.source.label(this.#names.indexOf(region), byteOffset, label);
  }

  #words(kind: WordArray, size: number, name: string, words: number | readonly string[]): unknown {
    const length = typeof words === 'number' ? words : words.length;
    const index = this.#declare(name);
    const buffer = this.source.buffer(index, name, roundedLength(length * size));
    if (typeof words !== 'number') {
      words.forEach((label, word) => {
        this.source.label(index, word * size, label);
      });
    } else if (length === 1) this.source.label(index, 0, name);
    const elements = new globalThis[kind](buffer as ArrayBuffer, 0, length);
    this.source.declared?.(index, elements);
    return elements;
  }

  #declare(name: string): number {
    if (this.#names.includes(name)) {
      throw new HawserError('ERR_HAWSER_BAD_OPTION', `Shared memory "${name}" is declared twice.`);
    }
    return this.#names.push(name) - 1;
  }
}

/** What `program.memory` returns in this realm. */
export function buildShared(program: AnyProgram, source: RegionSource): unknown {
  return program.memory(new RealmBuilder(source)) as unknown;
}
