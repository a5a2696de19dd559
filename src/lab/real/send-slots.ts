/**
 * The ring of send slots by itself: the application fills slots, the listener sends and frees them,
 * the timer declares one lost. Real windows and lists; no clock, no port.
 */
import { check, checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory, SendLock } from '../../shared/memory/connection-memory.js';
import { NONE } from '../../shared/memory/connection-memory.js';
import { SendWord } from '../../shared/memory/layout.js';
import { SendFilling } from '../../shared/transport/send-filling.js';
import { SendWindow } from '../../shared/transport/send-window.js';
import { LossCause, SlotState } from '../../shared/transport/slot-states.js';
import { distance, segmentNumber } from '../../shared/wire/serial.js';
import { endpoint, endpointWithPages, establish, TINY } from './endpoint.js';
import { payloadOf } from './peer.js';

const NOBODY = { delivered: (): void => undefined };

/** One segment through the three steps of a write; false if there was no room. */
function writeSegment(memory: ConnectionMemory, filling: SendFilling, number: number): boolean {
  const before = memory.sendMutex.lock();
  const count = filling.reserve(before, TINY.slotBytes);
  memory.sendMutex.unlock(before);
  if (count === 0) return false;
  filling.copy(payloadOf(number), 0, count);
  const held = memory.sendMutex.lock();
  filling.commit(held, 0);
  memory.sendMutex.unlock(held);
  return true;
}

/** Sends what is queued or lost, as `Output` does: state, number and bytes under one lock. */
function transmit(memory: ConnectionMemory): void {
  const window = new SendWindow(memory);
  const held = memory.sendMutex.lock();
  for (let slot = window.lost.first(held); slot !== NONE; slot = window.lost.first(held)) {
    send(memory, window, held, slot);
  }
  while (window.hasQueued(held)) send(memory, window, held, window.slotOf(window.next(held)));
  memory.sendMutex.unlock(held);
}

function send(memory: ConnectionMemory, window: SendWindow, held: SendLock, slot: number): void {
  const number = window.segmentIn(held, slot);
  const from = memory.offsets.sendPayload + slot * TINY.slotBytes;
  const bytes = memory.bytes.slice(from, from + TINY.slotBytes);
  checkEqual(bytes.join(' '), payloadOf(number).join(' '), `payload of segment ${number}`);
  window.markSent(held, slot, 0);
}

function acknowledgeEverythingSent(memory: ConnectionMemory): void {
  const window = new SendWindow(memory);
  const held = memory.sendMutex.lock();
  window.acknowledgeBefore(held, window.next(held), NOBODY);
  memory.sendMutex.unlock(held);
}

function acknowledgeNewestSent(memory: ConnectionMemory): void {
  const window = new SendWindow(memory);
  const held = memory.sendMutex.lock();
  const next = window.next(held);
  if (next !== window.unacknowledged(held)) {
    window.acknowledgeRange(held, segmentNumber(next - 1), next, NOBODY);
  }
  memory.sendMutex.unlock(held);
}

function declareOldestLost(memory: ConnectionMemory): void {
  const window = new SendWindow(memory);
  const held = memory.sendMutex.lock();
  const oldest = window.inFlight.first(held);
  if (oldest !== NONE) window.markLost(held, oldest, LossCause.timeout);
  memory.sendMutex.unlock(held);
}

/** Holds whenever no thread is within a locked section; steps end where sections do. */
function slotsAgree({ send, slotState }: ConnectionMemory): void {
  const count = (state: number): number => slotState.filter((one) => one === state).length;
  checkEqual(count(SlotState.inFlight), send[SendWord.inFlightCount], 'slots in flight');
  checkEqual(count(SlotState.lost), send[SendWord.lostCount], 'slots lost');
  const acknowledged = count(SlotState.acknowledged);
  checkEqual(acknowledged, send[SendWord.selectivelyAcknowledged], 'slots acknowledged by range');
  const una = segmentNumber(send[SendWord.sendUnacknowledged]);
  const next = segmentNumber(send[SendWord.sendNext]);
  const tail = segmentNumber(send[SendWord.sendTail]);
  check(distance(next, una) >= 0 && distance(tail, next) >= 0, 'the window is out of order');
  check(distance(tail, una) <= TINY.sendSlots, 'more segments than slots');
  checkEqual(count(SlotState.queued), distance(tail, next), 'slots queued');
}

export const sendSlots = defineProgram(import.meta.url, {
  name: 'send-slots',
  summary:
    'The application fills a slot; the listener sends and frees it; the timer calls it lost.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: (memory) =>
      writeSegment(memory, new SendFilling(memory, new SendWindow(memory)), 0),
    listener: (memory) => {
      transmit(memory);
      acknowledgeEverythingSent(memory);
    },
    timer: declareOldestLost,
  },
  invariant: slotsAgree,
});

const TWO_IN_FLIGHT = 2;

/** Segments 0 and 1 are in flight, in a ring with room for three. */
function twoInFlight(memory: ConnectionMemory): void {
  establish(memory);
  const window = new SendWindow(memory);
  const filling = new SendFilling(memory, window);
  for (let number = 0; number < TWO_IN_FLIGHT; number += 1) writeSegment(memory, filling, number);
  transmit(memory);
}

export const sendSlotsReused = defineProgram(import.meta.url, {
  name: 'send-slots-reused',
  summary: 'Slots freed by an acknowledgment are filled again while the timer retransmits others.',
  memory: (memory) => endpoint(memory, { ...TINY, sendSlots: 2 }),
  init: (memory) => {
    establish(memory);
    writeSegment(memory, new SendFilling(memory, new SendWindow(memory)), 0);
    transmit(memory);
  },
  threads: {
    application: (memory) =>
      writeSegment(memory, new SendFilling(memory, new SendWindow(memory)), 1),
    listener: acknowledgeEverythingSent,
    timer: (memory) => {
      declareOldestLost(memory);
      transmit(memory);
    },
  },
  invariant: slotsAgree,
  outcome: (memory, { application }) =>
    `${application === true ? 'written' : 'no room'}, ${memory.send[SendWord.sendTail]} segments`,
});

/** Segment `number`, in flight after those before it, fills a ring of two that may become one of four. */
function fullRing(memory: ConnectionMemory, number: number): void {
  establish(memory);
  const filling = new SendFilling(memory, new SendWindow(memory));
  for (let segment = 0; segment <= number; segment += 1) {
    writeSegment(memory, filling, segment);
    transmit(memory);
    if (segment < number) acknowledgeEverythingSent(memory);
  }
}

/** What goes on while the application changes the size of the ring. */
const freeingAndSendingAgain = {
  listener: (memory: ConnectionMemory) => {
    acknowledgeEverythingSent(memory);
    transmit(memory);
  },
  timer: (memory: ConnectionMemory) => {
    declareOldestLost(memory);
    transmit(memory);
  },
};

const growing = (name: string, summary: string, number: number) =>
  defineProgram(import.meta.url, {
    name,
    summary,
    memory: (memory) => endpoint(memory, { ...TINY, firstSendSlots: 2 }),
    init: (memory) => {
      fullRing(memory, number);
    },
    threads: {
      application: (memory) => {
        const filling = new SendFilling(memory, new SendWindow(memory));
        return writeSegment(memory, filling, number + 1);
      },
      ...freeingAndSendingAgain,
    },
    invariant: slotsAgree,
    final: (_memory, { application }) => {
      check(application === true, 'there was no room');
    },
  });

export const sendRingDoubles = growing(
  'send-ring-doubles',
  'A full ring is made larger by a write while its segment is sent again and freed.',
  0,
);

export const sendRingMoves = growing(
  'send-ring-moves',
  'The segment in a full ring moves as a write makes it larger, while it is sent again and freed.',
  2,
);

export const sendRingHalves = defineProgram(import.meta.url, {
  name: 'send-ring-halves',
  summary:
    'A ring is made smaller, its upper half forgotten, while a segment is sent again and freed.',
  memory: (memory) => endpointWithPages(memory, { ...TINY, firstSendSlots: 2 }),
  init: (memory) => {
    establish(memory);
    const held = memory.sendMutex.lock();
    const window = new SendWindow(memory);
    check(window.double(held), 'the ring could not be made larger');
    memory.sendMutex.unlock(held);
    writeSegment(memory, new SendFilling(memory, window), 0);
    transmit(memory);
  },
  threads: {
    application: (memory) => {
      const window = new SendWindow(memory);
      const held = memory.sendMutex.lock();
      check(window.halve(held), 'the ring could not be made smaller');
      memory.sendMutex.unlock(held);
      return writeSegment(memory, new SendFilling(memory, window), 1);
    },
    ...freeingAndSendingAgain,
  },
  invariant: slotsAgree,
  final: (_memory, { application }) => {
    check(application === true, 'there was no room');
  },
  outcome: (memory) => `${memory.send[SendWord.ringSlots]} slots`,
  allowed: {
    '2 slots': 'segment 0 was acknowledged, and 1 found room',
    '4 slots': 'segment 1 found no room, as one slot is kept for a FIN, and the ring grew again',
  },
});

export const selectiveAcknowledgment = defineProgram(import.meta.url, {
  name: 'selective-acknowledgment',
  summary: 'A SACK range, a loss and a cumulative acknowledgment of the same slots.',
  memory: (memory) => endpoint(memory),
  init: twoInFlight,
  threads: {
    listener: (memory) => {
      acknowledgeNewestSent(memory);
      acknowledgeEverythingSent(memory);
    },
    timer: (memory) => {
      declareOldestLost(memory);
      transmit(memory);
    },
  },
  invariant: slotsAgree,
  final: ({ send }) => {
    checkEqual(send[SendWord.sendUnacknowledged], TWO_IN_FLIGHT, 'first unacknowledged segment');
  },
});
