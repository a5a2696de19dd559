/**
 * 64 bytes there and back, one at a time. The first byte of a message says whether it is the last;
 * all messages are kept and compared when the clock has stopped.
 */
import { pattern, sha256 } from '../support/pattern.js';
import { cpuSeconds } from '../support/usage.js';
import type { ContestStream, Taker } from '../streams/contest-stream.js';
import type { OpenerOutcome, Workload, WorkloadOutcome } from './workload.js';

const MESSAGE_BYTES = 64;
const MOST_ROUNDS = 200_000;
const WARM_UP_ROUNDS = 2_000;
/** The hosts may be slow, but not that slow; the last round is not among the timed ones. */
const FEWEST_ROUNDS = WARM_UP_ROUNDS + 100;
const LAST = 1;

export const pingPong: Workload = { open: ping, accept: pong };

async function ping(stream: ContestStream, seconds: number): Promise<OpenerOutcome> {
  const messages = Buffer.from(pattern(MOST_ROUNDS * MESSAGE_BYTES).buffer);
  const replies = Buffer.alloc(messages.length);
  const endsMs = new Float64Array(MOST_ROUNDS + 1);
  let cpuBefore = 0;
  let round = 0;
  const send = () => {
    const start = round * MESSAGE_BYTES;
    const timedMs = endsMs[round] - endsMs[WARM_UP_ROUNDS];
    const last = round === MOST_ROUNDS - 1 || (round >= FEWEST_ROUNDS && timedMs >= seconds * 1e3);
    messages[start] = last ? LAST : 0;
    void stream.write(messages.subarray(start, start + MESSAGE_BYTES));
  };
  const onReply = (reply: Uint8Array) => {
    replies.set(reply, round * MESSAGE_BYTES);
    const over = messages[round * MESSAGE_BYTES] === LAST;
    endsMs[++round] = performance.now();
    if (round === WARM_UP_ROUNDS) cpuBefore = cpuSeconds();
    if (!over) send();
    return !over;
  };
  endsMs[0] = performance.now();
  send();
  await stream.receive(byMessage(onReply));
  const used = cpuSeconds() - cpuBefore;
  const sent = messages.subarray(0, round * MESSAGE_BYTES);
  if (sent.compare(replies, 0, sent.length) !== 0) throw new Error('a reply is not its message');
  const times = endsMs.subarray(WARM_UP_ROUNDS, round + 1);
  return { ...timings(times), cpuSeconds: used, sha256: sha256(sent) };
}

async function pong(stream: ContestStream): Promise<WorkloadOutcome> {
  const messages = Buffer.alloc(MOST_ROUNDS * MESSAGE_BYTES);
  let cpuBefore = 0;
  let round = 0;
  const onMessage = (message: Uint8Array) => {
    messages.set(message, round * MESSAGE_BYTES);
    const kept = messages.subarray(round * MESSAGE_BYTES, ++round * MESSAGE_BYTES);
    if (round === WARM_UP_ROUNDS) cpuBefore = cpuSeconds();
    void stream.write(kept);
    return kept[0] !== LAST;
  };
  await stream.receive(byMessage(onMessage));
  return {
    count: round - WARM_UP_ROUNDS,
    cpuSeconds: cpuSeconds() - cpuBefore,
    sha256: sha256(messages.subarray(0, round * MESSAGE_BYTES)),
  };
}

/** From the moments at which rounds ended; the first is the end of the one before. */
function timings(endsMs: Float64Array) {
  const count = endsMs.length - 1;
  const sorted = Float64Array.from({ length: count }, (_, i) => endsMs[i + 1] - endsMs[i]).sort();
  const micros = (share: number) => sorted[Math.floor((count - 1) * share)] * 1e3;
  return {
    count,
    seconds: (endsMs[count] - endsMs[0]) / 1e3,
    latencies: { p50Micros: micros(0.5), p99Micros: micros(0.99) },
  };
}

/** A stream knows no messages: it may hand over a part of one. Never more, with one under way. */
function byMessage(onMessage: Taker): Taker {
  const message = Buffer.alloc(MESSAGE_BYTES);
  let have = 0;
  return (piece) => {
    message.set(piece, have);
    have += piece.length;
    if (have < MESSAGE_BYTES) return true;
    have = 0;
    return onMessage(message);
  };
}
