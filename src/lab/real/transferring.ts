/**
 * Whole connections at work: the application writes, the peer acknowledges, the retransmission timer
 * expires, and whoever has a port sends. Every datagram is parsed and its bytes are compared, so a
 * slot that is reused too early shows as a wrong payload or a wrong checksum.
 */
import { check, checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { SendWord } from '../../shared/memory/layout.js';
import { Connection } from '../../shared/transport/connection.js';
import { Waiting } from '../../shared/waiting.js';
import { Segment } from '../../shared/wire/segment.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { endpoint, establish, SETTINGS, TINY } from './endpoint.js';
import { datagram, Peer, payloadOf } from './peer.js';

const TIMEOUT_OVER_MICROS = SETTINGS.initialTimeoutMicros + 1;

function writeSegment(memory: ConnectionMemory, connection: Connection, number: number): void {
  while (connection.write(payloadOf(number), 0, TINY.slotBytes, 0) === 0) {
    new Waiting(memory, connection).forRoom();
  }
}

function writeHalfSegment(memory: ConnectionMemory): void {
  const { writing } = new Connection(memory, SETTINGS);
  writing.write(payloadOf(0), 0, TINY.slotBytes / 2, 0);
}

function receive(connection: Connection, bytes: Uint8Array): void {
  connection.input.datagram(bytes, 0, bytes.length, 0);
  connection.input.endBatch(0);
}

function acknowledgmentOf(next: number): Uint8Array {
  const segment = new Segment();
  segment.cumulativeAck = segmentNumber(next);
  return datagram(segment);
}

function nothingIsLeft({ send }: ConnectionMemory): void {
  checkEqual(send[SendWord.inFlightCount], 0, 'segments in flight');
  checkEqual(send[SendWord.lostCount], 0, 'segments to send again');
}

/** As with `node:dgram`: the listener alone has the port, the others ring its bell. */
export const transfer = defineProgram(import.meta.url, {
  name: 'transfer',
  summary: 'A segment is written, sent by the listener, acknowledged, and meanwhile timed out.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: (memory) => {
      writeSegment(memory, new Connection(memory, SETTINGS), 0);
    },
    listener: (memory) => {
      const peer = new Peer(memory);
      const connection = new Connection(memory, SETTINGS, peer);
      for (;;) {
        const ticket = memory.listenerBell.ticket();
        connection.output(0);
        if (peer.next === 1) break;
        memory.listenerBell.wait(ticket);
      }
      receive(connection, peer.acknowledgment());
    },
    timer: (memory) => {
      new Connection(memory, SETTINGS).expire(TIMEOUT_OVER_MICROS);
    },
  },
  final: (memory) => {
    nothingIsLeft(memory);
    checkEqual(memory.send[SendWord.sendUnacknowledged], 1, 'first unacknowledged segment');
  },
});

export const openSlot = defineProgram(import.meta.url, {
  name: 'open-slot',
  summary: 'The application fills up an open slot while the listener wants to send it as it is.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    writeHalfSegment(memory);
  },
  threads: {
    application: writeHalfSegment,
    listener: (memory) => {
      const peer = new Peer(memory);
      new Connection(memory, SETTINGS, peer).output(0);
      return peer.payloads.get(0)?.split(' ').length ?? 0;
    },
  },
  final: ({ send, slotLength }) => {
    const segments = send[SendWord.sendTail] + (send[SendWord.openSlotBytes] > 0 ? 1 : 0);
    const bytes = slotLength.subarray(0, segments).reduce((sum, length) => sum + length, 0);
    checkEqual(bytes, TINY.slotBytes, 'bytes in slots');
  },
  outcome: (_memory, { listener }) => `${String(listener)} bytes sent`,
  allowed: {
    '0 bytes sent': 'the slot was being filled, so it waits for that',
    '4 bytes sent': 'the slot was sent as it was, the rest took the next one',
    '8 bytes sent': 'the slot was full before it was sent',
  },
});

/** As with batched sockets: every thread has the port, and sends in place. */
export const sendersInPlace = defineProgram(import.meta.url, {
  name: 'senders-in-place',
  summary: 'The timer retransmits from its thread while a slot is acknowledged and filled again.',
  memory: (memory) => endpoint(memory, { ...TINY, sendSlots: 2 }),
  init: (memory) => {
    establish(memory);
    writeSegment(memory, new Connection(memory, SETTINGS, new Peer(memory)), 0);
  },
  threads: {
    application: (memory) => {
      const peer = new Peer(memory);
      writeSegment(memory, new Connection(memory, SETTINGS, peer), 1);
      return peer.datagrams;
    },
    listener: (memory) => {
      receive(new Connection(memory, SETTINGS, new Peer(memory)), acknowledgmentOf(1));
    },
    timer: (memory) => {
      const peer = new Peer(memory);
      new Connection(memory, SETTINGS, peer).expire(TIMEOUT_OVER_MICROS);
      return [...peer.payloads.keys()].join(' ');
    },
  },
  final: ({ send }, { timer }) => {
    checkEqual(send[SendWord.sendNext], 2, 'first segment never sent');
    check(['', '0', '1'].includes(timer as string), `the timer sent ${String(timer)}`);
  },
  outcome: (_memory, { timer }) => `the timer sent ${timer === '' ? 'nothing' : String(timer)}`,
});
