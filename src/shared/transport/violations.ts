/**
 * What a segment that breaks a rule leads to. It has passed its check, but that tells accidents from
 * segments, not forgeries: only one that names our connection ID, which nobody off the path knows, ends
 * the connection. Where both sides do without a check, it may as well be damaged. Either way it is
 * counted, and has no other effect. Listener's thread.
 */
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { PortCounter, SendWord } from '../memory/layout.js';
import type { Segment } from '../wire/segment.js';
import type { Life } from './life.js';
import { describeRule, reasonFor, type Rule } from './rules.js';

/** What was found, and what was allowed, for the message. */
export interface Violation {
  readonly rule: Rule;
  readonly found: string;
}

export class Violations {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly life: Life,
  ) {}

  by(segment: Segment, violation: Violation, nowMicros: number): void {
    this.memory.sendMutex.hold((held) => {
      this.holding(held, segment, violation, nowMicros);
    });
  }

  holding(held: SendLock, segment: Segment, { rule, found }: Violation, nowMicros: number): void {
    this.memory.portCounters[PortCounter.violations] += 1;
    const unchecked = this.memory.send[SendWord.unchecked] === 1;
    if (segment.destinationConnectionId === 0 || unchecked) return;
    const text = `the peer broke the ${describeRule(rule)}; it sent ${found}`;
    this.life.abortAndTell(held, 'ERR_HAWSER_PROTOCOL_VIOLATION', text, reasonFor(rule), nowMicros);
  }
}
