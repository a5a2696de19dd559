/**
 * The application waits for room in the send window; the listener makes room and wakes it.
 */
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Bell } from '../../../shared/memory/bell.js';

const RINGS = 0;
const SLEEPERS = 1;

interface Shared {
  readonly room: Int32Array;
  readonly words: Int32Array;
  readonly bell: Bell;
}

interface WakeUp {
  sleepUnlessRoom(shared: Shared): void;
  wake(shared: Shared): void;
}

const hasRoom = ({ room }: Shared): boolean => Atomics.load(room, 0) !== 0;

function waitingForRoom(name: string, summary: string, wakeUp: WakeUp): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => {
      const words = memory.int32('bell', ['rings', 'sleepers']);
      return { room: memory.int32('room'), words, bell: new Bell(words, RINGS, SLEEPERS) };
    },
    threads: {
      application: (shared) => {
        while (!hasRoom(shared)) wakeUp.sleepUnlessRoom(shared);
      },
      listener: (shared) => {
        Atomics.store(shared.room, 0, 1);
        wakeUp.wake(shared);
      },
    },
    outcome: () => 'sent',
  };
}

export const buggy = defineProgram(
  import.meta.url,
  waitingForRoom('lost-wake-up-buggy', 'Notifies a word that it does not change.', {
    sleepUnlessRoom: ({ words }) => {
      Atomics.wait(words, RINGS, 0);
    },
    wake: ({ words }) => {
      Atomics.notify(words, RINGS);
    },
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  waitingForRoom('lost-wake-up-fixed', 'A bell: counts its rings, and sleeps only if none came.', {
    sleepUnlessRoom: (shared) => {
      const ticket = shared.bell.ticket();
      if (!hasRoom(shared)) shared.bell.wait(ticket);
    },
    wake: ({ bell }) => {
      bell.ring();
    },
  }),
);

export const lateTicket = defineProgram(
  import.meta.url,
  waitingForRoom('lost-wake-up-late-ticket', 'A bell, but the ticket is taken after the look.', {
    sleepUnlessRoom: ({ bell }) => {
      bell.wait(bell.ticket());
    },
    wake: ({ bell }) => {
      bell.ring();
    },
  }),
);
