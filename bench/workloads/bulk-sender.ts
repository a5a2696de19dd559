/**
 * The sending side of a bulk transfer. Verified bytes come before and after the timed ones, which
 * are too many to be kept: a slip, a loss or a repetition among those shows in the bytes behind them.
 */
import { pattern, sha256 } from '../support/pattern.js';
import { cpuSeconds } from '../support/usage.js';
import type { ContestStream } from '../streams/contest-stream.js';
import { emitHeader, PHASE, type PhaseKind } from './phase.js';
import type { OpenerOutcome } from './workload.js';

const BLOCK_BYTES = 4 << 20;
const PIECE_BYTES = 1 << 16;
const WARM_UP_SECONDS = 0.5;
const FIRST_WARM_UP_BYTES = 4 << 20;
const MOST_TIMED_BYTES = 8e9;
const FEW_VERIFIED_BYTES = 64 << 10;
const FIRST_DOUBLED_BYTES = 256 << 10;

export async function sendBulk(stream: ContestStream, seconds: number): Promise<OpenerOutcome> {
  const block = Buffer.from(pattern(BLOCK_BYTES).buffer);
  const send = (kind: PhaseKind, bytes: number) => sendPhase(stream, block, kind, bytes);
  await send(PHASE.verified, BLOCK_BYTES);
  const count = Math.min(MOST_TIMED_BYTES, Math.ceil((await warmUp(send)) * seconds));
  const cpuBefore = cpuSeconds();
  const elapsed = await send(PHASE.timed, count);
  const used = cpuSeconds() - cpuBefore;
  await send(PHASE.verified, BLOCK_BYTES);
  await send(PHASE.over, 0);
  return { count, seconds: elapsed, cpuSeconds: used, sha256: sha256(block, block) };
}

/**
 * For lines whose rate nobody knows, down to some kB/s: sends twice as much each time until that took
 * long enough, and reports the last time only. Few bytes are verified, and there is no warm-up but
 * the sendings before.
 */
export async function sendDoubling(stream: ContestStream, seconds: number): Promise<OpenerOutcome> {
  const block = Buffer.from(pattern(BLOCK_BYTES).buffer);
  const send = (kind: PhaseKind, bytes: number) => sendPhase(stream, block, kind, bytes);
  await send(PHASE.verified, FEW_VERIFIED_BYTES);
  const last = await sendUntilLong(send, seconds);
  await send(PHASE.verified, FEW_VERIFIED_BYTES);
  await send(PHASE.over, 0);
  const verified = block.subarray(0, FEW_VERIFIED_BYTES);
  return { ...last, sha256: sha256(verified, verified) };
}

async function sendUntilLong(
  send: (kind: PhaseKind, bytes: number) => Promise<number>,
  seconds: number,
) {
  for (let count = FIRST_DOUBLED_BYTES; ; count *= 2) {
    const cpuBefore = cpuSeconds();
    const elapsed = await send(PHASE.timed, count);
    if (elapsed < seconds) continue;
    return { count, seconds: elapsed, cpuSeconds: cpuSeconds() - cpuBefore };
  }
}

/** Sends more and more until it takes long enough to tell the rate, in bytes a second. */
async function warmUp(send: (kind: PhaseKind, bytes: number) => Promise<number>): Promise<number> {
  for (let bytes = FIRST_WARM_UP_BYTES; ; bytes *= 2) {
    const elapsed = await send(PHASE.plain, bytes);
    if (elapsed >= WARM_UP_SECONDS) return bytes / elapsed;
  }
}

/** Returns the seconds until the receiver has said that it has everything. */
async function sendPhase(
  stream: ContestStream,
  block: Buffer,
  kind: PhaseKind,
  bytes: number,
): Promise<number> {
  const startedMs = performance.now();
  await stream.write(emitHeader({ kind, bytes }));
  for (let sent = 0; sent < bytes;) {
    const from = sent % BLOCK_BYTES;
    const count = Math.min(PIECE_BYTES, bytes - sent);
    const full = stream.write(block.subarray(from, from + count));
    if (full !== undefined) await full;
    sent += count;
  }
  await stream.receive(() => false);
  return (performance.now() - startedMs) / 1e3;
}
