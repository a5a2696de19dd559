/** Many connections, all of them busy: how much goes through together, and how evenly. */
import { cpuSeconds, peakMegabytes } from '../support/usage.js';
import type { ContestStream } from '../streams/contest-stream.js';
import type { Dialer, ManyTask } from './many.js';
import { ANSWER, ask, REQUEST } from './request.js';

export interface AtOnceOutcome {
  /** Of all connections together. */
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** When the first connection was served, over when the last was. */
  readonly firstOverLast: number;
  readonly peakMegabytes: number;
}

const FIRST_BYTES = 32 << 10;
const WARM_UP_SECONDS = 0.2;
const VERIFIED_BYTES = 64 << 10;

export async function runAtOnce(dialer: Dialer, task: ManyTask): Promise<AtOnceOutcome> {
  const control = await dialer.open();
  await ask(control, { kind: REQUEST.bytes, bytes: 1 });
  const streams: ContestStream[] = [];
  for (let at = 0; at < task.connections; at++) streams.push(await dialer.open());
  const each = Math.ceil((await warmUp(streams)) * task.seconds);
  await ask(control, { kind: REQUEST.sample, bytes: 1 });
  const cpuBefore = cpuSeconds();
  const times = await fetchAll(streams, each);
  const cpuUsed = cpuSeconds() - cpuBefore;
  await ask(control, { kind: REQUEST.sample, bytes: 1 });
  await Promise.all(streams.map(verify));
  await ask(control, { kind: REQUEST.over, bytes: 1 });
  await control.close();
  const last = Math.max(...times);
  return {
    bytes: each * streams.length,
    seconds: last,
    cpuSeconds: cpuUsed,
    firstOverLast: Math.min(...times) / last,
    peakMegabytes: peakMegabytes(),
  };
}

/** Asks for more and more until it takes long enough to tell the rate, in bytes a second and stream. */
async function warmUp(streams: readonly ContestStream[]): Promise<number> {
  for (let bytes = FIRST_BYTES; ; bytes *= 2) {
    const elapsed = Math.max(...(await fetchAll(streams, bytes)));
    if (elapsed >= WARM_UP_SECONDS) return bytes / elapsed;
  }
}

/** Seconds after which each had all of its bytes. */
async function fetchAll(streams: readonly ContestStream[], bytes: number): Promise<number[]> {
  const startedMs = performance.now();
  return Promise.all(
    streams.map(async (stream) => {
      await ask(stream, { kind: REQUEST.bytes, bytes });
      return (performance.now() - startedMs) / 1e3;
    }),
  );
}

async function verify(stream: ContestStream): Promise<void> {
  const received = Buffer.alloc(VERIFIED_BYTES);
  await ask(stream, { kind: REQUEST.bytes, bytes: VERIFIED_BYTES }, (piece, at) => {
    received.set(piece, at);
  });
  if (ANSWER.compare(received, 0, VERIFIED_BYTES, 0, VERIFIED_BYTES) === 0) return;
  throw new Error('wrong bytes were received');
}
