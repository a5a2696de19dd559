/**
 * Ctrl-C and its relatives, as one request to end cleanly. Main thread. The first request is handed
 * to the command; a second signal finds no handler any more and ends the process at once.
 */

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type EndingSignal = keyof typeof EXIT_CODES;

export class Interruption {
  /** Set once the process was asked to end: what it then exits with. */
  exitCode: number | undefined;
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#interrupt(EXIT_CODES[signal as EndingSignal], signal);
  };
  readonly #onDisconnect = (): void => {
    this.#interrupt(EXIT_CODES.SIGTERM, 'the end of the parent process');
  };
  readonly #onMessage = (message: unknown): void => {
    if (message === INTERRUPT_MESSAGE) this.#interrupt(EXIT_CODES.SIGINT, 'the parent process');
  };

  /** `end` is called once, with who asked. */
  constructor(private readonly end: (origin: string) => void) {
    for (const signal of Object.keys(EXIT_CODES)) process.on(signal, this.#onSignal);
    if (process.connected) {
      process.on('message', this.#onMessage);
      process.on('disconnect', this.#onDisconnect);
    }
  }

  /** From here on signals do what they do by default, and a channel to a parent is let go. */
  dispose(): void {
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, this.#onSignal);
    process.off('message', this.#onMessage);
    process.off('disconnect', this.#onDisconnect);
    if (process.connected) process.disconnect();
  }

  #interrupt(exitCode: number, origin: string): void {
    for (const signal of Object.keys(EXIT_CODES)) process.off(signal, this.#onSignal);
    if (this.exitCode !== undefined) return;
    this.exitCode = exitCode;
    this.end(origin);
  }
}

/** What a parent sends over the channel to a child of its own to end it cleanly. */
export const INTERRUPT_MESSAGE = 'hawser:interrupt';
