/**
 * What must hold of an endpoint's memory whenever none of its threads is in the middle of something.
 * Looks at the words themselves, not through the transport's own accessors.
 */
import { NONE } from '#hawser/shared/memory/connection-memory.js';
import { PortCounter, ReceiveWord, SendWord } from '#hawser/shared/memory/layout.js';
import type { Life } from '#hawser/shared/simulation/life.js';
import type { Simulation } from '#hawser/shared/simulation/simulation.js';
import { State } from '#hawser/shared/transport/connection-state.js';
import { SlotState } from '#hawser/shared/transport/slot-states.js';
import { EARLY_SEGMENTS } from '#hawser/shared/transport/settings.js';
import { Timer } from '#hawser/shared/transport/timers.js';

/** Edges that never move back, as distances from the first segment. */
interface Edges {
  unacknowledged: number;
  next: number;
  tail: number;
  limit: number;
  receiveNext: number;
  readNext: number;
  advertised: number;
  /** Not an edge, but where it changes the others begin again. */
  peer: number;
}

/** Rings larger than this are gone through at every sixteenth event only. */
const SMALL_RING = 64;

export class Invariants {
  readonly #edges = new Map<Life, Edges>();
  #calls = 0;

  /** @throws {Error} that says which invariant does not hold. */
  check(life: Life, simulation: Simulation): void {
    this.#calls += 1;
    const edges = edgesOf(life);
    checkOrder(life, edges);
    checkAgainstPeer(life, edges, simulation);
    checkNewlySent(life, this.#edges.get(life)?.next ?? 0, edges.next, simulation);
    this.#checkMonotony(life, edges);
    checkTimers(life);
    const { violations } = PortCounter;
    hold(life.endpoint.memory.portCounters[violations] === 0, 'an honest peer broke a rule');
    const small = life.plan.geometry.sendSlots <= SMALL_RING;
    if (!small && this.#calls % 16 !== 0) return;
    checkSendRing(life, edges);
    checkReceiveRing(life, edges);
  }

  #checkMonotony(life: Life, now: Edges): void {
    const before = this.#edges.get(life);
    this.#edges.set(life, now);
    // A peer whose opening was a late one of an earlier run is forgotten, with all it has sent; and may
    // come in once more with another.
    const proved = life.endpoint.memory.receive[ReceiveWord.deliverable] === 1;
    if (before === undefined || before.peer !== now.peer || !proved) return;
    for (const name of Object.keys(now) as (keyof Edges)[]) {
      hold(now[name] >= before[name], `${name} moved back, ${before[name]} → ${now[name]}`);
    }
  }
}

function hold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`invariant: ${otherwise}`);
}

function edgesOf(life: Life): Edges {
  const { send, receive } = life.endpoint.memory;
  const first = life.plan.settings.initialSegment;
  const from = (word: number) => (word - first) | 0;
  return {
    unacknowledged: from(send[SendWord.sendUnacknowledged]),
    next: from(send[SendWord.sendNext]),
    tail: from(send[SendWord.sendTail]),
    limit: from(send[SendWord.sendLimit]),
    receiveNext: from(receive[ReceiveWord.receiveNext]),
    readNext: from(receive[ReceiveWord.readNext]),
    advertised: from(receive[ReceiveWord.windowEdgeAdvertised]),
    peer: life.peerConnectionId,
  };
}

function checkOrder(life: Life, edges: Edges): void {
  const { send, receive } = life.endpoint.memory;
  const [sendSlots, receiveSlots] = [send[SendWord.ringSlots], receive[ReceiveWord.ringSlots]];
  const { unacknowledged, next, tail, receiveNext, readNext, advertised } = edges;
  hold(unacknowledged <= next && next <= tail, `una ${unacknowledged}, next ${next}, tail ${tail}`);
  hold(tail - unacknowledged <= sendSlots, 'more segments than send slots');
  hold(readNext <= receiveNext, `readNext ${readNext} beyond receiveNext ${receiveNext}`);
  hold(advertised <= readNext + receiveSlots, 'a window was told that there is no room for');
  const inFlight = send[SendWord.inFlightCount];
  hold(inFlight <= life.plan.settings.maximumInFlight, `${inFlight} in flight`);
  hold(send[SendWord.lock] === 0 && receive[ReceiveWord.lock] === 0, 'a lock was left held');
}

/** Both ends of the connection together, if the peer still lives. */
function checkAgainstPeer(life: Life, edges: Edges, simulation: Simulation): void {
  const peer = simulation.lifeOf(life.peerConnectionId);
  if (peer?.peerConnectionId !== life.connectionId) return;
  const theirs = edgesOf(peer);
  hold(edges.unacknowledged <= theirs.receiveNext, 'acknowledged, but the peer does not have it');
  hold(theirs.receiveNext <= edges.next, 'the peer has what was never sent');
  const told = Math.max(theirs.advertised, EARLY_SEGMENTS);
  hold(edges.limit <= told, `limit ${edges.limit}, but the peer said ${theirs.advertised}`);
}

/** Nothing new goes beyond what the peer has said it has room for. */
function checkNewlySent(life: Life, before: number, next: number, simulation: Simulation): void {
  if (next === before) return;
  const peer = simulation.lifeOf(life.peerConnectionId);
  const room = peer === undefined ? EARLY_SEGMENTS : edgesOf(peer).advertised;
  hold(next <= room, `sent up to ${next}, but the peer has room up to ${room}`);
}

function checkTimers(life: Life): void {
  const { send, deadlines } = life.endpoint.memory;
  const outstanding = send[SendWord.inFlightCount] + send[SendWord.lostCount];
  if (life.state === State.closed) {
    hold(
      deadlines.every((deadline) => deadline === Infinity),
      `closed, but timers run: ${deadlines.join(' ')}`,
    );
  } else if (outstanding > 0 && send[SendWord.inFlightCount] > 0) {
    hold(deadlines[Timer.retransmission] < Infinity, 'segments in flight, but no time-out');
  }
}

function checkSendRing(life: Life, { unacknowledged, next, tail }: Edges): void {
  const { memory } = life.endpoint;
  const { send, slotState } = memory;
  const sendSlots = send[SendWord.ringSlots];
  const counts = new Array<number>(7).fill(0);
  for (let segment = unacknowledged; segment < unacknowledged + sendSlots; segment++) {
    const slot = (life.plan.settings.initialSegment + segment) & (sendSlots - 1);
    const state = slotState[slot];
    counts[state] += 1;
    const sent = state >= SlotState.inFlight;
    hold(sent === segment < next, `segment ${segment} in state ${state}, next is ${next}`);
    const queued = state === SlotState.queued;
    hold(queued === (segment >= next && segment < tail), `segment ${segment} queued: ${queued}`);
  }
  const beyond = slotState.subarray(sendSlots);
  hold(
    beyond.every((state) => state === SlotState.free),
    'a slot outside the ring is in use',
  );
  hold(counts[SlotState.inFlight] === send[SendWord.inFlightCount], 'count in flight');
  hold(counts[SlotState.lost] === send[SendWord.lostCount], 'count of the lost');
  const held = send[SendWord.selectivelyAcknowledged];
  hold(counts[SlotState.acknowledged] === held, 'count of the selectively acknowledged');
  const { inFlightFirst, inFlightLast, inFlightCount, lostFirst, lostLast, lostCount } = SendWord;
  checkList(life, SlotState.inFlight, [inFlightFirst, inFlightLast, inFlightCount]);
  checkList(life, SlotState.lost, [lostFirst, lostLast, lostCount]);
}

function checkList(life: Life, state: number, words: readonly [number, number, number]): void {
  const { send, slotState, slotPrevious, slotFollowing, slotLastSent } = life.endpoint.memory;
  const [first, last, count] = words.map((word) => send[word]);
  let previous = NONE;
  let length = 0;
  for (let slot = first; slot !== NONE; slot = slotFollowing[slot]) {
    length += 1;
    hold(length <= count, 'a list is longer than its count');
    hold(slotState[slot] === state, `slot ${slot} of state ${slotState[slot]} in the wrong list`);
    hold(slotPrevious[slot] === previous, `slot ${slot} points back to a wrong one`);
    const inOrder = previous === NONE || slotLastSent[previous] <= slotLastSent[slot];
    hold(inOrder || state === SlotState.lost, 'in flight, but not in the order of sending');
    previous = slot;
  }
  hold(length === count && previous === last, 'a list is shorter than its count');
}

function checkReceiveRing(life: Life, { receiveNext, readNext }: Edges): void {
  const { receive, receivedLength } = life.endpoint.memory;
  const receiveSlots = receive[ReceiveWord.ringSlots];
  const first = life.plan.settings.initialSegment;
  const highest = (receive[ReceiveWord.highestReceived] - first) | 0;
  hold(highest >= receiveNext && highest <= readNext + receiveSlots, `highest ${highest}`);
  for (let segment = readNext; segment < readNext + receiveSlots; segment++) {
    const filled = receivedLength[(first + segment) & (receiveSlots - 1)] !== 0;
    if (segment < receiveNext) hold(filled, `segment ${segment} is in order, but not there`);
    if (segment >= highest) hold(!filled, `segment ${segment} is there, above the highest`);
  }
  const beyond = receivedLength.subarray(receiveSlots);
  hold(
    beyond.every((length) => length === 0),
    'a slot outside the ring is full',
  );
  const next = (first + receiveNext) & (receiveSlots - 1);
  if (receiveNext < highest)
    hold(receivedLength[next] === 0, 'receiveNext stands before a filled slot');
}
