/**
 * The two windows under four real threads: a writer, a reader, the product's timer, and a listener
 * that has an unruly network and the peer behind it.
 */
import test, { type ExecutionContext } from 'ava';
import { nowMicros } from '#hawser/shared/clock.js';
import { allocateEndpoint } from '#hawser/shared/memory/endpoint-memory.js';
import { statisticsOf } from '#hawser/shared/memory/statistics.js';
import { initializeConnection } from '#hawser/shared/transport/connection.js';
import { endpointMemory } from '../memory/support.js';
import { runCrew } from './support/crew.js';
import { complaintsAtRest } from './support/invariants.js';
import {
  type ApplicationOutcome,
  FEW_SLOTS,
  FEWER_AT_FIRST,
  type ListenerOutcome,
  settingsFor,
  type SlotTask,
} from './support/slot-run.js';

type Outcomes = [ApplicationOutcome, ApplicationOutcome, ListenerOutcome, string];

interface Story {
  readonly seed: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly resizes?: boolean;
}

async function transfer(t: ExecutionContext, { resizes = false, ...story }: Story) {
  const memory = endpointMemory(resizes ? FEWER_AT_FIRST : FEW_SLOTS);
  initializeConnection(memory, settingsFor({ resizes }), nowMicros());
  const { buffer } = memory;
  const task: SlotTask = { ...story, resizes, buffer, endpoint: allocateEndpoint(1) };
  const names = ['writer', 'reader', 'listener', 'timer'];
  const posts = names.map((name) => ({ name, module: `slot-${name}`, task }));
  const outcomes = await runCrew<Outcomes[number]>(posts);
  const [writer, reader, listener] = outcomes as Outcomes;
  const statistics = statisticsOf(memory);
  t.log(JSON.stringify({ ...story, writer, reader, listener, timeouts: statistics.timeouts }));
  t.deepEqual(listener.complaints, []);
  t.is(listener.delivered, story.bytesOut);
  t.is(reader.bytes, story.bytesIn);
  t.is(reader.wrongAt, -1);
  t.deepEqual(complaintsAtRest(memory), []);
  t.true(listener.lost > 0 && listener.overtaken > 0 && listener.doubled > 0, 'a quiet network');
  return { writer, reader, listener, statistics };
}

for (const seed of [31, 32]) {
  test.serial(
    `send slots: written, sent, lost, acknowledged, free again (seed ${seed})`,
    async (t) => {
      const { writer, statistics } = await transfer(t, { seed, bytesOut: 400_000, bytesIn: 0 });
      t.true(writer.waits > 0, 'the writer never had to wait for room');
      t.true(statistics.retransmittedByReordering > 0);
      t.true(statistics.retransmittedByTimeout + statistics.retransmittedByProbe > 0);
    },
  );

  test.serial(
    `receive slots: placed in any order, published, read, free again (seed ${seed})`,
    async (t) => {
      const { reader, statistics } = await transfer(t, { seed, bytesOut: 0, bytesIn: 400_000 });
      t.true(reader.waits > 0, 'the reader never had to wait for bytes');
      t.true(statistics.outOfOrder > 0 && statistics.duplicates > 0);
    },
  );
}

test.serial('both windows at once, in one connection', async (t) => {
  const { statistics } = await transfer(t, { seed: 33, bytesOut: 400_000, bytesIn: 400_000 });
  t.true(statistics.outOfOrder > 0);
  t.true(statistics.retransmittedByReordering > 0);
});

for (const seed of [34, 35]) {
  test.serial(
    `both at once, in rings that grow and shrink all the time (seed ${seed})`,
    async (t) => {
      const story = { seed, bytesOut: 400_000, bytesIn: 400_000, resizes: true };
      const { writer, listener } = await transfer(t, story);
      t.true(writer.resizes > 0, 'the send ring never changed its size');
      t.true(listener.resizes > 0, 'the receive ring never changed its size');
    },
  );
}
