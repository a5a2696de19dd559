/**
 * The timer thread's loop against those who set deadlines. Its clock stands still and its sleep never
 * times out, so only a ring can wake it: a ring that gets lost shows as a deadlock.
 */
import { checkEqual } from '../assert.js';
import { defineProgram } from '../program.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { SendTime, SendWord } from '../../shared/memory/layout.js';
import { Connection } from '../../shared/transport/connection.js';
import { Timer } from '../../shared/transport/timers.js';
import { keepTime } from '../../shared/endpoint/timekeeping.js';
import { endpoint, establish, SETTINGS, TINY } from './endpoint.js';
import { Peer, payloadOf } from './peer.js';

/** Later than a hold of nothing, earlier than every other deadline. */
const NOW_MICROS = 5;

/** Half a segment: it waits for its Nagle deadline, which is the one that the timer must not miss. */
function writeHalfSegment(memory: ConnectionMemory): void {
  const { writing } = new Connection(memory, SETTINGS);
  writing.write(payloadOf(0), 0, TINY.slotBytes / 2, 0);
}

export const timerWakes = defineProgram(import.meta.url, {
  name: 'timer-wakes',
  summary: 'A deadline is set while the timer thread goes to sleep until a later one.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    memory.deadlines[Timer.retransmission] = 1_000_000;
  },
  threads: {
    timer: (memory) => {
      keepTime(memory, new Connection(memory, SETTINGS), () => NOW_MICROS);
    },
    application: writeHalfSegment,
    listener: (memory) => {
      const ticket = memory.listenerBell.ticket();
      const flushed = (): boolean => {
        const held = memory.sendMutex.lock();
        const wanted = memory.send[SendWord.flushWanted] === 1;
        memory.sendMutex.unlock(held);
        return wanted;
      };
      // The timer rings when it has run the deadline's handler.
      if (!flushed()) memory.listenerBell.wait(ticket);
      memory.requestStop();
    },
  },
  final: (memory) => {
    checkEqual(memory.send[SendWord.flushWanted], 1, 'flush wanted');
  },
});

export const timerStops = defineProgram(import.meta.url, {
  name: 'timer-stops',
  summary: 'The endpoint is stopped while the timer thread goes to sleep.',
  memory: (memory) => endpoint(memory),
  init: establish,
  threads: {
    timer: (memory) => {
      keepTime(memory, new Connection(memory, SETTINGS), () => NOW_MICROS);
    },
    application: (memory) => {
      memory.requestStop();
    },
  },
});

/** The deadline of half a segment has passed: the timer notes the next one, output sets an earlier. */
export const timerSleepsUntil = defineProgram(import.meta.url, {
  name: 'timer-sleeps-until',
  summary: 'The listener sends and arms the retransmission timer while the timer looks.',
  memory: (memory) => endpoint(memory),
  init: (memory) => {
    establish(memory);
    writeHalfSegment(memory);
  },
  threads: {
    timer: (memory) => new Connection(memory, SETTINGS).expire(NOW_MICROS),
    listener: (memory) => {
      new Connection(memory, SETTINGS, new Peer(memory)).output(NOW_MICROS);
    },
  },
  final: ({ deadlines, sendTimes }) => {
    checkEqual(sendTimes[SendTime.timerSleepsUntil], Math.min(...deadlines), 'timer sleeps until');
  },
});
