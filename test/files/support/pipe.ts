/** A pipe in memory between two sides of the file protocol, which may cut its bytes anywhere. */
import { HawserError } from '#hawser/shared/errors.js';
import type { ByteSink, ByteSource } from '#hawser/shared/files/byte-pipe.js';
import { SINK_BYTES } from '#hawser/shared/files/frame-writer.js';
import type { RandomStream } from '#hawser/shared/net/random.js';

const DEFAULT_CAPACITY = 8;

export interface PipeOptions {
  /** Buffers that may wait to be read. */
  readonly capacity?: number;
  /** How long one is. */
  readonly roomBytes?: number;
  /** Cuts what is written into pieces of random lengths. */
  readonly random?: RandomStream;
  /** Breaks, as a lost connection does, when so many bytes have passed. */
  readonly breaksAfter?: number;
  /** Changes what passes, in place; `position` is that of the first byte. */
  readonly tamper?: (bytes: Uint8Array, position: number) => void;
}

export class Pipe implements ByteSink, ByteSource {
  /** Bytes that have passed. */
  passed = 0;
  readonly #waiting: Uint8Array[] = [];
  readonly #room: Uint8Array;
  #isEnded = false;
  #isBroken = false;
  #wake: () => void = () => undefined;
  #news = this.#nextNews();

  constructor(private readonly options: PipeOptions = {}) {
    this.#room = new Uint8Array(options.roomBytes ?? SINK_BYTES);
  }

  get isDry(): boolean {
    return this.#waiting.length === 0;
  }

  async acquire(): Promise<Uint8Array> {
    const { capacity = DEFAULT_CAPACITY } = this.options;
    while (!this.#isBroken && this.#waiting.length >= capacity) await this.#news;
    if (this.#isBroken) throw new HawserError('ERR_HAWSER_CLOSED', 'nobody reads any more');
    return this.#room;
  }

  commit(length: number): void {
    const { random, breaksAfter = Infinity, tamper } = this.options;
    const bytes = this.#room.slice(0, Math.min(length, breaksAfter - this.passed));
    tamper?.(bytes, this.passed);
    this.passed += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const end = random?.chance(0.3) ? at + 1 + random.below(bytes.length - at) : bytes.length;
      this.#waiting.push(bytes.slice(at, end));
      at = end;
    }
    if (this.passed >= breaksAfter) this.#isBroken = true;
    this.#ring();
  }

  end(): void {
    this.#isEnded = true;
    this.#ring();
  }

  /** Nothing more passes; what is under way may still be read. */
  break(): void {
    this.#isBroken = true;
    this.#ring();
  }

  cancel(): void {
    this.break();
  }

  async next(): Promise<Uint8Array | undefined> {
    while (this.#waiting.length === 0 && !this.#isEnded && !this.#isBroken) await this.#news;
    const bytes = this.#waiting.shift();
    this.#ring();
    return bytes;
  }

  #ring(): void {
    this.#wake();
    this.#news = this.#nextNews();
  }

  #nextNews(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
