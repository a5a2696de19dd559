/**
 * The one clock of the process: monotonic microseconds that agree on every thread.
 *
 * `performance.now()` counts from a different origin in each worker; `process.hrtime` does not, but
 * allocates. So each thread measures the difference once and then only adds.
 */
import { performance } from 'node:perf_hooks';

function millisBetweenClocks(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e3 + nanos / 1e6 - performance.now();
}

const offsetMs = millisBetweenClocks();

/** Microseconds since an arbitrary moment, the same moment on every thread of this process. */
export function nowMicros(): number {
  return (performance.now() + offsetMs) * 1e3;
}
