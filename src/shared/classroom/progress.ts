/**
 * How far the classroom's test has come, in shared memory: the application thread writes, the main
 * thread looks whenever it likes, and the bell tells it when a milestone was reached. The
 * application may be blocked at any time, so nothing here needs its event loop.
 *
 * ```
 * word  writer       meaning
 *   0   application  numbers handed to send
 *   1   application  numbers received, in order
 *   2   application  milestones reached, a set of bits; stored before the bell rings
 *   3   any, atomic  bell: rings so far
 *   4   any, atomic  bell: sleepers
 * ```
 * Words 0–2 have this one writer, which stores through `Atomics`, so a reader needs no lock.
 */
import { Bell } from '../memory/bell.js';

const SENT = 0;
const RECEIVED = 1;
const MILESTONES = 2;
const BELL_COUNT = 3;
const BELL_SLEEPERS = 4;
const WORDS = 5;

export const MILESTONES_IN_ORDER = ['stage1Passed', 'stage2Sent', 'stage2Passed'] as const;
export type Milestone = (typeof MILESTONES_IN_ORDER)[number];

export class ClassroomProgress {
  readonly bell: Bell;
  readonly #words: Int32Array;

  constructor(
    readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(
      WORDS * Int32Array.BYTES_PER_ELEMENT,
    ),
  ) {
    this.#words = new Int32Array(buffer);
    this.bell = new Bell(this.#words, BELL_COUNT, BELL_SLEEPERS);
  }

  get sent(): number {
    return Atomics.load(this.#words, SENT);
  }

  get received(): number {
    return Atomics.load(this.#words, RECEIVED);
  }

  get milestones(): Milestone[] {
    const bits = Atomics.load(this.#words, MILESTONES);
    return MILESTONES_IN_ORDER.filter((_, bit) => (bits & (1 << bit)) !== 0);
  }

  /** Application thread only. */
  recordSent(numbers: number): void {
    Atomics.store(this.#words, SENT, numbers);
  }

  /** Application thread only. */
  recordReceived(numbers: number): void {
    Atomics.store(this.#words, RECEIVED, numbers);
  }

  /** Application thread only. */
  reach(milestone: Milestone): void {
    const bit = 1 << MILESTONES_IN_ORDER.indexOf(milestone);
    Atomics.store(this.#words, MILESTONES, Atomics.load(this.#words, MILESTONES) | bit);
    this.bell.ring();
  }
}
