/** The timer behind `setTimeout` of a socket: it tells, once each time, that nothing has moved. */
export class IdleTimer {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly onIdle: () => void) {}

  /** 0 turns it off. */
  set(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = milliseconds === 0 ? undefined : this.#start(milliseconds);
  }

  /** Something has moved. */
  refresh(): void {
    this.#timer?.refresh();
  }

  #start(milliseconds: number): NodeJS.Timeout {
    return setTimeout(this.onIdle, milliseconds).unref();
  }
}
