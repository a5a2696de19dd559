/**
 * The programs over the real modules of this transport, from its locks to whole connections.
 */
import * as acknowledging from './acknowledging.js';
import * as calling from './calling.js';
import * as closing from './closing.js';
import * as failing from './failing.js';
import * as locks from './locks.js';
import type { RealProgram } from './real-program.js';
import * as resting from './resting.js';
import * as receiveSlots from './receive-slots.js';
import * as sendSlots from './send-slots.js';
import * as sleeping from './sleeping.js';
import * as timing from './timing.js';
import * as transferring from './transferring.js';

export { optionsFor, type RealProgram } from './real-program.js';

const MUTEX = 'a `Mutex` word';
const CONDITION = '`changeSequence`, `changeWaiters` (`Condition`)';
const ROLL = 'a roll (`Roll`), `…BellCount`, `…BellSleepers`';
const BELL = '`…BellCount`, `…BellSleepers` (`Bell`)';

const ofLocks: readonly RealProgram[] = [
  {
    program: locks.mutexOfThree,
    words: MUTEX,
    claim: 'one thread at a time, nobody is forgotten asleep',
    coverage: 'proved',
  },
  {
    program: locks.mutexAgain,
    words: MUTEX,
    claim: 'whoever takes it again at once does not strand the one who waits',
    coverage: 'proved',
  },
  {
    program: locks.mutexTry,
    words: MUTEX,
    claim: '`tryLock` excludes as `lock` does',
    coverage: 'proved',
  },
  {
    program: locks.conditionWakes,
    words: CONDITION,
    claim: 'no broadcast is lost, and a needless one does no harm',
    coverage: 'proved',
  },
  {
    program: locks.conditionTimeout,
    words: CONDITION,
    claim: 'a waiter whose sleep is bounded comes to the same end',
    coverage: 'proved',
  },
  {
    program: locks.conditionOfTwo,
    words: CONDITION,
    claim: 'one broadcast wakes both waiters',
    coverage: 3,
  },
  {
    program: locks.bellOfOne,
    words: BELL,
    claim: 'a ring before the sleep is not lost, and no sleeper stays counted',
    coverage: 'proved',
  },
  {
    program: locks.bellOfTwoRingers,
    words: BELL,
    claim: 'rings of two threads are not lost',
    coverage: 'proved',
  },
  {
    program: locks.bellOfTwoSleepers,
    words: BELL,
    claim: 'one ring wakes all',
    coverage: 'proved',
  },
  {
    program: failing.failureClaim,
    words: '`failureClaim`, `failureCode`, `failureTextBytes`, failure text',
    claim: 'one failure is recorded, and seen whole or not at all',
    coverage: 'proved',
  },
];

const ofSlots: readonly RealProgram[] = [
  {
    program: sendSlots.sendSlots,
    words: 'send slots; `sendNext`, `sendTail`, `sendUnacknowledged`; lists',
    claim: 'states, lists and counts agree after every step; the right bytes are sent',
    coverage: 4,
  },
  {
    program: sendSlots.sendSlotsReused,
    words: 'send slots; payload ring',
    claim: 'no slot is sent with the bytes of the segment after it',
    coverage: 4,
  },
  {
    program: sendSlots.sendRingDoubles,
    words: 'send slots; `ringSlots` of the send side; payload ring',
    claim: 'a ring that grows mixes up no segments in flight or lost',
    coverage: 3,
  },
  {
    program: sendSlots.sendRingMoves,
    words: 'send slots; `ringSlots` of the send side; lists; payload ring',
    claim: 'a segment that moves stays in its list, and is sent with its bytes',
    coverage: 3,
  },
  {
    program: sendSlots.sendRingHalves,
    words: 'send slots; `ringSlots` of the send side; payload ring',
    claim: 'of a ring that shrinks nothing is forgotten that is still to be sent',
    coverage: 3,
  },
  {
    program: sendSlots.selectiveAcknowledgment,
    words: 'send slots; `selectivelyAcknowledged`; lists',
    claim: 'a slot is freed once, whatever is known of it',
    coverage: 'proved',
  },
  {
    program: receiveSlots.receiveSlots,
    words: 'receive slots; `receiveNext`, `highestReceived`, `readNext`',
    claim: 'bytes are read in order, and only once they are there',
    coverage: 'proved',
  },
  {
    program: receiveSlots.receiveSlotsReused,
    words: '`readNext` (listener’s unlocked look); payload ring',
    claim: 'a slot is not filled before it has been read',
    coverage: 'proved',
  },
  {
    program: receiveSlots.receiveRingDoubles,
    words: '`ringSlots` (application’s unlocked look), `receiveNext`; payload ring',
    claim: 'a segment is read from where it was placed, whatever size of the ring is known',
    coverage: 'proved',
  },
  {
    program: receiveSlots.receiveRingMoves,
    words: '`ringSlots` (application’s unlocked look), `receivedLength`; payload ring',
    claim: 'a segment that moves is read from where it lies then',
    coverage: 'proved',
  },
  {
    program: receiveSlots.receiveRingHalves,
    words: '`ringSlots` (application’s unlocked look), `readNext`; payload ring',
    claim: 'of a ring that shrinks nothing is forgotten that is still to be read',
    coverage: 'proved',
  },
  {
    program: receiveSlots.receiveReport,
    words: '`receivedLength`, `highestReceived` under the receive lock',
    claim: 'what is acknowledged has arrived, whatever is read meanwhile',
    coverage: 'proved',
  },
];

const ofConnections: readonly RealProgram[] = [
  {
    program: acknowledging.piggyback,
    words: '`acknowledgmentDeadline`, `delayExpired`, `acknowledgeNow`, `listenerBell…`',
    claim: 'a due acknowledgment is said exactly once, alone or on data',
    coverage: 2,
  },
  {
    program: acknowledging.windowReopens,
    words: '`windowEdgeAdvertised`, `readNext`, `acknowledgeNow`',
    claim: 'a window that was closed is announced again',
    coverage: 2,
  },
  {
    program: timing.timerWakes,
    words: '`timerSleepsUntil`, `timerBell…`, deadlines',
    claim: 'a deadline set while the timer goes to sleep wakes it',
    coverage: 2,
  },
  {
    program: timing.timerSleepsUntil,
    words: '`timerSleepsUntil`, deadlines',
    claim: 'the timer means to sleep until the earliest deadline',
    coverage: 'proved',
  },
  {
    program: timing.timerStops,
    words: '`stopRequested`, `timerBell…`',
    claim: 'a stop is seen, also on the way to sleep',
    coverage: 'proved',
  },
  {
    program: transferring.transfer,
    words: 'send words; `listenerBell…`; deadlines',
    claim: 'what is written arrives, and nothing is left in flight',
    coverage: 2,
  },
  {
    program: transferring.openSlot,
    words: '`openSlotBytes`, `slotState`, `slotLength` of the open slot',
    claim: 'a slot that is being filled is not sent, and no byte is lost or sent twice',
    coverage: 'proved',
  },
  {
    program: transferring.sendersInPlace,
    words: 'send words; header and payload rings, with three threads that send',
    claim: 'every datagram carries the bytes of its number',
    coverage: 2,
  },
  {
    program: resting.restAndWrite,
    words: '`restWanted`; send slots; payload ring',
    claim: 'memory is not given back under the hands of whoever fills a slot',
    coverage: 'proved',
  },
  {
    program: resting.restAndRead,
    words: '`restWanted`; receive slots; `readNext`, `receiveNext`',
    claim: 'memory is given back when everything has been read, and not before',
    coverage: 'proved',
  },
  {
    program: closing.closeOfBoth,
    words: '`state`, `finQueued`, `finKnown`',
    claim: 'two FINs that cross lead to `closing` or `lastAck`',
    coverage: 'proved',
  },
  {
    program: closing.closeAfterEnd,
    words: '`state`, `finKnown`, `readNext`',
    claim: 'who has read the end of the peer’s stream closes second',
    coverage: 'proved',
  },
  {
    program: closing.finAcknowledged,
    words: '`state`, `finNumber`, lists',
    claim: 'the acknowledgment of a FIN counts once, also if it was sent twice',
    coverage: 'proved',
  },
  {
    program: closing.resetDuringWrite,
    words: '`state`, deadlines, `failureCode`',
    claim: 'after a reset nothing is sent and no timer runs',
    coverage: 'proved',
  },
  {
    program: closing.closeAndWrite,
    words: '`sendTail`, `slotChecksum` of the slot being filled',
    claim: 'the rule: one application thread. A second one that closes races with the write',
    coverage: 'proved',
    fails: 'data-race',
  },
];

const ofSleeps: readonly RealProgram[] = [
  {
    program: sleeping.sleepForRoom,
    words: '`send.changeSequence`, `sendUnacknowledged`',
    claim: 'an acknowledgment wakes a writer',
    coverage: 3,
  },
  {
    program: sleeping.sleepForRoomFails,
    words: '`send.changeSequence`, `failureCode`',
    claim: 'a failure wakes a writer',
    coverage: 'proved',
  },
  {
    program: sleeping.sleepForRoomStops,
    words: '`send.changeSequence`, `stopRequested`',
    claim: 'a stop wakes a writer',
    coverage: 'proved',
  },
  {
    program: sleeping.sleepForData,
    words: '`receive.changeSequence`, `receiveNext`, `finKnown`',
    claim: 'the end of the peer’s stream wakes a reader',
    coverage: 'proved',
  },
  {
    program: sleeping.sleepForDataFails,
    words: '`receive.changeSequence`, `failureCode`',
    claim: 'a failure wakes a reader',
    coverage: 'proved',
  },
  {
    program: sleeping.sleepForClose,
    words: '`receive.changeSequence`, `state`',
    claim: 'the end of TIME-WAIT wakes whoever closes',
    coverage: 'proved',
  },
  {
    program: sleeping.sleepForLastWord,
    words: '`send.changeSequence`, `resetWanted`, `stopRequested`',
    claim: 'the endpoint is stopped after its last word, not before',
    coverage: 'proved',
  },
];

const ofCalls: readonly RealProgram[] = [
  {
    program: calling.rollOfTwo,
    words: ROLL,
    claim: 'whoever calls is served, whether the thread sleeps, reads, or lies down',
    coverage: 'proved',
  },
  {
    program: calling.rollAgain,
    words: ROLL,
    claim: 'a call during the service is a call',
    coverage: 'proved',
  },
  {
    program: calling.applicationIsCalled,
    words: '`receive.changeWaiters`, `applicationRoll`, `applicationBell…`',
    claim: 'an application that does not block is called when there is something to read',
    coverage: 'proved',
  },
];

export const realPrograms: readonly RealProgram[] = [
  ...ofLocks,
  ...ofSlots,
  ...ofConnections,
  ...ofSleeps,
  ...ofCalls,
];
