/**
 * The ring of receive slots by itself: the listener places and publishes, the application reads and
 * releases, the timer describes what has arrived. Payloads are copied without a lock on both sides.
 */
import { check, checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { ReceiveWord } from '../../shared/memory/layout.js';
import { Acknowledgments } from '../../shared/transport/acknowledgments.js';
import { Arrival, ReceiveWindow } from '../../shared/transport/receive-window.js';
import { WindowTuning } from '../../shared/transport/window-tuning.js';
import { Segment } from '../../shared/wire/segment.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { endpoint, endpointWithPages, establish, SETTINGS, TINY } from './endpoint.js';
import { payloadOf } from './peer.js';

/** A batch as `Input` handles it: judged and placed without the lock, published with it. */
function receive(memory: ConnectionMemory, numbers: readonly number[]): void {
  const window = new ReceiveWindow(memory);
  const staged = numbers.map(segmentNumber).filter((segment) => {
    const fits = window.judge(segment) === Arrival.staged;
    if (fits) window.place(segment, payloadOf(segment), 0, TINY.slotBytes);
    return fits;
  });
  const held = memory.receiveMutex.lock();
  for (const segment of staged) window.publish(held, segment, 1, TINY.slotBytes);
  if (window.advanceOverPublished(held) > 0) memory.receiveChanged.broadcast(held);
  memory.receiveMutex.unlock(held);
}

/** What is readable now, read and released; the first bytes of the segments read. */
function read(memory: ConnectionMemory): string {
  const window = new ReceiveWindow(memory);
  const target = new Uint8Array(window.readableBytes(Infinity));
  const finished = window.read(target, 0, target.length);
  const held = memory.receiveMutex.lock();
  window.release(held, finished);
  memory.receiveMutex.unlock(held);
  return segmentsIn(target);
}

/** `0 1` for the payloads of segments 0 and 1. */
function segmentsIn(bytes: Uint8Array): string {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += TINY.slotBytes) {
    const number = bytes[at] - payloadOf(0)[0];
    const piece = bytes.subarray(at, at + TINY.slotBytes);
    checkEqual(piece.join(' '), payloadOf(number).join(' '), `payload of segment ${number}`);
    numbers.push(number);
  }
  return numbers.join(' ');
}

function waitForSegments(memory: ConnectionMemory): void {
  const window = new ReceiveWindow(memory);
  const held = memory.receiveMutex.lock();
  memory.receiveChanged.waitFor(held, () => window.receiveNext() !== window.readNext());
  memory.receiveMutex.unlock(held);
}

/** An acknowledgment with its ranges, as `Output` composes it. */
function describe(memory: ConnectionMemory): string {
  const window = new ReceiveWindow(memory);
  const acknowledgments = new Acknowledgments(
    memory,
    window,
    new WindowTuning(memory, SETTINGS),
    SETTINGS,
  );
  const segment = new Segment();
  const held = memory.receiveMutex.lock();
  acknowledgments.describe(held, segment);
  acknowledgments.describeReport(held, segment);
  memory.receiveMutex.unlock(held);
  const ranges = Array.from({ length: segment.sackCount }, (_, at) => {
    return `${segment.sackStart[at]}–${segment.sackEnd[at]}`;
  });
  return [`before ${segment.cumulativeAck}`, ...ranges].join(', ');
}

export const receiveSlots = defineProgram(import.meta.url, {
  name: 'receive-slots',
  summary: 'A segment arrives early, then the one before it; the application reads both.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
  },
  threads: {
    listener: (memory) => {
      receive(memory, [1]);
      receive(memory, [0]);
    },
    application: (memory) => {
      waitForSegments(memory);
      return read(memory);
    },
  },
  final: ({ receive: words }, { application }) => {
    checkEqual(application, '0 1', 'segments read');
    checkEqual(words[ReceiveWord.readNext], 2, 'next segment to read');
  },
});

function doubleRing(memory: ConnectionMemory): void {
  const held = memory.receiveMutex.lock();
  check(new ReceiveWindow(memory).double(held), 'the ring could not be made larger');
  memory.receiveMutex.unlock(held);
}

/** The ring has two slots; 0 and 1 are unread. */
export const receiveSlotsReused = defineProgram(import.meta.url, {
  name: 'receive-slots-reused',
  summary: 'A full ring: the slot of segment 2 is that of segment 0, which is being read.',
  memory: (memory) => endpoint(memory, { ...TINY, receiveSlots: 2 }),
  init: (memory) => {
    establish(memory);
    receive(memory, [0, 1]);
  },
  threads: {
    listener: (memory) => {
      receive(memory, [2]);
    },
    application: (memory) => [read(memory), read(memory)].join(' ').trim(),
  },
  outcome: (memory, { application }) =>
    `read ${String(application)}, next ${memory.receive[ReceiveWord.receiveNext]}`,
  allowed: {
    'read 0 1, next 2': 'segment 2 found no room, the peer sends it again',
    'read 0 1, next 3': 'segment 2 came after the release, and waits to be read',
    'read 0 1 2, next 3': 'segment 2 came after the release, and was read',
  },
});

/** The ring has two slots of four; 0 and 1 are unread. */
export const receiveRingDoubles = defineProgram(import.meta.url, {
  name: 'receive-ring-doubles',
  summary: 'A full ring is made larger, and used beyond its old size, while it is being read.',
  memory: (memory) => endpoint(memory, { ...TINY, firstReceiveSlots: 2 }),
  init: (memory) => {
    establish(memory);
    receive(memory, [0, 1]);
  },
  threads: {
    listener: (memory) => {
      doubleRing(memory);
      receive(memory, [2, 3]);
    },
    application: (memory) => [read(memory), read(memory)].join(' ').trim(),
  },
  final: ({ receive: words }) => {
    checkEqual(words[ReceiveWord.receiveNext], 4, 'next segment to arrive');
  },
  outcome: (_memory, { application }) => `read ${String(application)}`,
  allowed: {
    'read 0 1': 'before the others came',
    'read 0 1 2 3': 'and what lies beyond the old size',
  },
});

/** The ring has four slots of eight; 3 is unread, 4 is missing, and 5 lies where 1 was. */
export const receiveRingMoves = defineProgram(import.meta.url, {
  name: 'receive-ring-moves',
  summary: 'A segment behind a gap moves as the ring is made larger, while others are being read.',
  memory: (memory) => endpoint(memory, { ...TINY, receiveSlots: 8, firstReceiveSlots: 4 }),
  init: (memory) => {
    establish(memory);
    receive(memory, [0, 1, 2]);
    read(memory);
    receive(memory, [3, 5]);
  },
  threads: {
    listener: (memory) => {
      doubleRing(memory);
      receive(memory, [4, 9]);
    },
    application: (memory) => [read(memory), read(memory)].join(' ').trim(),
  },
  final: ({ receive: words }) => {
    checkEqual(words[ReceiveWord.receiveNext], 6, 'next segment to arrive');
  },
  outcome: (_memory, { application }) => `read ${String(application)}`,
  allowed: {
    'read 3': 'before the gap was closed',
    'read 3 4 5': 'and what had moved',
  },
});

/** The ring has four slots, 0 and 1 are unread. */
export const receiveRingHalves = defineProgram(import.meta.url, {
  name: 'receive-ring-halves',
  summary: 'A ring is made smaller, its upper half forgotten, while what is left is being read.',
  memory: (memory) => endpointWithPages(memory, { ...TINY, firstReceiveSlots: 2 }),
  init: (memory) => {
    establish(memory);
    doubleRing(memory);
    receive(memory, [0, 1]);
  },
  threads: {
    listener: (memory) => {
      const window = new ReceiveWindow(memory);
      const held = memory.receiveMutex.lock();
      const smaller = window.halve(held, segmentNumber(2));
      memory.receiveMutex.unlock(held);
      receive(memory, [2]);
      return smaller;
    },
    application: (memory) => [read(memory), read(memory)].join(' ').trim(),
  },
  final: (_memory, { listener }) => {
    check(listener === true, 'the ring could not be made smaller');
  },
  outcome: (memory, { application }) =>
    `read ${String(application)}, next ${memory.receive[ReceiveWord.receiveNext]}`,
  allowed: {
    'read 0 1, next 2': 'segment 2 found no room in the smaller ring, the peer sends it again',
    'read 0 1, next 3': 'segment 2 came after the release, and waits to be read',
    'read 0 1 2, next 3': 'segment 2 came after the release, and was read',
  },
});

export const receiveReport = defineProgram(import.meta.url, {
  name: 'receive-report',
  summary: 'The timer describes the ranges while segments arrive and are read.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    receive(memory, [2]);
  },
  threads: {
    listener: (memory) => {
      receive(memory, [0]);
    },
    application: read,
    timer: describe,
  },
  final: (_memory, { application, timer }) => {
    check(application === '' || application === '0', `read ${String(application)}`);
    const said = timer as string;
    check(['before 0, 2–3', 'before 1, 2–3'].includes(said), `acknowledged ${said}`);
  },
  outcome: (_memory, { application, timer }) => `read ${String(application)}; ${String(timer)}`,
});
