/**
 * A condition variable over two shared words, used with the {@link Mutex} that guards its predicate.
 *
 * `waitFor` always re-checks the predicate in a loop, so a spurious or stolen wake-up is harmless.
 * `sequence` changes with every broadcast: a broadcast that falls between the waiter's unlock and
 * its `Atomics.wait` makes that wait return at once, so no wake-up is lost. Both words are only
 * written with the mutex held.
 */
import type { Ringer } from './bell.js';
import type { Held, Mutex } from './mutex.js';

export class Condition<Name extends string> {
  /** Called at each broadcast that somebody waits for: how an event loop far away learns of it. */
  call: Ringer | undefined;

  constructor(
    private readonly words: Int32Array,
    private readonly sequence: number,
    private readonly waiters: number,
    private readonly mutex: Mutex<Name>,
  ) {}

  /**
   * Blocks until `predicate()` holds; it is evaluated with the mutex held, which is held again on
   * return. `timeoutMs` bounds one sleep, after which the predicate is looked at again.
   */
  waitFor(held: Held<Name>, predicate: () => boolean, timeoutMs = Infinity): void {
    while (!predicate()) this.#sleep(held, timeoutMs);
  }

  /** Wakes every waiter to look at its predicate again. */
  broadcast(_held: Held<Name>): void {
    if (this.words[this.waiters] === 0) return;
    Atomics.add(this.words, this.sequence, 1);
    Atomics.notify(this.words, this.sequence);
    this.call?.ring();
  }

  /**
   * For a thread that must not block: counts it among the waiters, with the predicate found false
   * under the same lock, until it calls {@link leave}. Each broadcast from then on rings `call`.
   */
  join(_held: Held<Name>): void {
    this.words[this.waiters] += 1;
  }

  leave(_held: Held<Name>): void {
    this.words[this.waiters] -= 1;
  }

  #sleep(held: Held<Name>, timeoutMs: number): void {
    const seen = Atomics.load(this.words, this.sequence);
    this.words[this.waiters] += 1;
    this.mutex.unlock(held);
    Atomics.wait(this.words, this.sequence, seen, timeoutMs);
    this.mutex.lock();
    this.words[this.waiters] -= 1;
  }
}
