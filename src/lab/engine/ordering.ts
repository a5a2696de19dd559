/**
 * Tells the race detector what an operation is in terms of the memory model.
 */
import type { Machine } from './machine.js';
import { Kind, type Operation } from './operation.js';
import type { Race, RaceDetector } from './race-detector.js';
import type { RunFailure } from './run-failure.js';

/** Orders `operation` of `thread` after what it synchronises with; the race it makes, if any. */
export function happensBefore(
  detector: RaceDetector,
  thread: number,
  operation: Operation,
  result: unknown,
): Race | undefined {
  const { start, end } = operation;
  switch (operation.kind) {
    case Kind.PlainRead:
    case Kind.BulkRead:
      return detector.plainRead(thread, start, end);
    case Kind.PlainWrite:
    case Kind.BulkWrite:
      return detector.plainWrite(thread, start, end);
    case Kind.Load:
      return detector.atomicRead(thread, start, end);
    case Kind.Store:
      return detector.atomicWrite(thread, start, end);
    case Kind.Wait:
      detector.waiterList(thread, start);
      return detector.atomicRead(thread, start, end);
    case Kind.Notify:
    case Kind.Timeout:
      detector.waiterList(thread, start);
      return undefined;
    default:
      return readModifyWrite(detector, thread, operation, result);
  }
}

/** `race` as the failure of a run, in which `operation` of `thread` was the later access. */
export function raceFailure(
  machine: Machine,
  thread: number,
  operation: Operation,
  race: Race,
): RunFailure {
  const other = machine.threadNames[race.thread];
  const message = `${operation.describe()} of ${operation.name} and an earlier ${race.access} by ${other} are unordered`;
  return { kind: 'data-race', message, thread };
}

function readModifyWrite(
  detector: RaceDetector,
  thread: number,
  operation: Operation,
  result: unknown,
): Race | undefined {
  const { start, end } = operation;
  const read = detector.atomicRead(thread, start, end);
  const failed =
    operation.kind === Kind.CompareExchange && result !== operation.view.coerce(operation.a);
  return failed ? read : (read ?? detector.atomicWrite(thread, start, end));
}
