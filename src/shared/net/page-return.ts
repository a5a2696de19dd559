/** Gives pages back to the system by `madvise`. Any thread that owns the bytes. */
import type { PageReturn } from '../memory/page-return.js';
import type { Libc } from './libc.js';

const PAGE_BYTES = 4096;
const MADV_DONTNEED = 4;
const MADV_NOHUGEPAGE = 15;

export function pageReturnOf(libc: Libc): PageReturn {
  return {
    zero: (bytes, from, to) => {
      const start = libc.addressOf(bytes);
      const { first, end } = wholePages(start + from, start + to);
      const returned = end > first && libc.madvise(first, end - first, MADV_DONTNEED) === 0;
      bytes.fill(0, from, returned ? first - start : to);
      if (returned) bytes.fill(0, end - start, to);
    },
    discard: (bytes, from, to) => {
      const start = libc.addressOf(bytes);
      const { first, end } = wholePages(start + from, start + to);
      // Refused, the pages stay: that costs memory, and nothing else.
      if (end > first) libc.madvise(first, end - first, MADV_DONTNEED);
    },
    prepare: (bytes) => {
      const start = libc.addressOf(bytes);
      const { first, end } = wholePages(start, start + bytes.length);
      // An older kernel, or one without huge pages, refuses, which is as good.
      libc.madvise(first, end - first, MADV_NOHUGEPAGE);
    },
  };
}

/** The pages that lie wholly within these addresses. */
function wholePages(from: number, to: number) {
  return {
    first: Math.ceil(from / PAGE_BYTES) * PAGE_BYTES,
    end: Math.floor(to / PAGE_BYTES) * PAGE_BYTES,
  };
}
