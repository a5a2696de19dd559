/** Connections opened, each used for one byte: how many a second, and what each costs to keep. */
import type { ContestStream } from '../streams/contest-stream.js';
import type { Dialer, ManyTask } from './many.js';
import { ask, REQUEST } from './request.js';
import { usage, type Usage } from './usage.js';

export interface OpeningOutcome {
  readonly opened: number;
  readonly seconds: number;
  /**
   * Three on each side: before, with all of the connections open, and at the end. The clock runs
   * between the first two; with a single connection, between the last two.
   */
  readonly samples: readonly Usage[];
}

const MOST_UNDER_WAY = 64;
const ROUNDS_OF_ONE = 200;

export async function runOpening(dialer: Dialer, task: ManyTask): Promise<OpeningOutcome> {
  const control = await dialer.open();
  const samples: Usage[] = [];
  const sample = async () => {
    await ask(control, { kind: REQUEST.sample, bytes: 1 });
    samples.push(usage());
  };
  await useOnce(await dialer.open());
  await sample();
  const allSeconds = await timed(() => openAll(dialer, task.connections));
  await sample();
  const isOne = task.connections === 1;
  const oneSeconds = isOne ? await timed(() => openOneByOne(dialer)) : 0;
  await sample();
  await ask(control, { kind: REQUEST.over, bytes: 1 });
  await control.close();
  return {
    opened: isOne ? ROUNDS_OF_ONE : task.connections,
    seconds: isOne ? oneSeconds : allSeconds,
    samples,
  };
}

async function timed(action: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await action();
  return (performance.now() - startedMs) / 1e3;
}

/** Some under way at any time, so that neither side waits for a round trip. All stay open. */
async function openAll(dialer: Dialer, count: number): Promise<void> {
  let begun = 0;
  const openSome = async () => {
    while (begun < count) {
      begun += 1;
      kept.push(await useOnce(await dialer.open()));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, MOST_UNDER_WAY) }, openSome));
}

/** Each is closed before the next is opened. */
async function openOneByOne(dialer: Dialer): Promise<void> {
  for (let round = 0; round < ROUNDS_OF_ONE; round++) {
    await (await useOnce(await dialer.open())).close();
  }
}

/** What nobody refers to would be collected, and not counted. */
const kept: ContestStream[] = [];

/** There and back: then it is open on both sides. */
async function useOnce(stream: ContestStream): Promise<ContestStream> {
  await ask(stream, { kind: REQUEST.bytes, bytes: 1 });
  return stream;
}
