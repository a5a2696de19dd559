/** Opening a file that stands where one is to be received, to compare it. File thread. */
import { constants } from 'node:fs';
import type { Disk } from './disk.js';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** `undefined` if it cannot be read: then it cannot be the same either. */
export function openForReading(disk: Disk, path: string): number | undefined {
  try {
    // Not blocking: should it have become a named pipe meanwhile, nobody waits for its other end.
    return disk.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch {
    return undefined;
  }
}
