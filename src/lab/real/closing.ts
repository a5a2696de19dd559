/**
 * How a stream ends while others are still at work: a write and a close from two threads, the peer's
 * reset in the middle of a write, both FINs at once.
 */
import { check, checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { failureOf } from '../../shared/memory/failure.js';
import { ReceiveWord, SendWord } from '../../shared/memory/layout.js';
import { Connection } from '../../shared/transport/connection.js';
import { Waiting } from '../../shared/waiting.js';
import { State } from '../../shared/transport/connection-state.js';
import { FIN_BIT, SlotState } from '../../shared/transport/slot-states.js';
import { Timer } from '../../shared/transport/timers.js';
import { ResetReason, Segment } from '../../shared/wire/segment.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { endpoint, establish, PEER_ID, SETTINGS, TINY } from './endpoint.js';
import { datagram, Peer, payloadOf } from './peer.js';

function write(memory: ConnectionMemory, number: number): number {
  const { writing } = new Connection(memory, SETTINGS);
  return writing.write(payloadOf(number), 0, TINY.slotBytes, 0);
}

function end(memory: ConnectionMemory): void {
  new Connection(memory, SETTINGS).writing.end(0);
}

function input(memory: ConnectionMemory, bytes: Uint8Array): void {
  const connection = new Connection(memory, SETTINGS);
  connection.input.datagram(bytes, 0, bytes.length, 0);
  connection.input.endBatch(0);
}

/** Everything that is queued, as the peer gets it. */
function sendAll(memory: ConnectionMemory): Peer {
  const peer = new Peer(memory);
  new Connection(memory, SETTINGS, peer).output(0);
  return peer;
}

export const closeAndWrite = defineProgram(import.meta.url, {
  name: 'close-and-write',
  summary: 'A second application thread ends the stream: what the rule of one such thread forbids.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: (memory) => write(memory, 0),
    secondApplication: end,
  },
  final: ({ send, slotLength, slotState }, { application }) => {
    const fin = send[SendWord.finNumber];
    checkEqual(send[SendWord.sendTail], fin + 1, 'first segment after the FIN');
    const queued = slotLength.filter((_, slot) => slotState[slot] === SlotState.queued);
    const bytes = queued.reduce((sum, length) => sum + (length & ~FIN_BIT), 0);
    checkEqual(bytes, application, 'bytes queued before the FIN');
  },
});

/** Half a segment, so that a deadline (Nagle’s) belongs to it. */
function writeHalfSegment(memory: ConnectionMemory): void {
  const { writing } = new Connection(memory, SETTINGS);
  writing.write(payloadOf(1), 0, TINY.slotBytes / 2, 0);
}

function resetOfPeer(): Uint8Array {
  const segment = new Segment();
  segment.reset = true;
  segment.resetReason = ResetReason.aborted;
  segment.rejectedConnectionId = PEER_ID;
  return datagram(segment);
}

function isQuiet({ deadlines }: ConnectionMemory): void {
  const set = Object.entries(Timer).filter(([, timer]) => deadlines[timer] !== Infinity);
  check(set.length === 0, `a closed connection still has deadlines: ${set.join(', ')}`);
}

export const resetDuringWrite = defineProgram(import.meta.url, {
  name: 'reset-during-write',
  summary: 'The peer resets the connection while the application writes.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    write(memory, 0);
  },
  threads: {
    application: writeHalfSegment,
    listener: (memory) => {
      input(memory, resetOfPeer());
      return sendAll(memory).datagrams;
    },
  },
  final: (memory, { listener }) => {
    checkEqual(memory.send[SendWord.state], State.closed, 'state');
    checkEqual(failureOf(memory)?.code, 'ERR_HAWSER_RESET_BY_PEER', 'failure');
    checkEqual(listener, 0, 'datagrams sent after the reset');
    isQuiet(memory);
  },
});

/** The FIN of the peer, which is its first segment. */
function finOfPeer(): Uint8Array {
  const segment = new Segment();
  segment.numbered = true;
  segment.fin = true;
  return datagram(segment);
}

export const closeOfBoth = defineProgram(import.meta.url, {
  name: 'close-of-both',
  summary: 'The application closes while the peer’s FIN arrives.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: end,
    listener: (memory) => {
      input(memory, finOfPeer());
    },
  },
  final: ({ send, receive }) => {
    checkEqual(receive[ReceiveWord.finKnown], 1, 'the FIN of the peer is known');
    checkEqual(send[SendWord.finQueued], 1, 'our FIN is queued');
    const state = send[SendWord.state];
    check(state === State.closing || state === State.lastAck, `state ${state}`);
  },
  outcome: ({ send }) => (send[SendWord.state] === State.closing ? 'closing' : 'lastAck'),
  allowed: {
    closing: 'our FIN was queued before the peer’s had arrived',
    lastAck: 'the peer had closed before',
  },
});

export const closeAfterEnd = defineProgram(import.meta.url, {
  name: 'close-after-end',
  summary: 'The application closes as soon as it has read the end of the peer’s stream.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: (memory) => {
      const connection = new Connection(memory, SETTINGS);
      const waiting = new Waiting(memory, connection);
      while (!waiting.forData()) connection.reading.read(new Uint8Array(0), 0, 0);
      connection.writing.end(0);
    },
    listener: (memory) => {
      input(memory, finOfPeer());
    },
  },
  final: ({ send }) => {
    checkEqual(send[SendWord.state], State.lastAck, 'state');
  },
});

export const finAcknowledged = defineProgram(import.meta.url, {
  name: 'fin-acknowledged',
  summary: 'The acknowledgment of our FIN arrives while the timer sends the FIN again.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    end(memory);
    sendAll(memory);
  },
  threads: {
    listener: (memory) => {
      const segment = new Segment();
      segment.cumulativeAck = segmentNumber(1);
      input(memory, datagram(segment));
    },
    timer: (memory) => {
      new Connection(memory, SETTINGS).expire(SETTINGS.initialTimeoutMicros + 1);
    },
  },
  final: (memory) => {
    checkEqual(memory.send[SendWord.state], State.finWait2, 'state');
    checkEqual(memory.send[SendWord.inFlightCount], 0, 'segments in flight');
    checkEqual(memory.send[SendWord.lostCount], 0, 'segments to send again');
  },
});
