import test from 'ava';
import { Berths, type Vacancy } from '#hawser/shared/endpoint/berths.js';
import { allocateEndpoint, EndpointMemory } from '#hawser/shared/memory/endpoint-memory.js';
import { EndpointWord } from '#hawser/shared/memory/endpoint-layout.js';
import { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { ConnectionWord, layOut, SendWord } from '#hawser/shared/memory/layout.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

const SMALL = { sendSlots: 4, receiveSlots: 4, slotBytes: 64 };

function memory(limitBytes?: number): EndpointMemory {
  return new EndpointMemory(allocateEndpoint(64, limitBytes));
}

function takeAll(berths: Berths): Vacancy[] {
  const taken: Vacancy[] = [];
  for (;;) {
    const vacancy = berths.take(SMALL, 1);
    if (vacancy === undefined) return taken;
    taken.push(vacancy);
  }
}

test('application and listener have each a half of the places, and all of it', (t) => {
  const shared = memory();
  const [ours, theirs] = (['application', 'listener'] as const).map((owner) =>
    takeAll(new Berths(shared, owner)).map(({ place }) => place),
  );
  t.deepEqual(
    ours,
    Array.from({ length: 32 }, (_, at) => at),
  );
  t.deepEqual(
    theirs,
    Array.from({ length: 32 }, (_, at) => 32 + at),
  );
});

test('what is given back is given out again, zero but for its description', (t) => {
  const berths = new Berths(memory(), 'application');
  const first = berths.take(SMALL, 11);
  if (first === undefined) throw new Error('no place');
  const used = new ConnectionMemory(first.buffer, TIMER_COUNT, first.base);
  used.send[SendWord.sendNext] = 99;
  used.send[SendWord.ringSlotsMost] = SMALL.sendSlots;
  used.slotState.fill(3);
  berths.giveBack(first.place);
  const second = berths.take(SMALL, 22);
  t.is(second?.place, first.place);
  t.is(second?.buffer, first.buffer);
  t.is(second?.base, first.base);
  t.is(used.words[ConnectionWord.localConnectionId], 22);
  t.is(used.send[SendWord.sendNext], 0);
  t.true(used.slotState.every((state) => state === 0));
});

test('connections of one geometry share a buffer, and none reaches into another', (t) => {
  const berths = new Berths(memory(), 'application');
  const spans = takeAll(berths);
  t.is(new Set(spans.map(({ buffer }) => buffer)).size, 1);
  const { bytes } = layOut(SMALL, TIMER_COUNT);
  spans.forEach(({ base }, at) => {
    t.is(base, at * bytes);
  });
  const [before, ours, behind] = spans.map(
    ({ buffer, base }) => new ConnectionMemory(buffer, TIMER_COUNT, base),
  );
  ours.bytes.fill(0xff);
  for (const { words } of [before, behind]) t.is(words[ConnectionWord.localConnectionId], 1);
  t.is(before.bytes.at(-1), 0);
});

test('the limit of memory counts both halves, and nothing that was given back', (t) => {
  const measured = memory();
  new Berths(measured, 'application').take(SMALL, 1);
  const shared = memory(3 * measured.words[EndpointWord.memoryKilobytes] * 1024);
  const ours = new Berths(shared, 'application');
  const theirs = new Berths(shared, 'listener');
  const vacancies = [ours.take(SMALL, 1), ours.take(SMALL, 1)];
  t.truthy(theirs.take(SMALL, 1));
  t.is(ours.take(SMALL, 1), undefined);
  t.is(theirs.take(SMALL, 1), undefined);
  ours.giveBack(vacancies[0]?.place ?? -1);
  t.truthy(theirs.take(SMALL, 1));
  t.is(ours.take(SMALL, 1), undefined);
});
