import test from 'ava';
import * as layout from '#hawser/shared/memory/layout.js';
import { allocateConnection, ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import type { Declarations } from '#hawser/shared/memory/words.js';

const CACHE_LINE_BYTES = 64;
const TIMERS = 8;

const GEOMETRIES: readonly layout.Geometry[] = [
  { sendSlots: 4, receiveSlots: 4, slotBytes: 8 },
  { sendSlots: 4096, receiveSlots: 4096, slotBytes: 1440 },
  { sendSlots: 2, receiveSlots: 65_536, slotBytes: 1000 },
  { sendSlots: 64, receiveSlots: 64, firstSendSlots: 8, firstReceiveSlots: 4, slotBytes: 8 },
];

/** Which declared words each numbered object stands for. */
const NUMBERED: readonly [Declarations, Readonly<Record<string, number>>][] = [
  [layout.connectionDeclarations, layout.ConnectionWord],
  [layout.sendDeclarations, layout.SendWord],
  [layout.receiveDeclarations, layout.ReceiveWord],
  [layout.sendTimeDeclarations, layout.SendTime],
  [layout.receiveTimeDeclarations, layout.ReceiveTime],
  [layout.congestionDeclarations, layout.CongestionValue],
  [layout.cubicDeclarations, layout.CubicValue],
  [layout.bbrDeclarations, layout.BbrValue],
  [layout.tuningDeclarations, layout.TuningValue],
  [layout.sendCounterDeclarations, layout.SendCounter],
  [layout.receiveCounterDeclarations, layout.ReceiveCounter],
  [layout.portCounterDeclarations, layout.PortCounter],
];

/** The typed arrays of a view, by name. */
function arraysOf(memory: ConnectionMemory): [string, ArrayBufferView][] {
  const fields = Object.entries(memory) as [string, unknown][];
  return fields.filter((field): field is [string, ArrayBufferView] => ArrayBuffer.isView(field[1]));
}

function memoryOf(geometry: layout.Geometry): ConnectionMemory {
  return new ConnectionMemory(allocateConnection(geometry, TIMERS, 77), TIMERS);
}

for (const geometry of GEOMETRIES) {
  const name = Object.values(geometry).join(' × ');

  test(`${name}: every section begins on a cache line and behind the one before`, (t) => {
    const { offsets, bytes } = layout.layOut(geometry, TIMERS);
    const starts = Object.values(offsets);
    t.is(starts[0], 0);
    for (const start of [...starts, bytes]) t.is(start % CACHE_LINE_BYTES, 0);
    for (let at = 1; at < starts.length; at++) t.true(starts[at] > starts[at - 1]);
    t.true(bytes > starts[starts.length - 1]);
  });

  test(`${name}: no two views of a thread overlap, and none leaves the buffer`, (t) => {
    const memory = memoryOf(geometry);
    const views = arraysOf(memory).filter(([view]) => view !== 'bytes');
    const ordered = views.map(([, view]) => view).sort((a, b) => a.byteOffset - b.byteOffset);
    for (let at = 1; at < ordered.length; at++) {
      t.true(ordered[at - 1].byteOffset + ordered[at - 1].byteLength <= ordered[at].byteOffset);
    }
    const last = ordered[ordered.length - 1];
    t.true(last.byteOffset + last.byteLength <= memory.buffer.byteLength);
  });

  test(`${name}: the rings have room for every slot, at multiples of 8`, (t) => {
    const { offsets, buffer } = memoryOf(geometry);
    const { sendSlots, receiveSlots, slotBytes } = geometry;
    t.is(layout.HEADER_STRIDE % 8, 0);
    t.true(offsets.scratch + layout.SCRATCH_BYTES <= offsets.headers);
    t.true(offsets.headers + layout.HEADER_STRIDE * sendSlots <= offsets.sendPayload);
    t.true(offsets.sendPayload + slotBytes * sendSlots <= offsets.receivePayload);
    t.true(offsets.receivePayload + slotBytes * receiveSlots <= buffer.byteLength);
  });

  test(`${name}: a view finds the geometry in the buffer it is given`, (t) => {
    const memory = memoryOf(geometry);
    const whole = { firstSendSlots: geometry.sendSlots, firstReceiveSlots: geometry.receiveSlots };
    t.deepEqual(new ConnectionMemory(memory.buffer, TIMERS).geometry, { ...whole, ...geometry });
    t.is(memory.localConnectionId, 77);
    t.is(memory.slotState.length, geometry.sendSlots);
    t.is(memory.receivedLength.length, geometry.receiveSlots);
  });
}

test('what the two locks guard lies on cache lines of its own', (t) => {
  const { offsets } = layout.layOut(GEOMETRIES[1], TIMERS);
  const line = (at: number) => Math.floor(at / CACHE_LINE_BYTES);
  const sendLock = offsets.sendWords + 4 * layout.SendWord.lock;
  const receiveLock = offsets.receiveWords + 4 * layout.ReceiveWord.lock;
  t.not(line(sendLock), line(receiveLock));
  t.true(line(offsets.receiveWords - 1) < line(receiveLock));
});

test('every declared word has a number of its own, and no number is without a word', (t) => {
  for (const [declarations, numbers] of NUMBERED) {
    t.deepEqual(Object.keys(numbers), Object.keys(declarations));
    t.deepEqual(Object.values(numbers), [...Object.values(numbers).keys()]);
  }
});

test('all that layout.ts declares and numbers is looked at here', (t) => {
  const exported = Object.keys(layout).filter((name) => name.endsWith('Declarations'));
  t.is(exported.length, NUMBERED.length + 1);
});

test('every declaration says what the word means', (t) => {
  for (const [declarations] of NUMBERED) {
    for (const [word, { note }] of Object.entries(declarations)) t.true(note.length > 5, word);
  }
});

test('the declared words of a section fit between it and the next', (t) => {
  const memory = memoryOf(GEOMETRIES[0]);
  t.true(memory.words.length >= Object.keys(layout.connectionDeclarations).length);
  t.true(memory.send.length >= Object.keys(layout.sendDeclarations).length);
  t.true(memory.receive.length >= Object.keys(layout.receiveDeclarations).length);
  t.true(memory.sendTimes.length >= Object.keys(layout.sendTimeDeclarations).length);
  t.true(memory.receiveTimes.length >= Object.keys(layout.receiveTimeDeclarations).length);
  t.true(memory.congestion.length >= Object.keys(layout.congestionDeclarations).length);
  t.true(memory.cubic.length >= Object.keys(layout.cubicDeclarations).length);
  t.true(memory.bbr.length >= Object.keys(layout.bbrDeclarations).length);
  t.true(memory.tuning.length >= Object.keys(layout.tuningDeclarations).length);
  t.true(memory.sendCounters.length >= Object.keys(layout.sendCounterDeclarations).length);
  t.true(memory.receiveCounters.length >= Object.keys(layout.receiveCounterDeclarations).length);
  t.true(memory.portCounters.length >= Object.keys(layout.portCounterDeclarations).length);
  t.is(memory.deadlines.length, TIMERS);
});
