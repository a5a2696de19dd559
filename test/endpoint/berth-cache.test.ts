import test from 'ava';
import { type Berth, BerthCache } from '#hawser/shared/endpoint/berth-cache.js';
import type { ConnectionTask } from '#hawser/shared/endpoint/task.js';
import { allocateConnection, ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { Connection } from '#hawser/shared/transport/connection.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';
import { SMALL } from '../memory/support.js';

const settings = { ...defaultSettings, wallClockOffsetMicros: 0 };

/** A cache and so many berths of it, none of them in use yet. */
function berths(count: number, periodMs: number): { cache: BerthCache; all: Berth[] } {
  const buffer = allocateConnection(SMALL, TIMER_COUNT, 7);
  const cache = new BerthCache(({ memory: shared }) => {
    const memory = new ConnectionMemory(shared, TIMER_COUNT);
    return { memory, connection: new Connection(memory, settings) };
  }, periodMs);
  const all = Array.from({ length: count }, (_, place) =>
    cache.berth({ place, memory: buffer, settings } satisfies ConnectionTask),
  );
  return { cache, all };
}

test('objects are made once, when they are asked for', (t) => {
  const { cache, all } = berths(3, 0);
  t.is(cache.count, 0);
  t.is(all[1].connection, all[1].connection);
  t.is(all[1].memory, all[1].memory);
  t.is(cache.count, 1);
});

test('beyond a number the ones made first are let go, and made anew', (t) => {
  const { cache, all } = berths(300, 0);
  const before = all.map(({ memory }) => memory);
  t.is(cache.count, 256);
  t.is(all[299].memory, before[299]);
  t.not(all[0].memory, before[0]);
  t.is(all[0].memory.buffer, before[0].buffer);
  t.is(cache.count, 256);
});

test('with an event loop what is in use stays, however many there are', (t) => {
  const { cache, all } = berths(300, 1e6);
  const before = all.map(({ memory }) => memory);
  cache.endPeriod();
  t.is(cache.count, 300);
  t.true(all.slice(0, 290).every(({ memory }, at) => memory === before[at]));
  cache.endPeriod();
  t.is(cache.count, 290);
  t.true(all.slice(0, 290).every(({ memory }, at) => memory === before[at]));
  t.not(all[295].memory, before[295]);
});
