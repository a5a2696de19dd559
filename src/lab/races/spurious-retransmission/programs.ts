/**
 * The timer finds a segment overdue and sends it again; its acknowledgment arrives at that moment.
 */
import type { MemoryBuilder } from '../../memory-builder.js';
import { defineProgram, type ProgramDefinition } from '../../program.js';
import { Mutex } from '../../../shared/memory/mutex.js';

const IN_FLIGHT = 1;
const ACKNOWLEDGED = 2;
const STATE = 0;
const SENT = 1;
const SENT_AFTER_ACKNOWLEDGMENT = 2;

interface Shared {
  readonly slot: Int32Array;
  readonly sendLock: Mutex<'send'>;
}

const IN_ORDER = {
  'not sent again': 'the acknowledgment came before the look',
  'sent again, then acknowledged': 'the acknowledgment came too late for anybody',
};
const WITH_SPURIOUS = {
  ...IN_ORDER,
  'acknowledged, then sent again': 'spurious: it came between the look and the transmission',
};

function overdue(
  name: string,
  summary: string,
  retransmit: (shared: Shared) => void,
  allowed: Readonly<Record<string, string>>,
): ProgramDefinition<Shared> {
  return {
    name,
    summary,
    memory: (memory: MemoryBuilder) => ({
      slot: memory.int32('slot', ['state', 'sent', 'sentAfterAcknowledgment']),
      sendLock: new Mutex(memory.int32('sendLock'), 0),
    }),
    init: ({ slot }) => {
      slot[STATE] = IN_FLIGHT;
    },
    threads: {
      timer: retransmit,
      listener: ({ slot, sendLock }) => {
        const held = sendLock.lock();
        Atomics.store(slot, STATE, ACKNOWLEDGED);
        sendLock.unlock(held);
      },
    },
    outcome: ({ slot }) => {
      if (slot[SENT] === 0) return 'not sent again';
      return slot[SENT_AFTER_ACKNOWLEDGMENT] === 1
        ? 'acknowledged, then sent again'
        : 'sent again, then acknowledged';
    },
    allowed,
  };
}

/** The send itself, which the model judges as it happens. */
function send(slot: Int32Array): void {
  if (Atomics.load(slot, STATE) === ACKNOWLEDGED) Atomics.store(slot, SENT_AFTER_ACKNOWLEDGMENT, 1);
  Atomics.store(slot, SENT, 1);
}

export const buggy = defineProgram(
  import.meta.url,
  overdue(
    'spurious-retransmission-tolerated',
    'Looks with the lock, sends without: now and then for nothing.',
    ({ slot, sendLock }) => {
      const held = sendLock.lock();
      const isOverdue = Atomics.load(slot, STATE) === IN_FLIGHT;
      sendLock.unlock(held);
      if (isOverdue) send(slot);
    },
    WITH_SPURIOUS,
  ),
);

export const fixed = defineProgram(
  import.meta.url,
  overdue(
    'spurious-retransmission-excluded',
    'Looks and sends under one lock.',
    ({ slot, sendLock }) => {
      const held = sendLock.lock();
      if (Atomics.load(slot, STATE) === IN_FLIGHT) send(slot);
      sendLock.unlock(held);
    },
    IN_ORDER,
  ),
);
