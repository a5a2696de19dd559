/** The program at a terminal of its own, with somebody who types at it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { PseudoTerminal } from './pseudo-terminal.js';

const MAIN_MODULE = fileURLToPath(import.meta.resolve('#hawser/main.js'));

export class TypedProgram {
  readonly terminal = new PseudoTerminal();
  /** Resolves with the exit code when the process is gone and all it has shown was read. */
  readonly exitCode: Promise<number | null>;
  readonly #kill: (signal: NodeJS.Signals) => void;
  /** What was shown up to here has been waited for. */
  #seen = 0;

  constructor(...args: readonly (string | number)[]) {
    const { programSide } = this.terminal;
    const child = spawn(process.execPath, [MAIN_MODULE, ...args.map(String)], {
      stdio: [programSide, programSide, programSide],
    });
    this.terminal.handOver();
    this.#kill = (signal) => child.kill(signal);
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    this.exitCode = exited.then(async (code) => {
      await this.terminal.untilEnd();
      return code;
    });
  }

  /** Everything shown, with ends of lines as in a file. */
  get shown(): string {
    return this.terminal.shown.replaceAll('\r\n', '\n');
  }

  /** Waits until `text` is shown behind everything waited for before. */
  async sees(text: string): Promise<void> {
    this.#seen = await this.terminal.untilShown(text, this.#seen);
  }

  types(text: string): void {
    this.terminal.type(text);
  }

  interrupt(): void {
    this.#kill('SIGINT');
  }
}
