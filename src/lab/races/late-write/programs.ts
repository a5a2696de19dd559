/**
 * One thread writes its last bytes while another one closes the stream. The FIN has to be the last
 * thing in the stream: the peer delivers nothing that comes after it.
 */
import { check } from '../../assert.js';
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Mutex } from '../../../shared/memory/mutex.js';

const FIN_QUEUED = 0;
const SEND_TAIL = 1;
const FIN_NUMBER = 2;

interface Shared {
  readonly send: Int32Array;
  readonly sendLock: Mutex<'send'>;
}

/** Appends one segment unless the stream has ended; true if the bytes were taken. */
type Write = (shared: Shared) => boolean;

function closing(name: string, summary: string, write: Write): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      send: memory.int32('send', ['finQueued', 'sendTail', 'finNumber']),
      sendLock: new Mutex(memory.int32('sendLock'), 0),
    }),
    threads: {
      writer: write,
      closer: ({ send, sendLock }) => {
        const held = sendLock.lock();
        Atomics.store(send, FIN_QUEUED, 1);
        send[FIN_NUMBER] = appendSegment(send);
        sendLock.unlock(held);
      },
    },
    final: ({ send }) => {
      const after = send[SEND_TAIL] - 1 - send[FIN_NUMBER];
      check(after === 0, `${after} segment after the FIN: taken, and never delivered`);
    },
    outcome: (_shared, { writer }) => (writer === true ? 'written before the FIN' : 'refused'),
  };
}

/** Needs the send lock. Returns the number of the new segment. */
function appendSegment(send: Int32Array): number {
  send[SEND_TAIL] += 1;
  return send[SEND_TAIL] - 1;
}

export const buggy = defineProgram(
  import.meta.url,
  closing(
    'late-write-buggy',
    'Looks whether the stream is open, then takes the lock.',
    (shared) => {
      if (Atomics.load(shared.send, FIN_QUEUED) === 1) return false;
      const held = shared.sendLock.lock();
      appendSegment(shared.send);
      shared.sendLock.unlock(held);
      return true;
    },
  ),
);

export const fixed = defineProgram(
  import.meta.url,
  closing('late-write-fixed', 'Looks and appends under the same lock.', (shared) => {
    const held = shared.sendLock.lock();
    const open = Atomics.load(shared.send, FIN_QUEUED) === 0;
    if (open) appendSegment(shared.send);
    shared.sendLock.unlock(held);
    return open;
  }),
);
