/**
 * What was given to `send` and is not yet acknowledged: a ring of segment slots.
 *
 * ```
 *        sendUnacknowledged       sendNext        sendTail           + ringSlots
 *   free │ in flight, lost,         │ queued         │ open │ free       │
 *        │ acknowledged             │                │      │            │
 *
 *   free ─▶ filling ⇄ open ─▶ queued ─▶ in flight ⇄ lost
 *             └────────────────▲            └──▶ acknowledged ◀─┘ ─▶ free
 * ```
 *
 * The state of a slot says who may touch its bytes: `free` and `filling` belong to the application
 * thread, which copies outside any lock; from `queued` on the bytes stay as they are until the slot
 * is free again. States, lists and sequence words need the send lock.
 */
import { SendCounter, sendSlotCost, SendTime, SendWord } from '../memory/layout.js';
import { type ConnectionMemory, NONE, type SendLock } from '../memory/connection-memory.js';
import { advance, distance, segmentNumber, type SegmentNumber } from '../wire/serial.js';
import { isPlacedAlike, movingSlots } from './ring.js';
import { inFlightList, lostList, type SlotList } from './slot-lists.js';
import { moveSendSlots } from './slot-moves.js';
import { FIN_BIT, type LossCause, SlotState } from './slot-states.js';

/** Told of each slot that the peer is found to hold, before the slot is let go. */
export interface DeliveryWitness {
  delivered(held: SendLock, slot: number, segment: SegmentNumber): void;
}

export class SendWindow {
  readonly inFlight: SlotList;
  readonly lost: SlotList;
  #largestDelivered = 0;

  constructor(private readonly memory: ConnectionMemory) {
    this.inFlight = inFlightList(memory);
    this.lost = lostList(memory);
  }

  /** Before the threads start. */
  initialize(): void {
    const { send, geometry } = this.memory;
    send[SendWord.ringSlots] = geometry.firstSendSlots;
    send[SendWord.ringSlotsMost] = geometry.firstSendSlots;
    this.inFlight.initialize();
    this.lost.initialize();
  }

  /** Slots in use: for the application, or with the lock held. */
  get slots(): number {
    return this.memory.send[SendWord.ringSlots];
  }

  get #mask(): number {
    return this.memory.send[SendWord.ringSlots] - 1;
  }

  unacknowledged(_held: SendLock): SegmentNumber {
    return segmentNumber(this.memory.send[SendWord.sendUnacknowledged]);
  }

  next(_held: SendLock): SegmentNumber {
    return segmentNumber(this.memory.send[SendWord.sendNext]);
  }

  tail(_held: SendLock): SegmentNumber {
    return segmentNumber(this.memory.send[SendWord.sendTail]);
  }

  slotOf(segment: SegmentNumber): number {
    return segment & this.#mask;
  }

  /** The segment that a slot in use holds. */
  segmentIn(held: SendLock, slot: number): SegmentNumber {
    const oldest = this.unacknowledged(held);
    return advance(oldest, (slot - oldest) & this.#mask);
  }

  /** Slots the application may fill; one is kept back, so that a FIN always finds room. */
  freeSlots(held: SendLock): number {
    return this.#mask - distance(this.tail(held), this.unacknowledged(held));
  }

  /** Application: makes the ring twice as large; false if it cannot be. */
  double(held: SendLock): boolean {
    const { send, geometry, claimBytes } = this.memory;
    const slots = this.slots;
    if (slots === geometry.sendSlots) return false;
    if (slots === send[SendWord.ringSlotsMost]) {
      const bytes = slots * sendSlotCost(geometry);
      if (!claimBytes(2 * bytes, bytes)) return false;
      send[SendWord.ringSlotsMost] = 2 * slots;
    }
    const moving = movingSlots(this.unacknowledged(held), this.#endOfUsed(held), slots);
    moveSendSlots(this.memory, held, moving, slots);
    send[SendWord.ringSlots] = 2 * slots;
    return true;
  }

  /** Application: makes the ring half as large; false if it cannot be, or not now. */
  halve(held: SendLock): boolean {
    const slots = this.slots;
    const used = distance(this.#endOfUsed(held), this.unacknowledged(held));
    const fits = slots > this.memory.geometry.firstSendSlots && used < slots / 2;
    if (!fits || !this.#isPlacedAlike(held, slots / 2)) return false;
    this.memory.send[SendWord.ringSlots] = slots / 2;
    this.memory.forgetSlots('sendPayload', slots / 2, slots);
    return true;
  }

  #isPlacedAlike(held: SendLock, slots: number): boolean {
    return isPlacedAlike(this.unacknowledged(held), this.#endOfUsed(held), slots);
  }

  /** The slot behind the last segment may be open, and hold bytes. */
  #endOfUsed(held: SendLock): SegmentNumber {
    return advance(this.tail(held), this.#hasOpenSlot(held) ? 1 : 0);
  }

  #hasOpenSlot(_held: SendLock): boolean {
    return this.memory.send[SendWord.openSlotBytes] > 0;
  }

  hasQueued(held: SendLock): boolean {
    return this.next(held) !== this.tail(held);
  }

  /** Ends the open slot, if there is one that nobody is filling: it will carry no more bytes. */
  closeOpenSlot(held: SendLock): boolean {
    const slot = this.slotOf(this.tail(held));
    if (this.memory.slotState[slot] !== SlotState.open) return false;
    this.#queueTail(held, slot);
    this.memory.send[SendWord.openSlotBytes] = 0;
    this.memory.send[SendWord.flushWanted] = 0;
    return true;
  }

  /** Ends the stream: the FIN rides on the last segment not yet sent, or takes one of its own. */
  queueFin(held: SendLock): void {
    const { send, slotState, slotLength } = this.memory;
    if (!this.closeOpenSlot(held) && !this.hasQueued(held)) {
      const slot = this.slotOf(this.tail(held));
      slotLength[slot] = 0;
      slotState[slot] = SlotState.filling;
      this.memory.slotChecksum[slot] = 0;
      this.#queueTail(held, slot);
    }
    const last = advance(this.tail(held), -1);
    slotLength[this.slotOf(last)] |= FIN_BIT;
    send[SendWord.finQueued] = 1;
    send[SendWord.finNumber] = last;
  }

  /** All bytes have arrived; of what was sent at most a FIN by itself is still unanswered. */
  hasDeliveredAllBytes(held: SendLock): boolean {
    const oldest = this.unacknowledged(held);
    const left = distance(this.tail(held), oldest);
    if (left === 0) return this.memory.send[SendWord.openSlotBytes] === 0;
    return left === 1 && this.memory.slotLength[this.slotOf(oldest)] === FIN_BIT;
  }

  /** Records a transmission, the first or another; the slot is then the latest in flight. */
  markSent(held: SendLock, slot: number, nowMicros: number): void {
    const { send, sendTimes, slotState, slotTimesSent, slotLastSent } = this.memory;
    const state = slotState[slot];
    if (state === SlotState.queued) {
      send[SendWord.sendNext] = advance(this.next(held), 1);
      slotTimesSent[slot] = 0;
      this.memory.slotFirstSent[slot] = nowMicros;
    } else if (state === SlotState.lost) {
      this.lost.remove(held, slot);
    }
    slotState[slot] = SlotState.inFlight;
    slotTimesSent[slot] += 1;
    // A thread may have looked at the clock and then waited for the lock while another one sent.
    const before = this.inFlight.last(held);
    const earliest = before === NONE ? sendTimes[SendTime.pathSince] : slotLastSent[before];
    slotLastSent[slot] = Math.max(nowMicros, earliest);
    this.inFlight.append(held, slot);
  }

  /** In flight → lost: the slot waits for its retransmission. */
  markLost(held: SendLock, slot: number, cause: LossCause): void {
    this.inFlight.remove(held, slot);
    this.memory.slotState[slot] = SlotState.lost;
    this.memory.slotCause[slot] = cause;
    this.lost.append(held, slot);
  }

  /** Everything before `cumulativeAck` has arrived: frees those slots. Returns how many. */
  acknowledgeBefore(
    held: SendLock,
    cumulativeAck: SegmentNumber,
    witness: DeliveryWitness,
  ): number {
    const { send, slotState, slotLength, sendCounters } = this.memory;
    const oldest = this.unacknowledged(held);
    const count = distance(cumulativeAck, oldest);
    let bytes = 0;
    for (let i = 0; i < count; i++) {
      const segment = advance(oldest, i);
      const slot = this.slotOf(segment);
      if (slotState[slot] === SlotState.acknowledged) {
        send[SendWord.selectivelyAcknowledged] -= 1;
      } else {
        this.#deliver(held, slot, segment, witness);
      }
      slotState[slot] = SlotState.free;
      bytes += slotLength[slot] & ~FIN_BIT;
    }
    sendCounters[SendCounter.payloadBytesReleased] += bytes;
    if (count > 0) send[SendWord.sendUnacknowledged] = cumulativeAck;
    return count;
  }

  /** The peer holds [from, to), above the cumulative acknowledgment. Returns how many are new. */
  acknowledgeRange(
    held: SendLock,
    from: SegmentNumber,
    to: SegmentNumber,
    witness: DeliveryWitness,
  ): number {
    const { send, slotState } = this.memory;
    let count = 0;
    for (let segment = from; segment !== to; segment = advance(segment, 1)) {
      const slot = this.slotOf(segment);
      if (slotState[slot] === SlotState.acknowledged) continue;
      this.#deliver(held, slot, segment, witness);
      slotState[slot] = SlotState.acknowledged;
      count += 1;
    }
    send[SendWord.selectivelyAcknowledged] += count;
    return count;
  }

  /** Payload bytes of the largest segment found delivered since the last call. */
  takeLargest(): number {
    const largest = this.#largestDelivered;
    this.#largestDelivered = 0;
    return largest;
  }

  #deliver(held: SendLock, slot: number, segment: SegmentNumber, witness: DeliveryWitness): void {
    const wasLost = this.memory.slotState[slot] === SlotState.lost;
    (wasLost ? this.lost : this.inFlight).remove(held, slot);
    const bytes = this.memory.slotLength[slot] & ~FIN_BIT;
    this.memory.sendCounters[SendCounter.payloadBytesAcknowledged] += bytes;
    if (bytes > this.#largestDelivered) this.#largestDelivered = bytes;
    witness.delivered(held, slot, segment);
  }

  #queueTail(held: SendLock, slot: number): void {
    this.memory.slotState[slot] = SlotState.queued;
    this.memory.send[SendWord.sendTail] = advance(this.tail(held), 1);
  }
}
