/**
 * What unfinished files are called, in the folder where the finished ones will be.
 *
 * ```
 *   .hawser-KEY.part               nobody is working on it: free for the next transfer of the name
 *   .hawser-KEY.PID-SERIAL.part    a transfer of the process PID is working on it, if that lives
 * ```
 * KEY comes from the name of the file. Taking up and laying down is a rename, so of two processes
 * only one gets it. A process that was killed leaves the second form behind.
 */
import { createHash } from 'node:crypto';
import { OWN_PREFIX, OWN_SUFFIX } from './reserved-names.js';

const KEY_DIGITS = 20;
const PATTERN = /^\.hawser-([0-9a-f]{20})(?:\.(\d+)-\d+)?\.part$/;

export interface PartialName {
  readonly key: string;
  /** Absent: nobody is working on it. */
  readonly pid?: number;
}

export function partialKey(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, KEY_DIGITS);
}

export function parkedName(key: string): string {
  return `${OWN_PREFIX}${key}${OWN_SUFFIX}`;
}

let serial = 0;
/** Names in use by this process, to be told from those that a process with our number has left. */
const ours = new Set<string>();

/** A name for work in progress that nobody has, until {@link releaseName}. */
export function claimName(key: string): string {
  serial += 1;
  const name = `${OWN_PREFIX}${key}.${process.pid}-${serial}${OWN_SUFFIX}`;
  ours.add(name);
  return name;
}

export function releaseName(name: string): void {
  ours.delete(name);
}

/** `undefined` for a name that is not of this kind. */
export function parsePartialName(name: string): PartialName | undefined {
  const match = PATTERN.exec(name);
  if (match === null) return undefined;
  const [, key, pid] = match as unknown as [string, string, string | undefined];
  return { key, ...(pid !== undefined && { pid: Number(pid) }) };
}

/** Whether somebody may still be writing to it. */
export function isInUse(name: string, { pid }: PartialName): boolean {
  if (pid === undefined) return false;
  return pid === process.pid ? ours.has(name) : isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
