/**
 * A connection that has been quiet gives the memory of its slots back just when something happens
 * again. Zeros stand for pages given back: what is lost shows as wrong bytes or as a wrong state.
 */
import { checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { SendTime, SendWord } from '../../shared/memory/layout.js';
import { Connection } from '../../shared/transport/connection.js';
import { QUIET_MICROS } from '../../shared/transport/rest.js';
import { SlotState } from '../../shared/transport/slot-states.js';
import { Timer } from '../../shared/transport/timers.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { Segment } from '../../shared/wire/segment.js';
import { endpointWithPages, establish, SETTINGS, TINY } from './endpoint.js';
import { datagram, Peer, payloadOf } from './peer.js';

/** Nothing was heard since the beginning, and the timer has asked. */
function quiet(memory: ConnectionMemory): void {
  establish(memory);
  memory.sendTimes[SendTime.lastHeardAt] = 0;
  memory.send[SendWord.restWanted] = 1;
}

function rest(memory: ConnectionMemory): void {
  new Connection(memory, SETTINGS).input.restIfAsked(QUIET_MICROS);
}

/** A payload of the peer, as the listener takes it. */
function receive(memory: ConnectionMemory, number: number): void {
  const { input } = new Connection(memory, SETTINGS);
  const segment = new Segment();
  segment.numbered = true;
  segment.segmentNumber = segmentNumber(number);
  const bytes = datagram(segment, payloadOf(number));
  input.datagram(bytes, 0, bytes.length, 0);
  input.endBatch(0);
}

/** All that can be read now. */
function read(memory: ConnectionMemory): readonly number[] {
  const { reading } = new Connection(memory, SETTINGS);
  const piece = new Uint8Array(reading.readableBytes());
  reading.read(piece, 0, piece.length);
  return [...piece];
}

/** The payload that the receive slot of this segment holds. */
function unread({ bytes, offsets }: ConnectionMemory, number: number): readonly number[] {
  const at = offsets.receivePayload + number * TINY.slotBytes;
  return [...bytes.slice(at, at + TINY.slotBytes)];
}

export const restAndWrite = defineProgram(import.meta.url, {
  name: 'rest-and-write',
  summary: 'The listener gives back the memory of idle slots while the application fills one.',
  memory: (memory) => endpointWithPages(memory),
  init: quiet,
  threads: {
    application: (memory) => {
      const connection = new Connection(memory, SETTINGS);
      connection.writing.write(payloadOf(0), 0, TINY.slotBytes, 0);
    },
    listener: (memory) => {
      rest(memory);
      const peer = new Peer(memory);
      new Connection(memory, SETTINGS, peer).output(0);
      return peer.next;
    },
  },
  final: (memory, { listener }) => {
    const { slotState, slotLength, send } = memory;
    const sent = listener === 1;
    checkEqual(send[SendWord.sendTail], 1, 'first segment not written');
    checkEqual(slotState[0], sent ? SlotState.inFlight : SlotState.queued, 'state of the slot');
    checkEqual(slotLength[0], TINY.slotBytes, 'length of the slot');
    const at = memory.offsets.sendPayload;
    const payload = memory.bytes.slice(at, at + TINY.slotBytes);
    checkEqual(payload.join(' '), payloadOf(0).join(' '), 'payload');
  },
  outcome: (_memory, { listener }) => `${String(listener)} segments sent`,
  allowed: {
    '0 segments sent': 'the listener was done before anything was written',
    '1 segments sent': 'it was written in time',
  },
});

export const restAndRead = defineProgram(import.meta.url, {
  name: 'rest-and-read',
  summary: 'The application reads the last bytes while the listener would give their memory back.',
  memory: (memory) => endpointWithPages(memory),
  init: (memory) => {
    quiet(memory);
    receive(memory, 0);
  },
  threads: {
    application: (memory) => read(memory),
    listener: (memory) => {
      rest(memory);
      receive(memory, 1);
    },
  },
  final: (memory, { application }) => {
    const bytes = application as readonly number[];
    const rest = bytes.length === TINY.slotBytes ? unread(memory, 1) : [];
    const all = [...payloadOf(0), ...payloadOf(1)];
    checkEqual([...bytes, ...rest].join(' '), all.join(' '), 'bytes read');
  },
  outcome: ({ deadlines }) => (deadlines[Timer.rest] === QUIET_MICROS ? 'rested' : 'was busy'),
  allowed: {
    rested: 'all had been read',
    'was busy': 'bytes were waiting, so the pages stayed, and will be looked at again',
  },
});
