/** How fast this machine copies memory at this moment: a measure that no network code is in. */
const BUFFER_BYTES = 64 << 20;
const PIECE_BYTES = 1 << 16;
const SECONDS = 0.3;

/** MB/s of copying 64 KB pieces from one large buffer to another. */
export function measureMemoryCopy(): number {
  const from = new Uint8Array(BUFFER_BYTES).fill(1);
  const to = new Uint8Array(BUFFER_BYTES).fill(2);
  const startedMs = performance.now();
  let copied = 0;
  let elapsedMs = 0;
  while (elapsedMs < SECONDS * 1e3) {
    for (let at = 0; at < BUFFER_BYTES; at += PIECE_BYTES) {
      to.set(from.subarray(at, at + PIECE_BYTES), at);
    }
    copied += BUFFER_BYTES;
    elapsedMs = performance.now() - startedMs;
  }
  return copied / 1e3 / elapsedMs;
}
