import test from 'ava';
import { Berths, type Vacancy } from '#hawser/shared/endpoint/berths.js';
import { allocateEndpoint, EndpointMemory } from '#hawser/shared/memory/endpoint-memory.js';
import { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { ConnectionWord, SendWord } from '#hawser/shared/memory/layout.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

const SMALL = { sendSlots: 4, receiveSlots: 4, slotBytes: 64 };
const PLENTY = 2 ** 30;

function memory(): EndpointMemory {
  return new EndpointMemory(allocateEndpoint(64));
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
    takeAll(new Berths(shared, owner, PLENTY)).map(({ place }) => place),
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
  const berths = new Berths(memory(), 'application', PLENTY);
  const first = berths.take(SMALL, 11);
  if (first === undefined) throw new Error('no place');
  const used = new ConnectionMemory(first.buffer, TIMER_COUNT);
  used.send[SendWord.sendNext] = 99;
  used.slotState.fill(3);
  berths.giveBack(first.place);
  const second = berths.take(SMALL, 22);
  t.is(second?.place, first.place);
  t.is(second?.buffer, first.buffer);
  t.is(used.words[ConnectionWord.localConnectionId], 22);
  t.is(used.send[SendWord.sendNext], 0);
  t.true(used.slotState.every((state) => state === 0));
});

test('the limit of memory counts both halves, and what is kept for later once', (t) => {
  const shared = memory();
  const bytes = new Berths(shared, 'application', PLENTY).take(SMALL, 1)?.buffer.byteLength ?? 0;
  const room = 3 * Math.ceil(bytes / 1024) * 1024;
  const ours = new Berths(shared, 'application', room);
  const theirs = new Berths(shared, 'listener', room);
  const vacancy = ours.take(SMALL, 1);
  t.truthy(vacancy);
  t.truthy(theirs.take(SMALL, 1));
  t.is(ours.take(SMALL, 1), undefined);
  t.is(theirs.take(SMALL, 1), undefined);
  ours.giveBack(vacancy?.place ?? -1);
  t.is(theirs.take(SMALL, 1), undefined);
  t.truthy(ours.take(SMALL, 1));
});
