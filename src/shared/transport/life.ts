/**
 * The life of a connection: its state word, and how it ends. The state table is in
 * connection-state.ts; here its events meet the shared memory. Needs the send lock.
 */
import type { ErrorCode } from '../errors.js';
import { ReceiveTime, SendTime, SendWord } from '../memory/layout.js';
import type { ConnectionMemory, SendLock } from '../memory/connection-memory.js';
import { fail } from '../memory/failure.js';
import { ResetReason } from '../wire/segment.js';
import { nextState, State, type StateEvent } from './connection-state.js';
import type { TransportSettings } from './settings.js';
import { Timer } from './timers.js';

export class Life {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly settings: TransportSettings,
  ) {}

  initialize(nowMicros: number): void {
    const { deadlines, sendTimes } = this.memory;
    deadlines.fill(Infinity);
    if (this.settings.greet) this.memory.send[SendWord.probeWanted] = 1;
    deadlines[Timer.idle] = nowMicros + this.settings.connectTimeoutMicros;
    sendTimes[SendTime.lastHeardAt] = nowMicros;
    sendTimes[SendTime.keepAliveAfter] =
      this.settings.keepAliveMicros ?? this.settings.idleTimeoutMicros / 3;
    this.memory.send[SendWord.noDelay] = this.settings.nagle ? 0 : 1;
    sendTimes[SendTime.timerSleepsUntil] = Infinity;
    sendTimes[SendTime.strangerAnsweredAt] = -Infinity;
  }

  state(_held: SendLock): State {
    return this.memory.send[SendWord.state] as State;
  }

  isClosed(held: SendLock): boolean {
    return this.state(held) === State.closed;
  }

  /** The same from any thread without the lock. */
  seemsClosed(): boolean {
    return Atomics.load(this.memory.send, SendWord.state) === State.closed;
  }

  /** Takes the transition that `event` causes, if any, and does what entering the state asks for. */
  on(held: SendLock, event: StateEvent, nowMicros: number): void {
    const before = this.state(held);
    const after = nextState(before, event);
    if (after === before) return;
    Atomics.store(this.memory.send, SendWord.state, after);
    if (after === State.timeWait) this.#beginTimeWait(nowMicros);
    if (hasLastWord(before, event)) {
      this.memory.send[SendWord.resetWanted] = 1 + ResetReason.complete;
    }
    this.memory.sendChanged.broadcast(held);
    this.memory.callApplication?.ring();
    if (after === State.closed) leaveNothingBehind(this.memory, held);
  }

  /** A segment came again: the peer has missed our answer, and may miss the next (RFC 9293 §3.10.7.4). */
  onRepeated(held: SendLock, nowMicros: number): void {
    if (this.state(held) === State.timeWait) this.#beginTimeWait(nowMicros);
  }

  /** Ends the connection with an error that every waiting thread will see. */
  abort(held: SendLock, code: ErrorCode, message: string, nowMicros: number): void {
    if (this.isClosed(held)) return;
    // The failure first: whoever is woken by the change of state must find it.
    fail(this.memory, code, message);
    this.on(held, 'aborted', nowMicros);
  }

  /** The same, and the peer is told why. */
  abortAndTell(
    held: SendLock,
    code: ErrorCode,
    message: string,
    reason: number,
    nowMicros: number,
  ): void {
    if (this.isClosed(held)) return;
    wantReset(this.memory, held, reason);
    this.abort(held, code, message, nowMicros);
  }

  /** Long enough for the peer to repeat its FIN more than once also on a slow path. */
  #beginTimeWait(nowMicros: number): void {
    const { deadlines, sendTimes } = this.memory;
    const measured = sendTimes[SendTime.smoothedRtt] > 0;
    const longest = measured ? 4 * sendTimes[SendTime.retransmissionTimeout] : 0;
    deadlines[Timer.timeWait] = nowMicros + Math.max(this.settings.timeWaitMicros, longest);
  }
}

/** Closes the connection of an endpoint that has failed, whatever its state; the peer is told. */
export function closeFailed(memory: ConnectionMemory, held: SendLock): void {
  if (memory.send[SendWord.state] === State.closed) return;
  wantReset(memory, held, ResetReason.aborted);
  Atomics.store(memory.send, SendWord.state, State.closed);
  memory.sendChanged.broadcast(held);
  memory.callApplication?.ring();
  leaveNothingBehind(memory, held);
}

function wantReset({ send }: ConnectionMemory, _held: SendLock, reason: number): void {
  if (send[SendWord.peerConnectionId] !== 0) send[SendWord.resetWanted] = 1 + reason;
}

/** On entering closed: no timer runs, and whoever waits for bytes looks again. */
function leaveNothingBehind(memory: ConnectionMemory, _held: SendLock): void {
  memory.deadlines.fill(Infinity);
  memory.receiveMutex.hold((receive) => {
    memory.receiveTimes[ReceiveTime.acknowledgmentDeadline] = Infinity;
    memory.receiveChanged.broadcast(receive);
  });
  // A reset may have to go out.
  memory.callListener.ring();
}

/**
 * Who learns that both FINs have arrived tells the other, which would otherwise wait for nothing in
 * TIME-WAIT. After a simultaneous close that is both sides, the second even if the first told it.
 */
function hasLastWord(before: State, event: StateEvent): boolean {
  if (before === State.lastAck) return event === 'finAcknowledged';
  return before === State.closing && (event === 'finAcknowledged' || event === 'peerComplete');
}
