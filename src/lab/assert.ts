/**
 * Assertions for programs, invariants and final checks. Any thrown error fails a run; this one is
 * reported as an assertion rather than as an exception.
 */
export class LabAssertionError extends Error {
  override readonly name = 'LabAssertionError';
}

/** @throws LabAssertionError with `message` unless `condition` holds */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new LabAssertionError(message);
}

/** @throws LabAssertionError unless `actual` is the same value as `expected` */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) {
    throw new LabAssertionError(`${what} is ${String(actual)}, expected ${String(expected)}`);
  }
}
