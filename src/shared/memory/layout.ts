/**
 * The shared memory of a connection: the one file that knows an offset.
 *
 * ```
 *  ┌────────────────────────────────────────────────────────────────────────────┐
 *  │ connection words    stop, failure, geometry, connection ID                   │
 *  │ send words          what the send lock guards: windows, lists, state         │
 *  │ receive words       what the receive lock guards: window, acknowledgments    │
 *  │ send times          RTT, deadlines (Float64, microseconds)                   │
 *  │ receive times       the deadline of a delayed acknowledgment                 │
 *  │ congestion, cubic, bbr   what the path carries (Float64)                     │
 *  │ tuning              how large a receive window is worth advertising          │
 *  │ send, receive, port counters (Float64)                                       │
 *  │ failure text, the peer's address, tokens                                     │
 *  ├────────────────────────────────────────────────────────────────────────────┤
 *  │ send slots      state │ length │ times sent │ CRC │ previous │ next │ cause   │
 *  │                 first sent │ last sent │ lateness (Float64)                 │
 *  │                 what was delivered, in flight and lost when it was sent      │
 *  │ receive slots   length                                                       │
 *  ├────────────────────────────────────────────────────────────────────────────┤
 *  │ scratch header  one datagram, for segments that have no slot                 │
 *  │ header ring     one 32-byte header a send slot                               │
 *  │ part headers    for a slot that goes in several datagrams                    │
 *  │ padding         zeros, for probes of the path                                │
 *  │ payload ring    send slots, contiguous                                       │
 *  │ payload ring    receive slots, contiguous                                    │
 *  └────────────────────────────────────────────────────────────────────────────┘
 * ```
 *
 * Segment n lives in slot n mod slots, on both sides. Every section begins on a cache line, so
 * that the two locks and what they guard never share one. Copies between shared memory and elsewhere
 * are quick only where both ends agree modulo 8: all rings and strides are multiples of 8.
 *
 * From the send slots on everything may be made zero while no slot is in use (see Rest).
 */
import { bbrDeclarations, congestionDeclarations, cubicDeclarations } from './congestion-layout.js';
import {
  portCounterDeclarations,
  receiveCounterDeclarations,
  sendCounterDeclarations,
} from './counter-layout.js';
import { endingDeclarations } from './ending.js';
import { placeSections } from './placing.js';
import { sectionDeclarations } from './section-layout.js';
import { tuningDeclarations } from './tuning-layout.js';
import { guardedBy, numberWords } from './words.js';

export { bbrDeclarations, congestionDeclarations, cubicDeclarations, tuningDeclarations };
export { portCounterDeclarations, receiveCounterDeclarations, sendCounterDeclarations };
export { sectionDeclarations };

/** Bytes kept free for the header in each datagram, and the stride of the header ring. */
export const HEADER_STRIDE = 32;
/** Room for one whole datagram without a slot: an acknowledgment with many ranges, a reset, a probe. */
export const SCRATCH_BYTES = 1664;
/** Parts of slots that one run of datagrams holds at the most. */
export const PART_HEADERS = 64;
/** The longest token (docs/wire-format.md, A.9). */
export const RESPONSE_TOKEN_BYTES = 64;
export const FAILURE_TEXT_BYTES = 2048;
/** Host and port of the peer, as text. */
export const PEER_ADDRESS_BYTES = 128;
/** The longest token of a retry (docs/wire-format.md, A.9). */
export const TOKEN_BYTES = 64;
/** Nine words, nine numbers and a header a send slot. */
const SEND_SLOT_ENTRY_BYTES = 9 * 4 + 9 * 8 + HEADER_STRIDE;
/** How many duplicate arrivals one acknowledgment reports at the most. */
export const DUPLICATES_REMEMBERED = 16;

export const connectionDeclarations = {
  ...endingDeclarations,
  ...guardedBy('start', {
    sendSlots: 'number of send slots, a power of two',
    receiveSlots: 'number of receive slots, a power of two; the receive window in segments',
    firstSendSlots: 'send slots that the ring begins with, a power of two',
    firstReceiveSlots: 'receive slots that the ring begins with, a power of two',
    slotBytes: 'bytes of payload a slot holds',
    localConnectionId: 'our connection ID, never 0',
  }),
  ...guardedBy('atomic', {
    listenerBellCount: 'of a connection without an endpoint, in lab and simulation; see Bell',
    listenerBellSleepers: 'see Bell',
    timerBellCount: 'the same for its timer; see Bell',
    timerBellSleepers: 'see Bell',
  }),
} as const;

export const sendDeclarations = {
  ...guardedBy('atomic', {
    lock: 'the send lock itself; see Mutex',
    restWanted: 'the timer asks the listener to give back pages of idle slots; 1 until it looks',
  }),
  // The listener is the only writer of these and may read them without the lock.
  ...guardedBy('send lock', {
    peerConnectionId: "the peer's connection ID, 0 while unknown; written by the listener",
    peerKnowsUs: '1 once a segment addressed to our ID has arrived; written by the listener',
    peerIsAssured:
      '1 once the peer has left its opening out, so it knows that we know it; by the listener',
    peerAddressBytes: 'length of the peer’s address; by the listener, or before the start',
    peerMoves: 'how often the peer’s address has changed, to know an old copy by; by the listener',
    unprovedBytesHeard:
      'bytes of the openings of a peer whose address is not proved; by the listener',
    peerMaximumDatagram:
      'largest datagram that the peer takes, in bytes of UDP payload; by the listener',
    unchecked: '1 if both sides do without a check of integrity; by the listener',
    peerWindow: "the peer's full receive window in segments, 0 while unknown; by the listener",
    sendUnacknowledged: 'SND.UNA: oldest segment not yet acknowledged; written by the listener',
    sendLimit: 'first segment the peer has no room for, never moves back; by the listener',
  }),
  ...guardedBy('send lock', {
    noDelay: '1 if a partial segment never waits (no Nagle, RFC 896)',
    tokenBytes: 'length of the token that our next openings carry, 0 for none',
    changeSequence: 'condition "send state changed": see Condition',
    changeWaiters: 'condition "send state changed": see Condition',
    state: 'State of connection-state.ts; stored with the send lock held, loaded by anyone',
    sendNext: 'SND.NXT: next segment never sent so far',
    sendTail: 'first segment that is still open or free; [sendNext, sendTail) is queued',
    ringSlots:
      'send slots in use, a power of two; written by the application, which may read it without',
    ringSlotsMost: 'the most of them so far: those behind it nobody has ever touched',
    selectivelyAcknowledged: 'slots above sendUnacknowledged that the peer holds',
    inFlightFirst: 'slot sent longest ago of those in flight, or NONE',
    inFlightLast: 'slot sent last of those in flight, or NONE',
    inFlightCount: 'slots in flight',
    lostFirst: 'first slot to retransmit, or NONE',
    lostLast: 'last slot to retransmit, or NONE',
    lostCount: 'slots that wait for retransmission',
    finQueued: '1 once the stream has been ended by the application',
    finNumber: 'segment that carries the FIN; valid once finQueued is 1',
    backOff: 'how many retransmission time-outs in a row, RFC 6298 §5.5',
    probeWanted: '1 if an empty segment that asks for an acknowledgment is to be sent',
    probesUnanswered: 'window probes in a row without an answer, for their back-off',
    tailProbeOut: '1 while a tail loss probe is unanswered, RFC 8985 §7.4.1',
    tailProbePending: '1 while nobody knows whether the last tail loss probe has repaired a loss',
    tailProbeSegment: 'TLP.end_seq: the segment it sent again',
    resetWanted: '0, or 1 + reason of the reset that is to be sent',
    strangerId: 'unknown destination ID that is to be answered with a reset, 0 if none',
    pathDatagramBytes: 'PLPMTU, RFC 8899: largest datagram that the path is taken to carry',
    pathCeiling: 'smallest datagram that the search has given up, or one above the largest wanted',
    pathState: 'PathState of path-mtu.ts',
    pathProbeBytes: 'size of the probe that is wanted or unanswered, 0 if there is none',
    pathProbeWanted: '1 if it is to be sent',
    pathProbesLost: 'probes of that size in a row without an answer',
    responseBytes: '0, or 1 + length of the token of a challenge that is to be answered',
    openSlotBytes: 'bytes in the open slot; 0 if there is none',
    flushWanted: '1 if the open slot must not wait for more bytes',
    rackSegment: 'the segment that rackSentAt speaks of, to break ties',
    highestAcknowledged: 'RACK.fack: one past the highest segment the peer is known to hold',
    reorderingSeen: '1 once a segment was delivered after one sent later, RFC 8985 §6.2',
    reorderingSteps: 'reo_wnd_mult of RFC 8985 §6.2',
    reorderingPersist: 'reo_wnd_persist of RFC 8985 §6.2: recoveries until the steps reset',
    inRecovery: '1 from a detected loss until recoveryPoint is acknowledged',
    recoveryPoint: 'sendNext when the recovery began',
    stepRoundEnd: 'the reordering window grows at most once until this segment is acknowledged',
    extentRoundEnd: 'the reordering extent shrinks at most once until this segment is acknowledged',
  }),
} as const;

export const receiveDeclarations = {
  ...guardedBy('atomic', { lock: 'the receive lock itself; see Mutex' }),
  ...guardedBy('receive lock', {
    changeSequence: 'condition "bytes or end of stream are there": see Condition',
    changeWaiters: 'condition "bytes or end of stream are there": see Condition',
    deliverable: '1 once the data is proved to be of this connection and may reach the application',
    acknowledgmentsPending: 'segments received since the last acknowledgment went out',
    acknowledgeNow: '1 if an acknowledgment must not be delayed',
    delayExpired: '1 once a delayed acknowledgment has waited long enough',
    windowEdgeAdvertised: 'first segment the last acknowledgment had no room for',
    reportCursor: 'segment at which the next selective acknowledgment begins its ranges',
    duplicateCount: 'entries of the duplicates ring in use',
  }),
  ...guardedBy('listener', {
    ringSlots:
      'receive slots in use, a power of two; stored with the receive lock held, loaded by anyone',
    ringSlotsMost: 'the most of them so far: those behind it nobody has ever touched',
    receiveNext: 'RCV.NXT; stored with the receive lock held, loaded by anyone',
    highestReceived: 'one past the highest segment received; receive lock to read elsewhere',
    finKnown: '1 once the segment with the FIN has arrived; receive lock to read elsewhere',
    finNumber: 'segment that carried the FIN; valid once finKnown is 1; as finKnown',
  }),
  ...guardedBy('application', {
    readNext: 'oldest segment not yet read; stored with the receive lock held, loaded by anyone',
    readOffset: 'bytes of that segment already read; no other thread looks',
  }),
} as const;

export const sendTimeDeclarations = guardedBy('send lock', {
  smoothedRtt: 'SRTT, RFC 6298; 0 before the first sample',
  rttVariance: 'RTTVAR, RFC 6298',
  minimumRtt: 'smallest sample; Infinity before the first',
  retransmissionTimeout: 'RTO without back-off, RFC 6298',
  rackSentAt: 'RACK.xmit_ts: when the segment delivered last, in order of sending, was sent',
  rackRtt: 'RACK.rtt: its round-trip time',
  reorderingExtent: 'how much later than RACK expects a segment was still delivered',
  doubledAt: 'when the peer last reported twice what was sent once; 0 before',
  lastHeardAt: 'when a valid segment of the peer arrived last',
  openSlotSince: 'when the first byte was put in the open slot',
  keepAliveAfter: 'silence after which the peer is asked whether it lives; 0 for never',
  lastProgressAt: 'when something new was acknowledged last',
  pathProbeSentAt: 'when the last probe of the path was sent',
  largeDeliveredAt: 'when a full segment was last acknowledged; -Infinity if none was',
  pathSince: 'when the peer was found at another host; what was sent before went another way',
  strangerAnsweredAt: 'when a reset was last sent to a stranger',
  timerSleepsUntil: 'when the timer thread will look at the deadlines next',
});

export const receiveTimeDeclarations = guardedBy('receive lock', {
  acknowledgmentDeadline: 'when a delayed acknowledgment must go out; Infinity if none is due',
});

export const ConnectionWord = numberWords(connectionDeclarations);
export const SendWord = numberWords(sendDeclarations);
export const ReceiveWord = numberWords(receiveDeclarations);
export const SendTime = numberWords(sendTimeDeclarations);
export const ReceiveTime = numberWords(receiveTimeDeclarations);
export const CongestionValue = numberWords(congestionDeclarations);
export const CubicValue = numberWords(cubicDeclarations);
export const BbrValue = numberWords(bbrDeclarations);
export const TuningValue = numberWords(tuningDeclarations);
export const SendCounter = numberWords(sendCounterDeclarations);
export const ReceiveCounter = numberWords(receiveCounterDeclarations);
export const PortCounter = numberWords(portCounterDeclarations);

/** Sizes fixed when the endpoint is made. */
export interface Geometry {
  /** Powers of two. */
  readonly sendSlots: number;
  readonly receiveSlots: number;
  /** What the rings begin with, powers of two; all of their slots by default (transport/ring.ts). */
  readonly firstSendSlots?: number;
  readonly firstReceiveSlots?: number;
  /** Largest payload of a segment, a multiple of 8. */
  readonly slotBytes: number;
}

/** Bytes that a slot in use takes, with all that is remembered of it. */
export function sendSlotCost({ slotBytes }: Geometry): number {
  return slotBytes + SEND_SLOT_ENTRY_BYTES;
}

export function receiveSlotCost({ slotBytes }: Geometry): number {
  return slotBytes + Int32Array.BYTES_PER_ELEMENT;
}

/** Bytes of a connection's memory that are not its rings. */
export function fixedCost(geometry: Geometry): number {
  return layOut(geometry, 0).offsets.slotState + SCRATCH_BYTES + HEADER_STRIDE * PART_HEADERS;
}

/** Byte offset of each section. */
export type Offsets = Readonly<Record<keyof ReturnType<typeof sectionBytes>, number>>;

interface Plan {
  readonly offsets: Offsets;
  readonly bytes: number;
}

/** Of the geometries asked for last: a program has few, and all their connections share one. */
const plans = new Map<string, Plan>();
const PLANS = 16;

export function layOut(geometry: Geometry, timers: number): Plan {
  const { sendSlots, receiveSlots, slotBytes } = geometry;
  const key = `${sendSlots} ${receiveSlots} ${slotBytes} ${timers}`;
  const known = plans.get(key);
  if (known !== undefined) return known;
  const plan = placeSections(sectionBytes(geometry, timers));
  if (plans.size === PLANS) plans.clear();
  plans.set(key, plan);
  return plan;
}

function sectionBytes({ sendSlots, receiveSlots, slotBytes }: Geometry, timers: number) {
  const words = (count: number) => count * Int32Array.BYTES_PER_ELEMENT;
  const floats = (count: number) => count * Float64Array.BYTES_PER_ELEMENT;
  const size = (declarations: object) => Object.keys(declarations).length;
  return {
    connectionWords: words(size(connectionDeclarations)),
    sendWords: words(size(sendDeclarations)),
    receiveWords: words(size(receiveDeclarations)),
    sendTimes: floats(size(sendTimeDeclarations)),
    deadlines: floats(timers),
    receiveTimes: floats(size(receiveTimeDeclarations)),
    congestion: floats(size(congestionDeclarations)),
    cubic: floats(size(cubicDeclarations)),
    bbr: floats(size(bbrDeclarations)),
    tuning: floats(size(tuningDeclarations)),
    sendCounters: floats(size(sendCounterDeclarations)),
    receiveCounters: floats(size(receiveCounterDeclarations)),
    portCounters: floats(size(portCounterDeclarations)),
    duplicates: words(DUPLICATES_REMEMBERED),
    failureText: FAILURE_TEXT_BYTES,
    peerAddress: PEER_ADDRESS_BYTES,
    token: TOKEN_BYTES,
    responseToken: RESPONSE_TOKEN_BYTES,
    slotState: words(sendSlots),
    slotLength: words(sendSlots),
    slotTimesSent: words(sendSlots),
    slotChecksum: words(sendSlots),
    slotPrevious: words(sendSlots),
    slotFollowing: words(sendSlots),
    slotCause: words(sendSlots),
    slotFirstSent: floats(sendSlots),
    slotLastSent: floats(sendSlots),
    slotAgainSegment: words(sendSlots),
    slotAgainLateness: floats(sendSlots),
    slotDelivered: floats(sendSlots),
    slotDeliveredAt: floats(sendSlots),
    slotFlightSentAt: floats(sendSlots),
    slotInFlight: floats(sendSlots),
    slotLost: floats(sendSlots),
    slotLimited: words(sendSlots),
    receivedLength: words(receiveSlots),
    scratch: SCRATCH_BYTES,
    headers: HEADER_STRIDE * sendSlots,
    partHeaders: HEADER_STRIDE * PART_HEADERS,
    padding: slotBytes,
    sendPayload: slotBytes * sendSlots,
    receivePayload: slotBytes * receiveSlots,
  };
}
