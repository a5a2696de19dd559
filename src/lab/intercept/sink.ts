/**
 * Where intercepted operations go: to the explorer's machine, or to the gate of a worker that is
 * forced through a schedule. Without a sink, tracked views behave like plain ones.
 */
import type { Kind } from '../engine/operation.js';
import type { TypedArray } from './natives.js';
import type { TrackedView } from './tracked.js';

export type AtomicKind =
  | Kind.Load
  | Kind.Store
  | Kind.Add
  | Kind.Sub
  | Kind.And
  | Kind.Or
  | Kind.Xor
  | Kind.Exchange
  | Kind.CompareExchange;

export interface Sink {
  atomic(kind: AtomicKind, view: TrackedView, index: number, a: unknown, b: unknown): unknown;
  wait(view: TrackedView, index: number, expected: unknown, timeoutMs: number): string;
  notify(view: TrackedView, index: number, count: number): number;
  read(view: TrackedView, index: number): unknown;
  write(view: TrackedView, index: number, value: unknown): void;
  /** A copy of elements `start` to `end`. */
  readRange(view: TrackedView, start: number, end: number): TypedArray;
  /** Copies `source` to the elements from `start`. */
  writeRange(view: TrackedView, start: number, source: ArrayLike<number | bigint>): void;
}

let active: Sink | undefined;

export function activeSink(): Sink | undefined {
  return active;
}

export function setActiveSink(sink: Sink | undefined): void {
  active = sink;
}
