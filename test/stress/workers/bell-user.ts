/**
 * A sleeper and its ringers, in lock step: a ringer publishes a round, rings, and sleeps on its own
 * bell until the sleeper has seen that round. So each single ring matters: one lost, and all sleep.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Bell } from '#hawser/shared/memory/bell.js';
import { member, Pauses } from '../support/member.js';

/** The sleeper's bell; then four words for each ringer: its bell, what it published, what was seen. */
const SLEEPER_BELL = { count: 0, sleepers: 1 } as const;
const FIRST_RINGER = 2;
const WORDS_PER_RINGER = 4;

export function bellWords(ringers: number): number {
  return FIRST_RINGER + WORDS_PER_RINGER * ringers;
}

export interface BellTask {
  readonly words: Int32Array;
  readonly role: 'ringer' | 'sleeper' | 'sleeper with an event loop';
  readonly id: number;
  readonly ringers: number;
  readonly rounds: number;
  readonly seed: number;
}

export interface BellOutcome {
  /** How often the thread really went to wait. */
  readonly waits: number;
}

function placesOf(ringer: number) {
  const at = FIRST_RINGER + WORDS_PER_RINGER * ringer;
  return { count: at, sleepers: at + 1, published: at + 2, seen: at + 3 };
}

function ring({ words, id, rounds, seed }: BellTask): BellOutcome {
  const places = placesOf(id);
  const theirs = new Bell(words, SLEEPER_BELL.count, SLEEPER_BELL.sleepers);
  const ours = new Bell(words, places.count, places.sleepers);
  const pauses = new Pauses(seed, id);
  let waits = 0;
  for (let round = 1; round <= rounds; round++) {
    pauses.pause();
    Atomics.store(words, places.published, round);
    theirs.ring();
    for (;;) {
      const ticket = ours.ticket();
      if (Atomics.load(words, places.seen) === round) break;
      pauses.pause();
      waits += 1;
      ours.wait(ticket);
    }
  }
  return { waits };
}

/** Answers each ringer whose round is new; true once all of them are through. */
function look({ words, ringers, rounds }: BellTask): boolean {
  let over = true;
  for (let ringer = 0; ringer < ringers; ringer++) {
    const places = placesOf(ringer);
    const published = Atomics.load(words, places.published);
    if (published !== rounds) over = false;
    if (published === words[places.seen]) continue;
    Atomics.store(words, places.seen, published);
    new Bell(words, places.count, places.sleepers).ring();
  }
  return over;
}

async function sleep(task: BellTask, wait: (bell: Bell, ticket: number) => unknown) {
  const bell = new Bell(task.words, SLEEPER_BELL.count, SLEEPER_BELL.sleepers);
  const pauses = new Pauses(task.seed, task.ringers);
  for (let waits = 0; ; waits++) {
    const ticket = bell.ticket();
    if (look(task)) return { waits };
    pauses.pause();
    await wait(bell, ticket);
  }
}

async function sleepOnEventLoop(task: BellTask): Promise<BellOutcome> {
  // Something must keep the loop alive, as a listener's socket does.
  const alive = setInterval(() => undefined, 1 << 30);
  const outcome = await sleep(task, (bell, ticket) => bell.waitAsync(ticket));
  clearInterval(alive);
  await turn();
  return outcome;
}

void member((task: BellTask): BellOutcome | Promise<BellOutcome> => {
  if (task.role === 'ringer') return ring(task);
  if (task.role === 'sleeper with an event loop') return sleepOnEventLoop(task);
  return sleep(task, (bell, ticket) => {
    bell.wait(ticket);
  });
});
