/**
 * What goes wrong only between threads, set up by hand on one: clocks that were read before a lock
 * was waited for, a role that dies with a lock held, a write that meets a closed window.
 */
import test from 'ava';
import type { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { fail } from '#hawser/shared/memory/failure.js';
import { ReceiveWord, SendWord } from '#hawser/shared/memory/layout.js';
import { Connection, initializeConnection } from '#hawser/shared/transport/connection.js';
import { closeFailed } from '#hawser/shared/transport/life.js';
import type { Outlet } from '#hawser/shared/transport/outlet.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';
import { Timer } from '#hawser/shared/transport/timers.js';
import { endpointMemory, SMALL } from '../memory/support.js';
import { sendComplaints } from '../stress/support/invariants.js';

const NOW = 1e9;
const SETTINGS = { ...defaultSettings, wallClockOffsetMicros: 0 };
const FULL_SEGMENT = new Uint8Array(SMALL.slotBytes);

class CountingOutlet implements Outlet {
  datagrams = 0;

  allowance(): number {
    return Infinity;
  }

  push(): void {
    this.datagrams += 1;
  }

  flush(): void {
    // Nothing was kept.
  }
}

/** A connection in mid-life, to a peer that has room for `room` segments. */
function connectionWith(room: number, outlet: Outlet = new CountingOutlet()) {
  const memory = endpointMemory();
  initializeConnection(memory, SETTINGS, NOW);
  memory.send[SendWord.peerConnectionId] = 5;
  memory.send[SendWord.peerKnowsUs] = 1;
  memory.send[SendWord.peerWindow] = 4;
  memory.send[SendWord.sendLimit] = room;
  return { memory, connection: new Connection(memory, SETTINGS, outlet) };
}

function writeSegments({ writing }: Connection, count: number): void {
  for (let n = 0; n < count; n++) writing.write(FULL_SEGMENT, 0, FULL_SEGMENT.length, NOW);
}

function locksOf({ send, receive }: ConnectionMemory): number[] {
  return [send[SendWord.lock], receive[ReceiveWord.lock]];
}

test('a write into a closed window sets the probe itself, for no output may follow', (t) => {
  const { memory, connection } = connectionWith(0);
  writeSegments(connection, 1);
  t.true(memory.deadlines[Timer.windowProbe] < Infinity);
});

test('a write that fits the window sets no probe', (t) => {
  const { memory, connection } = connectionWith(4);
  writeSegments(connection, 1);
  t.is(memory.deadlines[Timer.windowProbe], Infinity);
});

test('after a failure one reset goes out, no data, and no timer runs', (t) => {
  const outlet = new CountingOutlet();
  const { memory, connection } = connectionWith(4, outlet);
  writeSegments(connection, 2);
  fail(memory, 'ERR_HAWSER_INTERRUPTED', 'by the test');
  memory.sendMutex.hold((held) => {
    closeFailed(memory, held);
  });
  for (let turn = 0; turn < 3; turn++) connection.output(NOW + turn);
  t.is(outlet.datagrams, 1);
  t.deepEqual([...memory.deadlines], Array(memory.deadlines.length).fill(Infinity));
});

test('a port that throws under the lock leaves both locks free', (t) => {
  const outlet = new CountingOutlet();
  outlet.push = () => {
    throw new Error('the port is broken');
  };
  const { memory, connection } = connectionWith(4, outlet);
  writeSegments(connection, 1);
  t.throws(
    () => {
      connection.output(NOW);
    },
    { message: 'the port is broken' },
  );
  t.deepEqual(locksOf(memory), [0, 0]);
});

test('flights stay in order when a thread sends with a clock it read before waiting', (t) => {
  const { memory, connection } = connectionWith(4);
  writeSegments(connection, 1);
  connection.output(NOW + 500);
  writeSegments(connection, 1);
  connection.output(NOW + 100);
  t.deepEqual(
    memory.sendMutex.hold((held) => sendComplaints(memory, held)),
    [],
  );
});
