/**
 * One thread's view of a connection's shared memory: typed arrays over the sections of the layout,
 * and the locks, conditions and bells that live in it. Each thread makes its own; nothing here is
 * shared but the buffer.
 */
import { Bell, type Ringer } from './bell.js';
import { type ByteCopier, plainCopier } from './byte-copier.js';
import { Condition } from './condition.js';
import {
  ConnectionWord,
  type Geometry,
  layOut,
  type Offsets,
  ReceiveWord,
  RESPONSE_TOKEN_BYTES,
  SCRATCH_BYTES,
  SendWord,
} from './layout.js';
import { type Held, Mutex } from './mutex.js';
import type { PageReturn } from './page-return.js';

export type SendLock = Held<'send'>;
export type ReceiveLock = Held<'receive'>;

/** Marks the end of a list of slots. */
export const NONE = -1;

export class ConnectionMemory {
  readonly geometry: Required<Geometry>;
  readonly offsets: Offsets;

  readonly words: Int32Array;
  readonly send: Int32Array;
  readonly receive: Int32Array;
  readonly sendTimes: Float64Array;
  readonly deadlines: Float64Array;
  readonly receiveTimes: Float64Array;
  readonly congestion: Float64Array;
  readonly cubic: Float64Array;
  readonly bbr: Float64Array;
  readonly tuning: Float64Array;
  readonly sendCounters: Float64Array;
  readonly receiveCounters: Float64Array;
  readonly portCounters: Float64Array;
  readonly duplicates: Int32Array;
  readonly failureText: Uint8Array;
  readonly peerAddress: Uint8Array;
  readonly token: Uint8Array;

  readonly slotState: Int32Array;
  readonly slotLength: Int32Array;
  readonly slotTimesSent: Int32Array;
  readonly slotChecksum: Int32Array;
  readonly slotPrevious: Int32Array;
  readonly slotFollowing: Int32Array;
  readonly slotCause: Int32Array;
  readonly slotFirstSent: Float64Array;
  readonly slotLastSent: Float64Array;
  readonly slotAgainSegment: Int32Array;
  readonly slotAgainLateness: Float64Array;
  readonly slotDelivered: Float64Array;
  readonly slotDeliveredAt: Float64Array;
  readonly slotFlightSentAt: Float64Array;
  readonly slotInFlight: Float64Array;
  readonly slotLost: Float64Array;
  readonly slotLimited: Int32Array;
  readonly receivedLength: Int32Array;

  /** All of it: what runs of datagrams are byte ranges of. */
  readonly bytes: Uint8Array;
  readonly scratch: Uint8Array;
  readonly responseToken: Uint8Array;

  readonly sendMutex: Mutex<'send'>;
  readonly receiveMutex: Mutex<'receive'>;
  readonly sendChanged: Condition<'send'>;
  readonly receiveChanged: Condition<'receive'>;
  readonly listenerBell: Bell;
  readonly timerBell: Bell;
  /** How this thread calls the two roles; at an endpoint, the endpoint's way (see {@link Call}). */
  callListener: Ringer;
  callTimer: Ringer;
  /** How it calls an application that has an event loop and so does not sleep on the conditions. */
  callApplication: Ringer | undefined;
  /** Asks for a ring of so many bytes instead of `already`; at an endpoint there is a limit. */
  claimBytes: (bytes: number, already: number) => boolean = () => true;
  /** Replaced on a thread that works with the kernel directly. */
  copier: ByteCopier = plainCopier;
  /** There on a thread that does. */
  pageReturn: PageReturn | undefined;

  constructor(
    readonly buffer: SharedArrayBuffer,
    timers: number,
    /** Where in the buffer it begins: the buffer may hold others. */
    readonly base = 0,
  ) {
    const { sendSlots, receiveSlots } = (this.geometry = readGeometry(buffer, base));
    const { offsets, bytes: length } = layOut(this.geometry, timers);
    this.offsets = offsets;
    const int32 = (at: number, count: number) => new Int32Array(buffer, base + at, count);
    const float64 = (at: number, count: number) => new Float64Array(buffer, base + at, count);
    const uint8 = (at: number, count: number) => new Uint8Array(buffer, base + at, count);
    const until = (from: number, to: number, size: number) => (to - from) / size;

    this.words = int32(
      offsets.connectionWords,
      until(offsets.connectionWords, offsets.sendWords, 4),
    );
    this.send = int32(offsets.sendWords, until(offsets.sendWords, offsets.receiveWords, 4));
    this.receive = int32(offsets.receiveWords, until(offsets.receiveWords, offsets.sendTimes, 4));
    this.sendTimes = float64(offsets.sendTimes, until(offsets.sendTimes, offsets.deadlines, 8));
    this.deadlines = float64(offsets.deadlines, timers);
    this.receiveTimes = float64(offsets.receiveTimes, 1);
    this.congestion = float64(offsets.congestion, until(offsets.congestion, offsets.cubic, 8));
    this.cubic = float64(offsets.cubic, until(offsets.cubic, offsets.bbr, 8));
    this.bbr = float64(offsets.bbr, until(offsets.bbr, offsets.tuning, 8));
    this.tuning = float64(offsets.tuning, until(offsets.tuning, offsets.sendCounters, 8));
    this.sendCounters = float64(
      offsets.sendCounters,
      until(offsets.sendCounters, offsets.receiveCounters, 8),
    );
    this.receiveCounters = float64(
      offsets.receiveCounters,
      until(offsets.receiveCounters, offsets.portCounters, 8),
    );
    this.portCounters = float64(
      offsets.portCounters,
      until(offsets.portCounters, offsets.duplicates, 8),
    );
    this.duplicates = int32(offsets.duplicates, until(offsets.duplicates, offsets.failureText, 4));
    this.failureText = uint8(offsets.failureText, offsets.peerAddress - offsets.failureText);
    this.peerAddress = uint8(offsets.peerAddress, offsets.token - offsets.peerAddress);
    this.token = uint8(offsets.token, offsets.responseToken - offsets.token);

    this.slotState = int32(offsets.slotState, sendSlots);
    this.slotLength = int32(offsets.slotLength, sendSlots);
    this.slotTimesSent = int32(offsets.slotTimesSent, sendSlots);
    this.slotChecksum = int32(offsets.slotChecksum, sendSlots);
    this.slotPrevious = int32(offsets.slotPrevious, sendSlots);
    this.slotFollowing = int32(offsets.slotFollowing, sendSlots);
    this.slotCause = int32(offsets.slotCause, sendSlots);
    this.slotFirstSent = float64(offsets.slotFirstSent, sendSlots);
    this.slotLastSent = float64(offsets.slotLastSent, sendSlots);
    this.slotAgainSegment = int32(offsets.slotAgainSegment, sendSlots);
    this.slotAgainLateness = float64(offsets.slotAgainLateness, sendSlots);
    this.slotDelivered = float64(offsets.slotDelivered, sendSlots);
    this.slotDeliveredAt = float64(offsets.slotDeliveredAt, sendSlots);
    this.slotFlightSentAt = float64(offsets.slotFlightSentAt, sendSlots);
    this.slotInFlight = float64(offsets.slotInFlight, sendSlots);
    this.slotLost = float64(offsets.slotLost, sendSlots);
    this.slotLimited = int32(offsets.slotLimited, sendSlots);
    this.receivedLength = int32(offsets.receivedLength, receiveSlots);

    this.bytes = uint8(0, length);
    this.scratch = uint8(offsets.scratch, SCRATCH_BYTES);
    this.responseToken = uint8(offsets.responseToken, RESPONSE_TOKEN_BYTES);

    this.sendMutex = new Mutex(this.send, SendWord.lock);
    this.receiveMutex = new Mutex(this.receive, ReceiveWord.lock);
    this.sendChanged = new Condition(
      this.send,
      SendWord.changeSequence,
      SendWord.changeWaiters,
      this.sendMutex,
    );
    this.receiveChanged = new Condition(
      this.receive,
      ReceiveWord.changeSequence,
      ReceiveWord.changeWaiters,
      this.receiveMutex,
    );
    this.listenerBell = new Bell(
      this.words,
      ConnectionWord.listenerBellCount,
      ConnectionWord.listenerBellSleepers,
    );
    this.timerBell = new Bell(
      this.words,
      ConnectionWord.timerBellCount,
      ConnectionWord.timerBellSleepers,
    );
    this.callListener = this.listenerBell;
    this.callTimer = this.timerBell;
  }

  /**
   * Zero again for another connection, all pages given back; where that cannot be done, zero but for
   * what is written before it is read. Nobody else may look any more.
   */
  clear(): void {
    const { bytes, offsets, pageReturn } = this;
    if (pageReturn !== undefined) {
      pageReturn.zero(bytes, 0, bytes.length);
      return;
    }
    const sendSlots = this.send[SendWord.ringSlotsMost];
    const receiveSlots = this.receive[ReceiveWord.ringSlotsMost];
    for (const entries of this.sendSlotEntries) entries.fill(0, 0, sendSlots);
    this.receivedLength.fill(0, 0, receiveSlots);
    bytes.fill(0, 0, offsets.slotState);
  }

  /** A ring has become smaller: what lies in its payload slots [from, to) is of no use any more. */
  forgetSlots(ring: 'sendPayload' | 'receivePayload', from: number, to: number): void {
    const { bytes, offsets, geometry, pageReturn } = this;
    const slot = (index: number) => offsets[ring] + index * geometry.slotBytes;
    pageReturn?.discard(bytes, slot(from), slot(to));
  }

  /** All that is remembered of a send slot, beside its payload. */
  get sendSlotEntries(): readonly (Int32Array | Float64Array)[] {
    return [
      this.slotState,
      this.slotLength,
      this.slotTimesSent,
      this.slotChecksum,
      this.slotPrevious,
      this.slotFollowing,
      this.slotCause,
      this.slotFirstSent,
      this.slotLastSent,
      this.slotAgainSegment,
      this.slotAgainLateness,
      this.slotDelivered,
      this.slotDeliveredAt,
      this.slotFlightSentAt,
      this.slotInFlight,
      this.slotLost,
      this.slotLimited,
    ];
  }

  get localConnectionId(): number {
    return this.words[ConnectionWord.localConnectionId];
  }

  get stopRequested(): boolean {
    return Atomics.load(this.words, ConnectionWord.stopRequested) !== 0;
  }

  /** Sets the stop word and wakes whoever sleeps, so that each looks at it. Any thread. */
  requestStop(): void {
    Atomics.store(this.words, ConnectionWord.stopRequested, 1);
    this.wakeEverybody();
  }

  /** After something that ends every wait: a stop, a failure. Takes both locks, one by one. */
  wakeEverybody(): void {
    const send = this.sendMutex.lock();
    this.sendChanged.broadcast(send);
    this.sendMutex.unlock(send);
    const receive = this.receiveMutex.lock();
    this.receiveChanged.broadcast(receive);
    this.receiveMutex.unlock(receive);
    this.callListener.ring();
    this.callTimer.ring();
  }
}

/** A zeroed buffer that describes its own geometry, for one connection. */
export function allocateConnection(
  geometry: Geometry,
  timers: number,
  localConnectionId: number,
): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(layOut(geometry, timers).bytes);
  describeConnection(buffer, geometry, localConnectionId);
  return buffer;
}

/** Writes the words guarded by `start` into memory that is all zero. Before any thread starts. */
export function describeConnection(
  buffer: SharedArrayBuffer,
  geometry: Geometry,
  localConnectionId: number,
  base = 0,
): void {
  const { sendSlots, receiveSlots } = geometry;
  const { firstSendSlots = sendSlots, firstReceiveSlots = receiveSlots } = geometry;
  const words = startWords(buffer, base);
  words[ConnectionWord.sendSlots] = sendSlots;
  words[ConnectionWord.receiveSlots] = receiveSlots;
  words[ConnectionWord.firstSendSlots] = firstSendSlots;
  words[ConnectionWord.firstReceiveSlots] = firstReceiveSlots;
  words[ConnectionWord.slotBytes] = geometry.slotBytes;
  words[ConnectionWord.localConnectionId] = localConnectionId;
}

function readGeometry(buffer: SharedArrayBuffer, base: number): Required<Geometry> {
  const words = startWords(buffer, base);
  return {
    sendSlots: words[ConnectionWord.sendSlots],
    receiveSlots: words[ConnectionWord.receiveSlots],
    firstSendSlots: words[ConnectionWord.firstSendSlots],
    firstReceiveSlots: words[ConnectionWord.firstReceiveSlots],
    slotBytes: words[ConnectionWord.slotBytes],
  };
}

function startWords(buffer: SharedArrayBuffer, base: number): Int32Array {
  return new Int32Array(buffer, base, Object.keys(ConnectionWord).length);
}
