/** Adds to an unprotected counter, over and over, with the mutex held. */
import { Mutex } from '#hawser/shared/memory/mutex.js';
import { member, Pauses } from '../support/member.js';

export const MutexWord = { lock: 0, counter: 1, owner: 2 } as const;

export interface ContenderTask {
  readonly words: Int32Array;
  readonly rounds: number;
  readonly id: number;
  readonly seed: number;
  /** Never blocks in `lock`, but tries until it has it. */
  readonly trying: boolean;
}

export interface ContenderOutcome {
  /** How often another thread was found inside. */
  readonly intruders: number;
  /** How often the mutex was not to be had at once. */
  readonly refused: number;
}

void member(({ words, rounds, id, seed, trying }: ContenderTask): ContenderOutcome => {
  const mutex = new Mutex<'test'>(words, MutexWord.lock);
  const pauses = new Pauses(seed, id);
  let intruders = 0;
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    let held = mutex.tryLock();
    while (held === undefined) {
      refused += 1;
      pauses.pause();
      held = trying ? mutex.tryLock() : mutex.lock();
    }
    if (words[MutexWord.owner] !== 0) intruders += 1;
    words[MutexWord.owner] = id;
    const before = words[MutexWord.counter];
    pauses.pause();
    words[MutexWord.counter] = before + 1;
    if (words[MutexWord.owner] !== id) intruders += 1;
    words[MutexWord.owner] = 0;
    mutex.unlock(held);
    pauses.pause();
  }
  return { intruders, refused };
});
