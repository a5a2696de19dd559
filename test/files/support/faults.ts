/** A disk that fails, or does something else, when it is told to. */
import { type Disk, realDisk } from '#hawser/shared/files/disk.js';

/** An error as the system gives it. */
export function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: injected`), { code });
}

type Call = keyof Disk;

/** Called before each call of the disk with how many there have been of its kind, from 1. */
export type Intervention = (call: Call, count: number, args: readonly unknown[]) => void;

export function meddledDisk(intervene: Intervention): Disk {
  const counts: Partial<Record<Call, number>> = {};
  return new Proxy(realDisk, {
    get(disk, call: Call) {
      return (...args: readonly unknown[]) => {
        counts[call] = (counts[call] ?? 0) + 1;
        intervene(call, counts[call], args);
        return (disk[call] as (...args: readonly unknown[]) => unknown)(...args);
      };
    },
  });
}

/** Fails with this code from the given call of a kind on. */
export function failingDisk(failing: Call, code: string, from = 1): Disk {
  return meddledDisk((call, count) => {
    if (call === failing && count >= from) throw systemError(code);
  });
}

/** Has room for so many bytes, and then says that it is full. */
export function tinyDisk(capacity: number): Disk {
  let written = 0;
  return meddledDisk((call, _count, [, bytes]) => {
    if (call !== 'write') return;
    written += (bytes as Uint8Array).length;
    if (written > capacity) throw systemError('ENOSPC');
  });
}
