/**
 * Every sleep of the application's thread (src/shared/waiting.ts) against whatever may end it. A
 * sleep that nothing ends shows as a deadlock.
 */
import { check, checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import { failConnection } from '../../shared/endpoint/handle.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { fail, hasFailed } from '../../shared/memory/failure.js';
import { SendWord } from '../../shared/memory/layout.js';
import { Connection } from '../../shared/transport/connection.js';
import { State } from '../../shared/transport/connection-state.js';
import { Waiting } from '../../shared/waiting.js';
import { ResetReason, Segment } from '../../shared/wire/segment.js';
import { segmentNumber } from '../../shared/wire/serial.js';
import { endpoint, establish, SETTINGS, TINY } from './endpoint.js';
import { datagram, Peer, payloadOf } from './peer.js';

const NONE_FREE = TINY.sendSlots - 1;

function connected(memory: ConnectionMemory): { connection: Connection; waiting: Waiting } {
  const connection = new Connection(memory, SETTINGS);
  return { connection, waiting: new Waiting(memory, connection) };
}

function input(memory: ConnectionMemory, bytes: Uint8Array): void {
  const { connection } = connected(memory);
  connection.input.datagram(bytes, 0, bytes.length, 0);
  connection.input.endBatch(0);
}

/** The send window is full, and all of it is in flight. */
function sendWindowFull(memory: ConnectionMemory): void {
  establish(memory);
  const { writing } = new Connection(memory, SETTINGS);
  for (let number = 0; number < NONE_FREE; number += 1) {
    writing.write(payloadOf(number), 0, TINY.slotBytes, 0);
  }
  new Connection(memory, SETTINGS, new Peer(memory)).output(0);
}

function waitForRoomAndWrite(memory: ConnectionMemory): number {
  const { connection, waiting } = connected(memory);
  waiting.forRoom();
  return connection.writing.write(payloadOf(NONE_FREE), 0, TINY.slotBytes, 0);
}

export const sleepForRoom = defineProgram(import.meta.url, {
  name: 'sleep-for-room',
  summary: 'A full window; an acknowledgment makes room.',
  memory: (memory) => endpoint(memory),
  init: sendWindowFull,
  threads: {
    application: waitForRoomAndWrite,
    listener: (memory) => {
      const segment = new Segment();
      segment.cumulativeAck = segmentNumber(1);
      input(memory, datagram(segment));
    },
  },
  final: (_memory, { application }) => {
    checkEqual(application, TINY.slotBytes, 'bytes written');
  },
});

export const sleepForRoomFails = defineProgram(import.meta.url, {
  name: 'sleep-for-room-fails',
  summary: 'A full window; the main thread fails the endpoint.',
  memory: (memory) => endpoint(memory),
  init: sendWindowFull,
  threads: {
    application: waitForRoomAndWrite,
    main: (memory) => {
      failConnection(memory, 'ERR_HAWSER_INTERRUPTED', 'Ctrl-C');
    },
  },
  final: (memory) => {
    check(hasFailed(memory), 'no failure recorded');
  },
});

export const sleepForRoomStops = defineProgram(import.meta.url, {
  name: 'sleep-for-room-stops',
  summary: 'A full window; the host stops the endpoint.',
  memory: (memory) => endpoint(memory),
  init: sendWindowFull,
  threads: {
    application: (memory) => {
      connected(memory).waiting.forRoom();
    },
    host: (memory) => {
      memory.requestStop();
    },
  },
  final: (memory) => {
    check(memory.stopRequested, 'not stopped');
  },
});

export const sleepForData = defineProgram(import.meta.url, {
  name: 'sleep-for-data',
  summary: 'The application waits for bytes; the peer’s FIN arrives instead.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: (memory) => {
      const { connection, waiting } = connected(memory);
      while (!waiting.forData()) {
        const piece = new Uint8Array(connection.reading.readableBytes());
        connection.reading.read(piece, 0, piece.length);
      }
    },
    listener: (memory) => {
      const segment = new Segment();
      segment.numbered = true;
      segment.fin = true;
      input(memory, datagram(segment));
    },
  },
});

export const sleepForDataFails = defineProgram(import.meta.url, {
  name: 'sleep-for-data-fails',
  summary: 'The application waits for bytes; the listener dies.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    application: (memory) => connected(memory).waiting.forData(),
    listener: (memory) => {
      fail(memory, 'ERR_HAWSER_SOCKET', 'unplugged');
      memory.wakeEverybody();
    },
  },
  final: (_memory, { application }) => {
    checkEqual(application, false, 'end of the stream');
  },
});

export const sleepForClose = defineProgram(import.meta.url, {
  name: 'sleep-for-close',
  summary: 'The application waits for the end of TIME-WAIT, which the timer brings.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    memory.send[SendWord.state] = State.finWait2;
    const held = memory.sendMutex.lock();
    new Connection(memory, SETTINGS).life.on(held, 'finReceived', 0);
    memory.sendMutex.unlock(held);
  },
  threads: {
    application: (memory) => connected(memory).waiting.forDataOrClosed(),
    timer: (memory) => {
      new Connection(memory, SETTINGS).expire(SETTINGS.timeWaitMicros + 1);
    },
  },
  final: (memory, { application }) => {
    checkEqual(application, false, 'data to discard');
    checkEqual(memory.send[SendWord.state], State.closed, 'state');
  },
});

export const sleepForLastWord = defineProgram(import.meta.url, {
  name: 'sleep-for-last-word',
  summary: 'A reset must be out before the endpoint is stopped.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    memory.send[SendWord.state] = State.closed;
    memory.send[SendWord.resetWanted] = 1 + ResetReason.complete;
  },
  threads: {
    application: (memory) => {
      connected(memory).waiting.forLastWord();
      memory.requestStop();
    },
    listener: (memory) => {
      const peer = new Peer(memory);
      new Connection(memory, SETTINGS, peer).output(0);
      return peer.resets;
    },
  },
  final: (memory, { listener }) => {
    checkEqual(listener, 1, 'resets sent');
    check(memory.stopRequested, 'not stopped');
  },
});
