/**
 * The property of every simulation: what comes out is exactly what went in, once, in order, or there
 * is an error; and it ends, with everybody closed and no timer left.
 */
import { ReceiveWord, SendWord } from '#hawser/shared/memory/layout.js';
import { FIN_BIT } from '#hawser/shared/transport/slot-states.js';
import type { Life } from '#hawser/shared/simulation/life.js';
import { type Ending, Simulation } from '#hawser/shared/simulation/simulation.js';
import type { SimulationPlan } from '#hawser/shared/simulation/plan.js';
import { State } from '#hawser/shared/transport/connection-state.js';

import { Invariants } from './invariants.js';

export interface Expectation {
  /**
   * Whether every process must come to its end without an error. `unless cut off at the end`: where
   * it is possible, however improbable, that nothing gets through for longer than TIME-WAIT, the last
   * acknowledgment may be lost for good, and one side cannot know that it has succeeded.
   */
  readonly success: boolean | 'unless cut off at the end';
}

export interface Outcome {
  readonly simulation: Simulation;
  /** What was wrong, in words; empty if nothing. */
  readonly complaints: readonly string[];
}

/** Plays a plan, and looks at it after each event and at its end. */
export function play(plan: SimulationPlan, expectation: Expectation): Outcome {
  const invariants = new Invariants();
  const simulation = new Simulation(plan, (life, world) => {
    invariants.check(life, world);
  });
  try {
    const ending = simulation.run();
    return { simulation, complaints: complaintsAbout(simulation, ending, expectation) };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const atMs = simulation.agenda.nowMicros / 1e3;
    return { simulation, complaints: [`at ${atMs} ms: ${text}`] };
  }
}

function complaintsAbout(
  simulation: Simulation,
  ending: Ending,
  expectation: Expectation,
): string[] {
  const complaints = ending === 'all ended' ? [] : [`it does not end: ${ending}`];
  complaints.push(...complaintsAboutStorms(simulation));
  for (const side of [0, 1] as const) {
    simulation.lives[side].forEach((life, index) => {
      for (const text of complaintsOfLife(life, simulation, expectation)) {
        complaints.push(`side ${side}, life ${index}: ${text}`);
      }
    });
  }
  return complaints;
}

/** Far more datagrams than the worst network explains: two sides that keep answering each other. */
function complaintsAboutStorms({ lives, links, agenda }: Simulation): string[] {
  const segments = lives.flat().reduce((sum, life) => {
    const { dataSegmentsSent, partsSent } = life.statistics();
    return sum + dataSegmentsSent + partsSent;
  }, 0);
  const datagrams = links.reduce((sum, { figures }) => sum + figures.sent, 0);
  const most = 8 * segments + 20 * (agenda.nowMicros / 1e6) + 200;
  return datagrams <= most ? [] : [`${datagrams} datagrams for ${segments} segments`];
}

function* complaintsOfLife(
  life: Life,
  simulation: Simulation,
  expectation: Expectation,
): Generator<string> {
  const { progress, failure } = life;
  const peer = simulation.lifeOf(life.peerConnectionId);
  if (progress.wrongAt !== undefined) yield `wrong byte at ${progress.wrongAt} of the stream`;
  if (progress.sawEnd) yield* complaintsAboutEnd(life, peer);
  if (failure !== undefined && !mayFail(life, peer, expectation)) yield `failed with ${failure}`;
  if (!progress.closed) {
    if (life.plan.killedAfterMicros === undefined) yield 'was never closed';
    return;
  }
  if (life.state !== State.closed) yield `ended in state ${life.state}`;
  const { deadlines, receiveTimes } = life.endpoint.memory;
  if (Math.min(...deadlines, ...receiveTimes) < Infinity) yield 'a timer runs after the end';
  if (failure === undefined) yield* complaintsAboutDelivery(life, peer);
}

function mayFail(life: Life, peer: Life | undefined, { success }: Expectation): boolean {
  if (success !== 'unless cut off at the end') return !success;
  const everythingIsThere = life.progress.sawEnd && peer?.progress.sawEnd === true;
  return life.failure === 'ERR_HAWSER_PEER_LOST' && everythingIsThere && peer.failure === undefined;
}

/** Who has read to the end has read everything. */
function* complaintsAboutEnd(life: Life, peer: Life | undefined): Generator<string> {
  if (peer === undefined || !peer.progress.ended) yield 'saw an end that nobody wrote';
  else if (life.progress.read !== peer.progress.written) {
    yield `read ${life.progress.read} of ${peer.progress.written} bytes to the end`;
  }
}

/**
 * Who has closed without an error knows that its peer's memory holds everything it wrote; only a FIN
 * that had no byte to ride on may be lost for good, on a path that died before it.
 */
function* complaintsAboutDelivery(life: Life, peer: Life | undefined): Generator<string> {
  if (peer === undefined) {
    yield 'closed without an error, but never had a peer';
    return;
  }
  const written = life.endpoint.memory.send[SendWord.sendTail];
  const delivered = peer.endpoint.memory.receive[ReceiveWord.receiveNext];
  const samePair = peer.peerConnectionId === life.connectionId;
  if (!samePair) yield 'closed without an error, but its peer had another peer';
  else if (delivered !== written && !(delivered === written - 1 && endsWithFinAlone(life))) {
    yield `closed without an error, but only ${delivered} of ${written} segments arrived`;
  }
}

function endsWithFinAlone({ endpoint: { memory } }: Life): boolean {
  const { send, slotLength } = memory;
  return slotLength[(send[SendWord.sendTail] - 1) & (send[SendWord.ringSlots] - 1)] === FIN_BIT;
}
