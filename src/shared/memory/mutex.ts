/**
 * A futex-style mutex in one shared word (Drepper, "Futexes Are Tricky", mutex 2).
 *
 * ```
 *            lock                 lock, already held
 *   0 free ────────▶ 1 held ──────────────────────▶ 2 contended
 *     ▲                │ unlock                        │ unlock + notify one
 *     └────────────────┴───────────────────────────────┘
 * ```
 *
 * `lock` returns a token, and every function that needs the lock asks for that token: forgetting
 * the lock does not compile. Runs on any thread that may block in `Atomics.wait`.
 */

declare const guard: unique symbol;

/** Proof that the mutex named `Name` is held by the calling thread. */
export interface Held<Name extends string> {
  readonly [guard]: Name;
}

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

export class Mutex<Name extends string> {
  // The token carries no data: it exists for the type checker, so one object serves every lock().
  readonly #token = Object.freeze({}) as Held<Name>;

  constructor(
    private readonly words: Int32Array,
    private readonly index: number,
  ) {}

  /** Blocks until the mutex is ours. Not recursive. */
  lock(): Held<Name> {
    if (Atomics.compareExchange(this.words, this.index, FREE, HELD) !== FREE) this.#lockSlowly();
    return this.#token;
  }

  /** The token if the mutex was free, else `undefined`. Never blocks. */
  tryLock(): Held<Name> | undefined {
    return Atomics.compareExchange(this.words, this.index, FREE, HELD) === FREE
      ? this.#token
      : undefined;
  }

  /** Gives the mutex back; the token must not be used afterwards. */
  unlock(_held: Held<Name>): void {
    if (Atomics.exchange(this.words, this.index, FREE) === CONTENDED) {
      Atomics.notify(this.words, this.index, 1);
    }
  }

  /**
   * Runs `body` with the mutex held, and gives it back also if `body` throws: an error must end the
   * endpoint, and whoever reports it needs the locks.
   */
  hold<Result>(body: (held: Held<Name>) => Result): Result {
    const held = this.lock();
    try {
      return body(held);
    } finally {
      this.unlock(held);
    }
  }

  #lockSlowly(): void {
    // Whoever has had to wait leaves "contended" behind: it cannot know whether others wait too,
    // and an unlock that notifies nobody is cheaper than a sleeper that nobody wakes.
    while (Atomics.exchange(this.words, this.index, CONTENDED) !== FREE) {
      Atomics.wait(this.words, this.index, CONTENDED);
    }
  }
}
