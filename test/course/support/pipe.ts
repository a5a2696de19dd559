/**
 * Two ends of a stream on one thread: what one sends, the other can read at once, in slices of any
 * length. Waiting takes no time: what is not there will not come.
 */
import type { PatientStream } from '#hawser/shared/course/exchange.js';
import type { RandomStream } from '#hawser/shared/net/random.js';

export class PipeEnd implements PatientStream {
  /** Called whenever something has arrived here. */
  onArrival: () => void = () => undefined;
  readonly waitsMs: number[] = [];
  #unread = Buffer.alloc(0);
  #isClosed = false;
  #other: PipeEnd | undefined;

  constructor(private readonly random: RandomStream) {}

  static pair(random: RandomStream): [PipeEnd, PipeEnd] {
    const ends: [PipeEnd, PipeEnd] = [new PipeEnd(random), new PipeEnd(random)];
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    return ends;
  }

  send(bytes: Uint8Array): void {
    const other = this.#other;
    if (other === undefined) throw new Error('this end has no other');
    other.#unread = Buffer.concat([other.#unread, bytes]);
    other.onArrival();
  }

  /** The stream towards this end ends behind what was sent. */
  close(): void {
    this.#isClosed = true;
  }

  isReadable(limitMs: number): boolean {
    const readable = this.#unread.length > 0 || this.#isClosed;
    if (!readable) this.waitsMs.push(Math.round(limitMs));
    return readable;
  }

  recv(): Uint8Array {
    const length = Math.min(this.#unread.length, 1 + this.random.below(700));
    const piece = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return piece;
  }
}
