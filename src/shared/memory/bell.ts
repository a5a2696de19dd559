/**
 * A bell: an event count in two shared words, for one or many sleepers and any number of ringers,
 * without a lock.
 *
 * A sleeper takes a ticket, looks at the state, and sleeps only if the bell has not rung since the
 * ticket was taken: a ring before the wait is never lost. A ringer counts first and looks for
 * sleepers second, a sleeper does it the other way round; both are sequentially consistent, so at
 * least one of them sees the other. Without a sleeper a ring costs no system call.
 */
/** What can be rung. */
export interface Ringer {
  ring(): void;
}

export class Bell implements Ringer {
  constructor(
    private readonly words: Int32Array,
    private readonly count: number,
    private readonly sleepers: number,
  ) {}

  /** The number of rings so far; take it before looking at the state that the bell announces. */
  ticket(): number {
    return Atomics.load(this.words, this.count);
  }

  /** Publish the state first, ring second. Any thread. */
  ring(): void {
    Atomics.add(this.words, this.count, 1);
    if (Atomics.load(this.words, this.sleepers) > 0) Atomics.notify(this.words, this.count);
  }

  /** Blocks until the bell has rung since `ticket` was taken, at most `timeoutMs`. */
  wait(ticket: number, timeoutMs = Infinity): void {
    Atomics.add(this.words, this.sleepers, 1);
    Atomics.wait(this.words, this.count, ticket, timeoutMs);
    Atomics.sub(this.words, this.sleepers, 1);
  }

  /** The same for a thread with an event loop; `waitAsync` alone does not keep the loop alive. */
  async waitAsync(ticket: number, timeoutMs = Infinity): Promise<void> {
    Atomics.add(this.words, this.sleepers, 1);
    const result = Atomics.waitAsync(this.words, this.count, ticket, timeoutMs);
    if (result.async) await result.value;
    Atomics.sub(this.words, this.sleepers, 1);
  }
}
