/**
 * Two threads need both locks, each starts with another one, and each is polite: if the second lock
 * is taken it gives the first one back and starts again.
 */
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Mutex } from '../../../shared/memory/mutex.js';

interface Shared {
  readonly sendLock: Mutex<'send'>;
  readonly receiveLock: Mutex<'receive'>;
}

interface Manners {
  readonly listener: (shared: Shared) => void;
  readonly application: (shared: Shared) => void;
}

function meeting(name: string, summary: string, manners: Manners): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      sendLock: new Mutex(memory.int32('sendLock'), 0),
      receiveLock: new Mutex(memory.int32('receiveLock'), 0),
    }),
    threads: { listener: manners.listener, application: manners.application },
    outcome: () => 'both done',
  };
}

function politely<First extends string, Second extends string>(
  first: Mutex<First>,
  second: Mutex<Second>,
): void {
  for (;;) {
    const held = first.lock();
    const both = second.tryLock();
    if (both !== undefined) second.unlock(both);
    first.unlock(held);
    if (both !== undefined) return;
  }
}

function inOrder({ sendLock, receiveLock }: Shared): void {
  const send = sendLock.lock();
  const receive = receiveLock.lock();
  receiveLock.unlock(receive);
  sendLock.unlock(send);
}

export const buggy = defineProgram(
  import.meta.url,
  meeting('polite-locks-buggy', 'After you. No, after you.', {
    listener: ({ sendLock, receiveLock }) => {
      politely(sendLock, receiveLock);
    },
    application: ({ sendLock, receiveLock }) => {
      politely(receiveLock, sendLock);
    },
  }),
);

export const fixed = defineProgram(
  import.meta.url,
  meeting('polite-locks-fixed', 'One order for both, and patience.', {
    listener: inOrder,
    application: inOrder,
  }),
);
