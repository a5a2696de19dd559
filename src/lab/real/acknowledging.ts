/**
 * Acknowledgments of the whole connection: when they fall due on one thread while another has data
 * for them to ride on, and when the application makes room in a window that was closed.
 */
import { check, checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { ReceiveWord, SendCounter } from '../../shared/memory/layout.js';
import { Connection } from '../../shared/transport/connection.js';
import { Integrity, Segment } from '../../shared/wire/segment.js';
import { emitHeader } from '../../shared/wire/emit.js';
import { crc32 } from '../../shared/wire/checksum.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { endpoint, establish, LOCAL_ID, PEER_ID, SETTINGS, TINY } from './endpoint.js';
import { Peer, payloadOf } from './peer.js';

const ARRIVAL_MICROS = 0;
const DELAY_OVER_MICROS = SETTINGS.acknowledgmentDelayMicros;

/** A datagram of the peer with segment `number`. */
function dataOfPeer(number: number): Uint8Array {
  const segment = new Segment();
  segment.destinationConnectionId = LOCAL_ID;
  segment.numbered = true;
  segment.segmentNumber = segmentNumber(number);
  const payload = payloadOf(number);
  const bytes = new Uint8Array(64);
  const context = { localConnectionId: PEER_ID, integrity: Integrity.crc32 };
  const crc = crc32(payload, 0, payload.length, 0);
  const length = emitHeader(bytes, 0, segment, context, 1, crc);
  bytes.set(payload, length);
  return bytes.subarray(0, length + payload.length);
}

function arrive(memory: ConnectionMemory, numbers: readonly number[]): void {
  const { input } = new Connection(memory, SETTINGS);
  for (const number of numbers) {
    const bytes = dataOfPeer(number);
    input.datagram(bytes, 0, bytes.length, ARRIVAL_MICROS);
  }
  input.endBatch(ARRIVAL_MICROS);
}

/** The listener's loop, as its port runs it: at each ring, output; until the peer is content. */
function serve(
  memory: ConnectionMemory,
  connection: Connection,
  nowMicros: number,
  isDone: () => boolean,
): void {
  for (;;) {
    const ticket = memory.listenerBell.ticket();
    connection.output(nowMicros);
    if (isDone()) return;
    memory.listenerBell.wait(ticket);
  }
}

export const piggyback = defineProgram(import.meta.url, {
  name: 'piggyback',
  summary: 'An acknowledgment falls due on the timer while the application writes a segment.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    arrive(memory, [0]);
  },
  threads: {
    listener: (memory) => {
      const peer = new Peer(memory);
      const connection = new Connection(memory, SETTINGS, peer);
      const isDone = (): boolean => peer.acknowledged === 1 && peer.next === 1;
      serve(memory, connection, DELAY_OVER_MICROS, isDone);
      return peer.datagrams;
    },
    application: (memory) => {
      const connection = new Connection(memory, SETTINGS);
      connection.writing.write(payloadOf(0), 0, TINY.slotBytes, DELAY_OVER_MICROS);
      connection.output(DELAY_OVER_MICROS);
    },
    timer: (memory) => {
      new Connection(memory, SETTINGS).expire(DELAY_OVER_MICROS);
    },
  },
  final: ({ receive }) => {
    checkEqual(receive[ReceiveWord.acknowledgmentsPending], 0, 'acknowledgments pending');
    checkEqual(receive[ReceiveWord.acknowledgeNow], 0, 'acknowledgment wanted');
  },
  outcome: ({ sendCounters }, { listener }) => {
    const empty = sendCounters[SendCounter.acknowledgmentsDelayed];
    const riding = sendCounters[SendCounter.acknowledgmentsPiggybacked];
    return `${String(listener)} datagrams: ${riding} riding, ${empty} of its own`;
  },
  allowed: {
    '1 datagrams: 1 riding, 0 of its own': 'the data came first',
    '2 datagrams: 0 riding, 1 of its own': 'the delay was over first',
  },
});

/** All four slots are full and unread, and the peer has been told that there is no room. */
function windowClosed(memory: ConnectionMemory): void {
  establish(memory);
  arrive(memory, [0, 1, 2, 3]);
  new Connection(memory, SETTINGS, new Peer(memory)).output(ARRIVAL_MICROS);
}

export const windowReopens = defineProgram(import.meta.url, {
  name: 'window-reopens',
  summary: 'The application reads from a closed window while the peer probes it.',
  memory: (memory) => endpoint(memory),
  init: windowClosed,
  threads: {
    application: (memory) => {
      const connection = new Connection(memory, SETTINGS);
      for (let segment = 0; segment < TINY.receiveSlots; segment += 1) {
        const target = new Uint8Array(TINY.slotBytes);
        if (connection.reading.read(target, 0, target.length)) connection.output(0);
      }
    },
    listener: (memory) => {
      const peer = new Peer(memory);
      const connection = new Connection(memory, SETTINGS, peer);
      const probe = dataOfPeer(TINY.receiveSlots);
      connection.input.datagram(probe, 0, probe.length, 0);
      connection.input.endBatch(0);
      serve(memory, connection, 0, () => peer.offeredSegments > 0);
      return peer.offeredSegments;
    },
  },
  final: (_memory, { listener }) => {
    check(Number(listener) > 0, `offered ${String(listener)} segments`);
  },
});
