/** Where pieces wait that arrive while nobody takes them; the `receive` of event-driven streams. */
import type { Taker } from './contest-stream.js';

export class Inlet {
  #waiting: Uint8Array[] = [];
  #take: Taker | undefined;
  #done: PromiseWithEnds | undefined;
  #failure: Error | undefined;

  deliver(piece: Uint8Array): void {
    // The buffer may be used again.
    if (this.#take === undefined) this.#waiting.push(new Uint8Array(piece));
    else if (!this.#take(piece)) this.#finish();
  }

  fail(failure: Error): void {
    this.#failure ??= failure;
    this.#take = undefined;
    this.#done?.reject(failure);
  }

  receive(take: Taker): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    while (waiting.length > 0) {
      if (take(waiting.shift() as Uint8Array)) continue;
      this.#waiting = waiting;
      return Promise.resolve();
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#take = take;
    return new Promise((resolve, reject) => {
      this.#done = { resolve, reject };
    });
  }

  #finish(): void {
    this.#take = undefined;
    this.#done?.resolve();
  }
}

interface PromiseWithEnds {
  resolve(): void;
  reject(reason: Error): void;
}
