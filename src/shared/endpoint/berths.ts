/**
 * The places of one owner, and the memories for connections there. A memory is used again by the
 * next connection of the same geometry, the one given back last first: its pages are warm, and the
 * garbage collectors of three threads need not agree on when it is free. Private to its owner's
 * thread: the application's has the lower half of the places, the listener's the upper.
 */
import { ConnectionMemory, describeConnection } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { EndpointWord } from '../memory/endpoint-layout.js';
import { type Geometry, layOut } from '../memory/layout.js';
import { TIMER_COUNT } from '../transport/timers.js';

export interface Vacancy {
  readonly place: number;
  readonly buffer: SharedArrayBuffer;
}

/** Makes of a buffer's tail, from `from` on, memory that the system can use elsewhere. */
export type ReturnPages = (bytes: Uint8Array, from: number) => void;

const KILOBYTE = 1024;
/** Buffers of one geometry that are kept for the next connections; others are let go. */
const SPARES = 64;

export class Berths {
  readonly #free: number[] = [];
  readonly #spare = new Map<string, SharedArrayBuffer[]>();
  readonly #occupied = new Map<number, { buffer: SharedArrayBuffer; key: string }>();
  #next: number;
  readonly #end: number;

  constructor(
    private readonly memory: EndpointMemory,
    owner: 'application' | 'listener',
    private readonly maximumMemoryBytes: number,
    private readonly returnPages: ReturnPages = () => undefined,
  ) {
    const half = memory.places / 2;
    this.#next = owner === 'application' ? 0 : half;
    this.#end = this.#next + half;
  }

  get count(): number {
    return this.#occupied.size;
  }

  /** A place with a memory that is zero but for its description; undefined if a limit is reached. */
  take(geometry: Geometry, localConnectionId: number): Vacancy | undefined {
    const key = Object.values(geometry).join(' ');
    const spare = this.#spare.get(key)?.pop();
    const buffer = spare ?? this.#allocate(geometry);
    if (buffer === undefined) return undefined;
    const place = this.#free.pop() ?? (this.#next < this.#end ? this.#next++ : undefined);
    if (place === undefined) {
      this.#keep(key, buffer);
      return undefined;
    }
    describeConnection(buffer, geometry, localConnectionId);
    this.#occupied.set(place, { buffer, key });
    return { place, buffer };
  }

  /** No thread touches this place any more. */
  giveBack(place: number): void {
    const berth = this.#occupied.get(place);
    if (berth === undefined) return;
    this.#occupied.delete(place);
    this.#free.push(place);
    const memory = new ConnectionMemory(berth.buffer, TIMER_COUNT);
    memory.clear();
    this.returnPages(memory.bytes, memory.offsets.headers);
    this.#keep(berth.key, berth.buffer);
  }

  #keep(key: string, buffer: SharedArrayBuffer): void {
    const spare = this.#spare.get(key) ?? [];
    this.#spare.set(key, spare);
    if (spare.length < SPARES) spare.push(buffer);
    else this.#forget(buffer);
  }

  #forget(buffer: SharedArrayBuffer): void {
    const kilobytes = Math.ceil(buffer.byteLength / KILOBYTE);
    Atomics.sub(this.memory.words, EndpointWord.memoryKilobytes, kilobytes);
  }

  #allocate(geometry: Geometry): SharedArrayBuffer | undefined {
    const { bytes } = layOut(geometry, TIMER_COUNT);
    const kilobytes = Math.ceil(bytes / KILOBYTE);
    const before = Atomics.add(this.memory.words, EndpointWord.memoryKilobytes, kilobytes);
    if ((before + kilobytes) * KILOBYTE <= this.maximumMemoryBytes) {
      return new SharedArrayBuffer(bytes);
    }
    Atomics.sub(this.memory.words, EndpointWord.memoryKilobytes, kilobytes);
    return undefined;
  }
}
