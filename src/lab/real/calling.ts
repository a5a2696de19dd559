/**
 * How connections of an endpoint call its threads (src/shared/memory/roll.ts, call.ts), and how an
 * application that must not block waits for a condition: it joins the waiters and is called.
 */
import { check, checkEqual } from '../assert.js';
import type { MemoryBuilder } from '../memory-builder.js';
import { defineProgram } from '../program.js';
import { Bell } from '../../shared/memory/bell.js';
import { Call } from '../../shared/memory/call.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import { Roll } from '../../shared/memory/roll.js';
import { Connection } from '../../shared/transport/connection.js';
import { Segment } from '../../shared/wire/segment.js';
import { endpoint, establish, SETTINGS } from './endpoint.js';
import { datagram } from './peer.js';

interface Callers {
  /** What each caller wants done, a word a place. */
  readonly wants: Int32Array;
  readonly roll: Roll;
  readonly bell: Bell;
}

function callers(memory: MemoryBuilder): Callers {
  const bell = memory.int32('bell', ['count', 'sleepers']);
  const wants = memory.int32('wants', 2);
  return {
    wants,
    roll: new Roll(memory.int32('roll', ['summary', 'marks'])),
    bell: new Bell(bell, 0, 1),
  };
}

function call({ wants, roll, bell }: Callers, place: number): void {
  Atomics.store(wants, place, 1);
  new Call(roll, place, bell).ring();
}

/** As a role does it: serves whoever is on the roll, and sleeps, until it has served `count`. */
function serve({ wants, roll, bell }: Callers, count: number): void {
  let served = 0;
  for (;;) {
    const ticket = bell.ticket();
    roll.read((place) => {
      served += Atomics.exchange(wants, place, 0);
    });
    if (served === count) return;
    bell.wait(ticket);
  }
}

function everybodyIsServed({ wants }: Callers): void {
  // A mark may be left: whoever was served before it was set is looked at once more, for nothing.
  check(wants[0] === 0 && wants[1] === 0, 'somebody was not served');
}

export const rollOfTwo = defineProgram(import.meta.url, {
  name: 'roll-of-two',
  summary: 'Two connections call one thread, which sleeps when nobody does.',
  memory: callers,
  threads: {
    role: (shared) => {
      serve(shared, 2);
    },
    one: (shared) => {
      call(shared, 0);
    },
    other: (shared) => {
      call(shared, 1);
    },
  },
  final: everybodyIsServed,
});

export const rollAgain = defineProgram(import.meta.url, {
  name: 'roll-again',
  summary: 'A connection calls a second time, maybe while it is being served.',
  memory: callers,
  threads: {
    role: (shared) => {
      serve(shared, 2);
    },
    one: ({ wants, roll, bell }) => {
      const again = new Call(roll, 0, bell);
      for (let time = 0; time < 2; time++) {
        Atomics.add(wants, 0, 1);
        again.ring();
      }
    },
  },
  final: everybodyIsServed,
});

interface Called {
  readonly memory: ConnectionMemory;
  readonly roll: Roll;
  readonly bell: Bell;
}

function called(builder: MemoryBuilder): Called {
  const memory = endpoint(builder);
  const roll = new Roll(builder.int32('roll', ['summary', 'marks']));
  const bell = new Bell(builder.int32('bell', ['count', 'sleepers']), 0, 1);
  memory.receiveChanged.call = new Call(roll, 0, bell);
  return { memory, roll, bell };
}

/** The event loop: it turns when the bell has rung, and finds out for whom. */
function untilCalled(roll: Roll, bell: Bell): void {
  for (;;) {
    const ticket = bell.ticket();
    const places: number[] = [];
    roll.read((place) => places.push(place));
    if (places.length > 0) return;
    bell.wait(ticket);
  }
}

export const applicationIsCalled = defineProgram(import.meta.url, {
  name: 'application-is-called',
  summary: 'An application that does not block waits for the end of the stream.',
  memory: called,
  init: ({ memory }) => {
    establish(memory);
  },
  threads: {
    application: ({ memory, roll, bell }) => {
      const { reading } = new Connection(memory, SETTINGS);
      const { receiveMutex, receiveChanged } = memory;
      const joined = () =>
        receiveMutex.hold((held) => {
          if (reading.isReady(held)) return false;
          receiveChanged.join(held);
          return true;
        });
      while (joined()) {
        untilCalled(roll, bell);
        receiveMutex.hold((held) => {
          receiveChanged.leave(held);
        });
      }
      return receiveMutex.hold((held) => reading.isReady(held));
    },
    listener: ({ memory }) => {
      const segment = new Segment();
      segment.numbered = true;
      segment.fin = true;
      const { input } = new Connection(memory, SETTINGS);
      const bytes = datagram(segment);
      input.datagram(bytes, 0, bytes.length, 0);
      input.endBatch(0);
    },
  },
  final: (_shared, { application }) => {
    checkEqual(application, true, 'something to read');
  },
});
