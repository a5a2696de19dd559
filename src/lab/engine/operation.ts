/**
 * One shared-memory operation that a thread is about to do, and when two of them depend on each
 * other: then, and only then, can their order matter.
 */
import type { TrackedView } from '../intercept/tracked.js';

export const enum Kind {
  Load,
  Store,
  Add,
  Sub,
  And,
  Or,
  Xor,
  Exchange,
  CompareExchange,
  Wait,
  Notify,
  Timeout,
  PlainRead,
  PlainWrite,
  BulkRead,
  BulkWrite,
}

export const KIND_NAMES: readonly string[] = [
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'notify',
  'timeout',
  'read',
  'write',
  'copy out',
  'copy in',
];

const READS = (1 << Kind.Load) | (1 << Kind.Wait) | (1 << Kind.PlainRead) | (1 << Kind.BulkRead);
const WAITER_LIST = (1 << Kind.Wait) | (1 << Kind.Notify) | (1 << Kind.Timeout);
const NO_DATA = (1 << Kind.Notify) | (1 << Kind.Timeout);

export class Operation {
  /** First byte touched, and the first one after. */
  readonly start: number;
  readonly end: number;

  constructor(
    readonly kind: Kind,
    readonly view: TrackedView,
    readonly index: number,
    /** The operand: value, expected value of a wait or compare-exchange, count of a notify. */
    readonly a: unknown,
    /** The second operand: replacement value of a compare-exchange, time-out of a wait. */
    readonly b: unknown,
    readonly count = 1,
  ) {
    this.start = view.base + index * view.size;
    this.end = this.start + count * view.size;
  }

  /** Kind and place in one number, to recognise the operation when the thread is run again. */
  get signature(): number {
    return signature(this.kind, this.start);
  }

  /** A failed compare-exchange counts too: in another order it might have succeeded. */
  get writes(): boolean {
    return ((READS | NO_DATA) & (1 << this.kind)) === 0;
  }

  /** A wait that returns "not-equal" counts too: in another order it would have slept. */
  get touchesWaiters(): boolean {
    return (WAITER_LIST & (1 << this.kind)) !== 0;
  }

  get touchesData(): boolean {
    return (NO_DATA & (1 << this.kind)) === 0;
  }

  get name(): string {
    return this.view.region.nameOfRange(
      this.start - this.view.region.base,
      this.end - this.start,
      this.view.size,
    );
  }

  /** For messages: `atomic add`, `plain write`. */
  describe(): string {
    const plain = this.kind >= Kind.PlainRead;
    return `${plain ? 'plain' : 'atomic'} ${KIND_NAMES[this.kind]}`;
  }

  /** The same operation as seen in an earlier run of the thread. */
  matches(other: Operation): boolean {
    return (
      this.signature === other.signature &&
      this.end === other.end &&
      sameOperand(this.a, other.a) &&
      sameOperand(this.b, other.b)
    );
  }
}

export function signature(kind: Kind, address: number): number {
  return address * 16 + kind;
}

export function sameOperand(left: unknown, right: unknown): boolean {
  return left === right || typeof left === 'object' || Object.is(left, right);
}

/** Whether exchanging two neighbouring operations of different threads may change anything. */
export function dependent(left: Operation, right: Operation): boolean {
  if (left.start >= right.end || right.start >= left.end) return false;
  if (left.touchesWaiters && right.touchesWaiters) return true;
  return left.touchesData && right.touchesData && (left.writes || right.writes);
}
