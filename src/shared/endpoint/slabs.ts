/**
 * Where the memories of connections are cut from: buffers so large that the allocator maps each by
 * itself. Its pages are zero and cost nothing before they are touched, and go back to the system with
 * it. What malloc serves from its heap is zeroed, and so touched, to the last page instead (glibc
 * does that with everything up to 32 MiB once a piece of its size has been freed).
 * Private to its owner's thread.
 */
import { type Geometry, layOut } from '../memory/layout.js';
import { TIMER_COUNT } from '../transport/timers.js';

/** A connection's part of a buffer. */
export interface Span {
  readonly buffer: SharedArrayBuffer;
  /** Byte at which it begins, a multiple of 64. */
  readonly base: number;
}

/** Of address space. Fewer bytes than this are asked for at once, but never less than the half. */
const SLAB_BYTES = 64 << 20;
/** Of memories that may become large: so many, since most of them never are. */
const LEAST_SPANS = 4;

class Slab {
  readonly #free: number[] = [];
  readonly #buffer: SharedArrayBuffer;
  readonly #capacity: number;
  #used = 0;
  #next = 0;

  constructor(private readonly spanBytes: number) {
    this.#capacity = Math.max(LEAST_SPANS, Math.floor(SLAB_BYTES / spanBytes));
    this.#buffer = new SharedArrayBuffer(this.#capacity * spanBytes);
  }

  get isFull(): boolean {
    return this.#used === this.#capacity;
  }

  get isEmpty(): boolean {
    return this.#used === 0;
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer);
  }

  take(): Span {
    const base = this.#free.pop() ?? this.spanBytes * this.#next++;
    this.#used += 1;
    return { buffer: this.#buffer, base };
  }

  giveBack({ base }: Span): void {
    this.#used -= 1;
    this.#free.push(base);
  }
}

/** Memories of one geometry. The one given back last is the first to be used again. */
export class Slabs {
  readonly bytes: number;
  readonly #slabOf = new Map<SharedArrayBuffer, Slab>();
  /** Those that are not full; of empty ones at most one, at the beginning. */
  readonly #open: Slab[] = [];

  constructor(
    geometry: Geometry,
    /** Told of a new buffer. */
    private readonly onBuffer: (bytes: Uint8Array) => void = () => undefined,
  ) {
    this.bytes = layOut(geometry, TIMER_COUNT).bytes;
  }

  /** Zero, if what was given back is. Undefined if the system has no more. */
  take(): Span | undefined {
    const slab = this.#open.at(-1) ?? this.#grow();
    const span = slab?.take();
    if (slab === undefined || span === undefined) return undefined;
    if (slab.isFull) this.#open.pop();
    this.#slabOf.set(span.buffer, slab);
    return span;
  }

  giveBack(span: Span): void {
    const slab = this.#slabOf.get(span.buffer);
    if (slab === undefined) return;
    const wasFull = slab.isFull;
    slab.giveBack(span);
    if (wasFull) this.#open.push(slab);
    if (slab.isEmpty) this.#putLast(slab, span.buffer);
  }

  /** An empty one is the last to be used, and one of them is enough. */
  #putLast(slab: Slab, buffer: SharedArrayBuffer): void {
    this.#open.splice(this.#open.indexOf(slab), 1);
    if (this.#open.at(0)?.isEmpty === true) this.#slabOf.delete(buffer);
    else this.#open.unshift(slab);
  }

  #grow(): Slab | undefined {
    try {
      const slab = new Slab(this.bytes);
      this.onBuffer(slab.bytes);
      this.#open.push(slab);
      return slab;
    } catch (error) {
      // No address space, or a limit of the process.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }
}
