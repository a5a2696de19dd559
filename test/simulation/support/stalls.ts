/** How long the sender's side of a process has stood still: something in flight, nothing answered. */
import { SendTime, SendWord } from '#hawser/shared/memory/layout.js';
import type { Life } from '#hawser/shared/simulation/life.js';

interface Standing {
  since: number;
  outstanding: boolean;
  progressAt: number;
  longest: number;
}

export class Stalls {
  readonly #standing = new Map<Life, Standing>();

  /** To be called after each event. */
  note(life: Life): void {
    const { send, sendTimes } = life.endpoint.memory;
    const now = life.endpoint.nowMicros;
    const outstanding = send[SendWord.inFlightCount] + send[SendWord.lostCount] > 0;
    const progressAt = sendTimes[SendTime.lastProgressAt];
    const before = this.#standing.get(life);
    if (before === undefined) {
      this.#standing.set(life, { since: now, outstanding, progressAt, longest: 0 });
      return;
    }
    if (before.outstanding) before.longest = Math.max(before.longest, now - before.since);
    if (!before.outstanding || progressAt !== before.progressAt) before.since = now;
    before.outstanding = outstanding;
    before.progressAt = progressAt;
  }

  /** In microseconds. */
  longestOf(life: Life): number {
    return this.#standing.get(life)?.longest ?? 0;
  }
}
