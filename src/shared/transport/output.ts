/**
 * What goes out next. Whoever changed the state calls `run`, on a thread that may use the port:
 * retransmissions first, then queued segments as far as the windows allow; an empty one
 * if an acknowledgment is due that finds no data to ride on; last a reset. Needs the send lock, and
 * takes the receive lock inside it for what the acknowledgment says.
 */
import { HEADER_STRIDE, PART_HEADERS, SendCounter, SendTime, SendWord } from '../memory/layout.js';
import {
  type ConnectionMemory,
  NONE,
  type ReceiveLock,
  type SendLock,
} from '../memory/connection-memory.js';
import { distance, type SegmentNumber } from '../wire/serial.js';
import { AckDue, type Acknowledgments } from './acknowledgments.js';
import type { Composer } from './composer.js';
import type { CongestionControl } from './congestion/congestion-control.js';
import { State } from './connection-state.js';
import type { Outlet } from './outlet.js';
import type { OutputTimers } from './output-timers.js';
import { equalParts, firstPart } from './parts.js';
import { payloadLimit } from './path-mtu/payload-limit.js';
import type { PathMtu } from './path-mtu/path-mtu.js';
import type { RetransmissionTimers } from './retransmission-timers.js';
import { type SendWindow } from './send-window.js';
import { FIN_BIT, LossCause } from './slot-states.js';
import type { SendPermission } from './send-permission.js';
import { STRANGER_INTERVAL_MICROS, type TransportSettings } from './settings.js';

const retransmissionCounter = {
  [LossCause.reordering]: SendCounter.retransmittedByReordering,
  [LossCause.timeout]: SendCounter.retransmittedByTimeout,
  [LossCause.probe]: SendCounter.retransmittedByProbe,
} as const;

/** RFC 9000 §8.1: so many times the bytes heard may go to an address that is not proved. */
const AMPLIFICATION = 3;
/** The longest header of a segment that opens and reports nothing, and then what a response adds. */
const OPENING_BYTES = 40;
const RESPONSE_BYTES = 2;

/** What an empty segment, if one is sent, is sent for. */
const EmptyFor = {
  nothing: 0,
  acknowledgmentNow: 1,
  acknowledgmentDelayed: 2,
  probe: 3,
  response: 4,
} as const;
type EmptyFor = (typeof EmptyFor)[keyof typeof EmptyFor];

export class Output {
  /** Datagrams the port takes, and bytes congestion control lets go, before the next look. */
  #budget = 0;
  #quota = 0;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly window: SendWindow,
    private readonly permission: SendPermission,
    private readonly acknowledgments: Acknowledgments,
    private readonly retransmission: RetransmissionTimers,
    private readonly congestion: CongestionControl,
    private readonly composer: Composer,
    private readonly pathMtu: PathMtu,
    private readonly timers: OutputTimers,
    private readonly settings: TransportSettings,
  ) {}

  /** Sends all that may be sent now. */
  run(held: SendLock, nowMicros: number, outlet: Outlet): void {
    this.#budget = outlet.allowance(nowMicros);
    if (this.settings.awaitsValidation) this.#limitToUnproved(held);
    if (this.#isClosed(held)) this.#emitLastWords(held, nowMicros, outlet);
    else if (this.#budget > 0) this.#emit(held, nowMicros, outlet);
    // A port that takes nothing more for now wakes its listener when it does.
    const isPortFull = this.#budget <= 0 && outlet.allowance(nowMicros) <= 0;
    this.armTimers(held, nowMicros, isPortFull);
  }

  /** One short datagram at a time, as far as the bytes heard from an address that may be forged allow. */
  #limitToUnproved(held: SendLock): void {
    const { send, sendCounters } = this.memory;
    if (send[SendWord.peerKnowsUs] === 1) return;
    const sent = sendCounters[SendCounter.datagramBytesSent];
    const left = AMPLIFICATION * send[SendWord.unprovedBytesHeard] - sent;
    const response = send[SendWord.responseBytes];
    const needed = OPENING_BYTES + (response > 0 ? RESPONSE_BYTES + response : 0);
    this.#budget = Math.min(this.#budget, left >= needed ? 1 : 0);
    // Nobody there counts on it, and waiting for a chance to say it would keep the connection.
    if (this.#isClosed(held) && this.#budget === 0) send[SendWord.resetWanted] = 0;
  }

  /** Nothing but what proves that somebody is there: reports may be many times as long. */
  #isUnproved(_held: SendLock): boolean {
    return this.settings.awaitsValidation && this.memory.send[SendWord.peerKnowsUs] === 0;
  }

  /** The timers that depend on what waits to be sent: also after bytes were added to it. */
  armTimers(held: SendLock, nowMicros: number, isPortFull = false): void {
    if (!this.#isClosed(held)) this.timers.arm(held, nowMicros, isPortFull);
  }

  /** Whether `run` would find a segment with data to send. */
  hasWork(held: SendLock, nowMicros: number): boolean {
    const { send } = this.memory;
    return (
      this.permission.mayCloseOpenSlot(held, nowMicros) ||
      this.permission.hasData(held, nowMicros) ||
      send[SendWord.resetWanted] > 0
    );
  }

  #emit(held: SendLock, nowMicros: number, outlet: Outlet): void {
    if (this.permission.mayCloseOpenSlot(held, nowMicros)) this.window.closeOpenSlot(held);
    const hasData = this.permission.hasData(held, nowMicros);
    this.composer.begin(held, nowMicros);
    const emptyFor = this.#describeAcknowledgment(held, hasData);
    // Before the data: the report of gaps sits in the composer's segment, and data has no room for it.
    if (emptyFor !== EmptyFor.nothing) this.#emitEmpty(held, emptyFor, outlet);
    if (hasData) this.#emitData(held, nowMicros, outlet);
    this.#emitResets(held, nowMicros, outlet);
    this.#flush(held, nowMicros, outlet);
    this.#emitPathProbes(held, nowMicros, outlet);
  }

  /** Nobody would acknowledge data any more, so it would go again and again. */
  #emitLastWords(held: SendLock, nowMicros: number, outlet: Outlet): void {
    this.#emitResets(held, nowMicros, outlet);
    outlet.flush();
  }

  #isClosed(_held: SendLock): boolean {
    return this.memory.send[SendWord.state] === State.closed;
  }

  #emitData(held: SendLock, nowMicros: number, outlet: Outlet): void {
    this.#quota = this.congestion.quota(held, nowMicros);
    let slot = this.window.lost.first(held);
    while (slot !== NONE && this.#mayEmit()) {
      const following = this.window.lost.following(held, slot);
      this.#emitSlot(held, slot, nowMicros, outlet);
      slot = following;
    }
    while (this.#mayEmit() && this.permission.maySendNew(held)) {
      this.#emitSlot(held, this.window.slotOf(this.window.next(held)), nowMicros, outlet);
    }
    this.congestion.endSending(
      held,
      this.#mayEmit(),
      this.#budget > 0 && this.permission.hasSendable(held),
    );
    this.retransmission.armAfterSending(held, nowMicros);
  }

  #mayEmit(): boolean {
    return this.#budget > 0 && this.#quota > 0;
  }

  #emitSlot(held: SendLock, slot: number, nowMicros: number, outlet: Outlet): void {
    const { memory } = this;
    const bytes = memory.slotLength[slot] & ~FIN_BIT;
    const number = this.window.segmentIn(held, slot);
    const again = distance(number, this.window.next(held)) < 0;
    const probe = again && memory.slotCause[slot] === LossCause.probe;
    const asks = this.congestion.wantsAnswer(held, slot);
    const askAtOnce = probe || asks || this.permission.isLastAllowed(held, number);
    // A part has no room for an opening, and whoever does not know us yet takes an early segment whole.
    const mayGoInParts = memory.send[SendWord.peerKnowsUs] === 1;
    if (again && mayGoInParts && this.pathMtu.isBlackHole(held, slot)) this.pathMtu.fallBack(held);
    this.#count(
      again
        ? retransmissionCounter[memory.slotCause[slot] as LossCause]
        : SendCounter.dataSegmentsSent,
    );
    if (!again) memory.sendCounters[SendCounter.payloadBytesSent] += bytes;
    this.window.markSent(held, slot, nowMicros);
    this.congestion.sent(held, slot);
    this.#quota -= bytes + HEADER_STRIDE;
    if (mayGoInParts && bytes > payloadLimit(memory, held)) {
      this.#pushParts(held, slot, number, outlet);
    } else {
      const length = this.composer.data(held, slot, number, askAtOnce);
      const { composer } = this;
      this.#push(outlet, composer.headerOffset(slot), length, composer.payloadOffset(slot), bytes);
    }
  }

  /**
   * The path carries less than when this segment was cut. All parts go: one alone is of no use. The
   * last asks for an answer.
   */
  #pushParts(held: SendLock, slot: number, number: SegmentNumber, outlet: Outlet): void {
    const { composer } = this;
    const total = this.memory.slotLength[slot] & ~FIN_BIT;
    const size = equalParts(total, payloadLimit(this.memory, held));
    const count = Math.ceil(total / size);
    const first = firstPart(this.memory.slotTimesSent[slot], count);
    outlet.flush();
    for (let index = 0; index < count; index++) {
      const from = ((first + index) % count) * size;
      const bytes = Math.min(size, total - from);
      const part = { at: composer.partHeaderOffset(index), from, bytes };
      const isLast = index === count - 1;
      const length = composer.part(held, slot, number, isLast, part);
      this.#count(SendCounter.partsSent);
      this.#push(outlet, part.at, length, composer.payloadOffset(slot) + from, bytes);
      // The places for headers are used again.
      if (isLast || (index + 1) % PART_HEADERS === 0) outlet.flush();
    }
  }

  /** What the system refuses at once as too long needs no time-out: the next size is tried. */
  #emitPathProbes(held: SendLock, nowMicros: number, outlet: Outlet): void {
    const { composer, pathMtu } = this;
    for (;;) {
      const bytes = this.#budget > 0 ? pathMtu.wantedProbeBytes(held) : 0;
      if (bytes === 0) return;
      const length = composer.probe(held, bytes);
      this.#push(outlet, composer.probeOffset, length, composer.paddingOffset, bytes - length);
      pathMtu.probeSent(held, nowMicros);
      this.#flush(held, nowMicros, outlet);
    }
  }

  #flush(held: SendLock, nowMicros: number, outlet: Outlet): void {
    outlet.flush();
    const refused = outlet.takeRefusedBytes?.() ?? Infinity;
    if (refused < Infinity) this.pathMtu.refused(held, refused, nowMicros);
  }

  #emitEmpty(held: SendLock, emptyFor: EmptyFor, outlet: Outlet): void {
    const { send } = this.memory;
    // The answer is the proof, and there are few bytes left to ask for it again.
    const unproved = this.#isUnproved(held);
    const probe = unproved || send[SendWord.probeWanted] === 1;
    send[SendWord.probeWanted] = 0;
    if (unproved) this.#reportNothing();
    const length = this.composer.empty(held, probe);
    this.#push(outlet, this.composer.emptyOffset, length, this.composer.emptyOffset, 0);
    if (emptyFor === EmptyFor.acknowledgmentNow) this.#count(SendCounter.acknowledgmentsImmediate);
    if (emptyFor === EmptyFor.acknowledgmentDelayed)
      this.#count(SendCounter.acknowledgmentsDelayed);
    this.#reportNothing();
  }

  #reportNothing(): void {
    this.composer.segment.sackCount = 0;
    this.composer.segment.duplicateCount = 0;
  }

  #emitResets(held: SendLock, nowMicros: number, outlet: Outlet): void {
    const { send, sendTimes } = this.memory;
    const wanted = send[SendWord.resetWanted];
    if (wanted > 0 && this.#budget > 0) {
      send[SendWord.resetWanted] = 0;
      this.#pushReset(outlet, this.composer.reset(held, wanted - 1));
      this.memory.sendChanged.broadcast(held);
    }
    const stranger = send[SendWord.strangerId];
    if (stranger === 0 || this.#budget <= 0) return;
    send[SendWord.strangerId] = 0;
    if (nowMicros - sendTimes[SendTime.strangerAnsweredAt] < STRANGER_INTERVAL_MICROS) return;
    sendTimes[SendTime.strangerAnsweredAt] = nowMicros;
    // Both kinds use the same bytes of the scratch area.
    if (wanted > 0) outlet.flush();
    this.#pushReset(outlet, this.composer.strangerReset(held, stranger));
  }

  /** Fills in what every segment says of arrivals; decides whether an empty one must say it. */
  #describeAcknowledgment(held: SendLock, hasData: boolean): EmptyFor {
    if (!this.permission.peerIsKnown(held)) return this.#emptyFor(held, AckDue.no, hasData);
    return this.memory.receiveMutex.hold((receive) =>
      this.#describeHolding(held, receive, hasData),
    );
  }

  #describeHolding(held: SendLock, receive: ReceiveLock, hasData: boolean): EmptyFor {
    const { acknowledgments, composer } = this;
    const due = acknowledgments.due(receive);
    const report = acknowledgments.needsReport(receive);
    const emptyFor = this.#emptyFor(held, due, hasData && !report);
    const probing = this.pathMtu.wantedProbeBytes(held) > 0;
    if (hasData || probing || emptyFor !== EmptyFor.nothing)
      acknowledgments.describe(receive, composer.segment);
    if (emptyFor !== EmptyFor.nothing) {
      if (acknowledgments.awaitsProof(receive)) this.memory.send[SendWord.probeWanted] = 1;
      if (report) acknowledgments.describeReport(receive, composer.segment);
      acknowledgments.settle(receive);
    } else if (hasData && !report) {
      if (acknowledgments.isPending(receive)) this.#count(SendCounter.acknowledgmentsPiggybacked);
      acknowledgments.settle(receive);
    }
    return emptyFor;
  }

  #emptyFor(_held: SendLock, due: AckDue, ridesOnData: boolean): EmptyFor {
    if (!ridesOnData && due === AckDue.now) return EmptyFor.acknowledgmentNow;
    if (!ridesOnData && due === AckDue.delayed) return EmptyFor.acknowledgmentDelayed;
    const { send } = this.memory;
    if (send[SendWord.probeWanted] === 1) return EmptyFor.probe;
    return send[SendWord.responseBytes] > 0 ? EmptyFor.response : EmptyFor.nothing;
  }

  #pushReset(outlet: Outlet, length: number): void {
    this.#count(SendCounter.resetsSent);
    this.#push(outlet, this.composer.resetOffset, length, this.composer.resetOffset, 0);
  }

  #push(
    outlet: Outlet,
    header: number,
    headerLength: number,
    payload: number,
    bytes: number,
  ): void {
    this.#budget -= 1;
    this.#count(SendCounter.datagramsSent);
    this.memory.sendCounters[SendCounter.datagramBytesSent] += headerLength + bytes;
    outlet.push(header, headerLength, payload, bytes);
  }

  #count(counter: number): void {
    this.memory.sendCounters[counter] += 1;
  }
}
