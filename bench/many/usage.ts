/** What a process uses at one moment. */
import { cpuSeconds } from '../support/usage.js';

export interface Usage {
  /** Up to the look, which takes time itself, and from then on. */
  readonly cpuSecondsBefore: number;
  readonly cpuSecondsAfter: number;
  /** Everything: heaps, shared memory, sockets of the process; not what the kernel holds for it. */
  readonly residentBytes: number;
}

/** After a collection, so that what is counted is in use. */
export function usage(): Usage {
  const cpuSecondsBefore = cpuSeconds();
  globalThis.gc?.();
  globalThis.gc?.();
  const residentBytes = process.memoryUsage.rss();
  return { cpuSecondsBefore, residentBytes, cpuSecondsAfter: cpuSeconds() };
}

/** CPU seconds between two looks. */
export function cpuBetween(earlier: Usage, later: Usage): number {
  return later.cpuSecondsBefore - earlier.cpuSecondsAfter;
}
