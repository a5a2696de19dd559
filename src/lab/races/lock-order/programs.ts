/**
 * The send state and the receive state have a lock each. Output needs both: an acknowledgment rides
 * on data. So does a read that opens the window again.
 */
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Mutex } from '../../../shared/memory/mutex.js';

interface Shared {
  readonly sendLock: Mutex<'send'>;
  readonly receiveLock: Mutex<'receive'>;
}

function output({ sendLock, receiveLock }: Shared): void {
  const send = sendLock.lock();
  const receive = receiveLock.lock();
  receiveLock.unlock(receive);
  sendLock.unlock(send);
}

type Read = (shared: Shared) => void;

function transfer(name: string, summary: string, read: Read): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      sendLock: new Mutex(memory.int32('sendLock'), 0),
      receiveLock: new Mutex(memory.int32('receiveLock'), 0),
    }),
    threads: { listener: output, application: read },
    outcome: () => 'both done',
  };
}

export const buggy = defineProgram(
  import.meta.url,
  transfer(
    'lock-order-buggy',
    'Reads, and sends the new window with the receive lock held.',
    (shared) => {
      const receive = shared.receiveLock.lock();
      const send = shared.sendLock.lock();
      shared.sendLock.unlock(send);
      shared.receiveLock.unlock(receive);
    },
  ),
);

export const fixed = defineProgram(
  import.meta.url,
  transfer('lock-order-fixed', 'Gives the receive lock back first, then sends.', (shared) => {
    const receive = shared.receiveLock.lock();
    shared.receiveLock.unlock(receive);
    output(shared);
  }),
);
