/**
 * What an arriving reset does (RFC 9293 §3.5.2, with the acceptance test of RFC 5961 §3 in mind: it
 * must name the peer's connection ID, which somebody off the path does not know). Listener's thread.
 */
import { SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { ResetReason, type Segment } from '../wire/segment.js';
import { nextState } from './connection-state.js';
import type { Life } from './life.js';
import type { Opening } from './opening.js';
import { describeRule, ruleIn } from './rules.js';
import type { SendWindow } from './send-window.js';

const reasonTexts: Readonly<Record<number, string>> = {
  [ResetReason.complete]: 'it had no more use for the connection',
  [ResetReason.aborted]: 'its application aborted',
  [ResetReason.protocolViolation]: 'it saw a violation of the protocol',
  [ResetReason.unknownConnection]: 'it does not know the connection',
  [ResetReason.idle]: 'it had not heard from us for too long',
  [ResetReason.refused]: 'it does not listen, or not to this address and port',
  [ResetReason.full]: 'it listens, but takes no more connections now',
};

export class ResetInput {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly opening: Opening,
    private readonly life: Life,
  ) {}

  received(segment: Segment, nowMicros: number): void {
    const peer = this.memory.send[SendWord.peerConnectionId];
    if (peer === 0) {
      this.#beforeThePeer(segment, nowMicros);
      return;
    }
    if (segment.rejectedConnectionId !== peer) return;
    this.memory.sendMutex.hold((held) => {
      this.#apply(held, segment, nowMicros);
    });
  }

  /** Somebody we opened to does not want us; it names us, as it has no ID to name itself by. */
  #beforeThePeer(segment: Segment, nowMicros: number): void {
    if (!isRefusal(segment)) return;
    if (segment.rejectedConnectionId !== this.memory.localConnectionId) return;
    this.memory.sendMutex.hold((held) => {
      const text = `the peer refused the connection: ${reasonText(segment.resetReason)}`;
      this.life.abort(held, 'ERR_HAWSER_REFUSED', text, nowMicros);
    });
  }

  #apply(held: SendLock, segment: Segment, nowMicros: number): void {
    const state = this.life.state(held);
    const peerIsGone = segment.destinationConnectionId === 0;
    if (peerIsGone && this.opening.isUnproved(held)) {
      // Its opening was a late datagram of an earlier run: somebody else is there now.
      this.opening.forget(held, nowMicros);
      return;
    }
    // "Complete" says that our FIN has arrived; a peer that is merely gone may not have had our bytes.
    const delivered = peerIsGone
      ? this.window.hasDeliveredAllBytes(held)
      : segment.resetReason === ResetReason.complete;
    if (delivered && nextState(state, 'peerComplete') !== state) {
      this.life.on(held, 'peerComplete', nowMicros);
    } else if (peerIsGone) {
      this.life.abort(
        held,
        'ERR_HAWSER_PEER_RESTARTED',
        'the peer was restarted: the program now at its address does not know this connection; restart this side too',
        nowMicros,
      );
    } else {
      const text = `the peer reset the connection: ${reasonText(segment.resetReason)}`;
      this.life.abort(held, 'ERR_HAWSER_RESET_BY_PEER', text, nowMicros);
    }
  }
}

function reasonText(reason: number): string {
  const rule = ruleIn(reason);
  if (rule !== undefined) return `it saw a violation of the ${describeRule(rule)}`;
  return reasonTexts[reason] ?? `reason ${reason}`;
}

/** Of one who opens, and has no peer yet. */
export function isRefusal({ resetReason }: Segment): boolean {
  return resetReason === ResetReason.refused || resetReason === ResetReason.full;
}
