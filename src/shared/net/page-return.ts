/**
 * Gives the pages of memory that is not needed now back to the system, which puts zeros in their
 * place when it is needed again. For buffers that are kept for their next user. Any thread.
 */
import type { Libc } from './libc.js';

const PAGE_BYTES = 4096;
const MADV_DONTNEED = 4;

/** The whole pages within `bytes[from…]`; their content is lost. */
export function returnPages(libc: Libc, bytes: Uint8Array, from: number): void {
  const start = libc.addressOf(bytes);
  const first = Math.ceil((start + from) / PAGE_BYTES) * PAGE_BYTES;
  const end = Math.floor((start + bytes.length) / PAGE_BYTES) * PAGE_BYTES;
  if (end > first) libc.madvise(first, end - first, MADV_DONTNEED);
}
