/**
 * Records a trace while the machine runs. Slow (it takes a stack trace an operation), so it is used
 * for single runs only.
 */
import { KIND_NAMES, Kind, type Operation } from '../engine/operation.js';
import type { Machine, Observer } from '../engine/machine.js';
import { sourceLine } from './source-line.js';
import type { TraceEvent } from './trace.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class TraceRecorder implements Observer {
  readonly events: Writable<TraceEvent>[] = [];
  /** By step: how many a notify woke; 1 for a wait that slept. */
  readonly counts: number[] = [];
  #recordedDepth = 0;

  /** `preemptions`: depths of the steps that interrupt another thread, as far as the run has got. */
  constructor(private readonly preemptions: ReadonlySet<number>) {}

  operated(machine: Machine, thread: number, operation: Operation, result: unknown): void {
    if (operation.kind === Kind.Notify) this.counts[machine.depth - 1] = result as number;
    this.#add(machine, thread, operation, effectOf(operation, result));
  }

  asleep(machine: Machine, thread: number, operation: Operation): void {
    this.counts[machine.depth - 1] = 1;
    this.#add(machine, thread, operation, `is ${text(operation.a)}: sleeps`);
  }

  woken(machine: Machine, thread: number, operation: Operation, result: string): void {
    this.#add(machine, thread, operation, result === 'ok' ? 'woken' : 'wait times out');
    if (result === 'ok') this.events.at(-1)!.operation = 'wakes';
  }

  /** Forgets all but the first `count` events, of a run that has gone back to `depth`. */
  truncate(count: number, depth: number): void {
    this.events.length = count;
    this.#recordedDepth = depth;
  }

  /** What happened before step `end`. */
  eventsBefore(end: number): readonly TraceEvent[] {
    const cut = this.events.findIndex(({ step }) => step !== undefined && step >= end);
    return cut < 0 ? this.events : this.events.slice(0, cut);
  }

  #add(machine: Machine, thread: number, operation: Operation, effect: string): void {
    const isStep = machine.depth > this.#recordedDepth;
    const step = machine.depth - 1;
    const event: Writable<TraceEvent> = {
      thread,
      operation: KIND_NAMES[operation.kind],
      word: operation.name,
      effect,
      preempts: isStep && this.preemptions.has(step),
    };
    if (isStep) event.step = step;
    this.#recordedDepth = machine.depth;
    const source = operation.kind === Kind.Timeout ? undefined : sourceLine();
    if (source !== undefined) event.source = source;
    this.events.push(event);
  }
}

function effectOf(operation: Operation, result: unknown): string {
  const { kind, view, index, count, a } = operation;
  switch (kind) {
    case Kind.Load:
    case Kind.PlainRead:
    case Kind.BulkRead:
      return `reads ${text(result)}`;
    // What is there now, which is not what was given if that does not fit the element.
    case Kind.Store:
    case Kind.PlainWrite:
      return `:= ${text(view.elements[index])}`;
    case Kind.BulkWrite:
      return `:= ${text(view.raw.slice(index, index + count))}`;
    case Kind.CompareExchange:
      return result === view.coerce(a)
        ? `${text(result)} → ${text(view.elements[index])}`
        : `is ${text(result)}, not ${text(view.coerce(a))}: fails`;
    case Kind.Wait:
      return `is not ${text(a)}: goes on`;
    case Kind.Notify:
      return `wakes ${text(result)}`;
    default:
      return `${text(result)} → ${text(view.elements[index])}`;
  }
}

const MAX_ELEMENTS = 8;

function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const elements = Array.from(value as ArrayLike<unknown>);
  const shown = elements.slice(0, MAX_ELEMENTS).join(' ');
  return elements.length > MAX_ELEMENTS ? `${shown} … (${elements.length})` : shown;
}
