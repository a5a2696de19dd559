/**
 * Lines typed by a user, one question at a time. Main thread. Editing is left to the terminal; what
 * is typed ahead, or comes from a pipe, waits for its question.
 */
import { createInterface, type Interface } from 'node:readline';

export class Keyboard {
  readonly #interface: Interface;
  readonly #lines: string[] = [];
  #isAtEnd = false;
  #onChange: (() => void) | undefined;

  constructor(
    input: NodeJS.ReadableStream,
    private readonly output: NodeJS.WritableStream,
  ) {
    this.#interface = createInterface({ input, terminal: false });
    this.#interface.on('line', (line) => {
      this.#lines.push(line);
      this.#onChange?.();
    });
    this.#interface.on('close', () => {
      this.#isAtEnd = true;
      this.#onChange?.();
    });
  }

  /** The next line, without spaces around it; undefined at the end of the input. */
  async ask(prompt: string): Promise<string | undefined> {
    this.output.write(prompt);
    while (this.#lines.length === 0 && !this.#isAtEnd) {
      await new Promise<void>((resolve) => (this.#onChange = resolve));
    }
    return this.#lines.shift()?.trim();
  }

  /** Lets go of the input; a pending question ends as at the end of the input. */
  close(): void {
    this.#interface.close();
  }
}
