/**
 * A pseudo-terminal: what a test types goes through the kernel's line discipline, which echoes and
 * edits, and a program on the other side sees a terminal. Needs a POSIX system and koffi, through
 * which the C library is called; the program is started with Node's own `spawn`.
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';
import type Koffi from 'koffi';

interface Calls {
  posix_openpt(flags: number): number;
  grantpt(fd: number): number;
  unlockpt(fd: number): number;
  ptsname(fd: number): string | null;
}

export class PseudoTerminal {
  /** For the `stdio` of a program; closed by {@link handOver}. */
  readonly programSide: number;
  /** Everything shown so far: what the program wrote, and the echo of what was typed. */
  shown = '';
  readonly #descriptor: number;
  readonly #screen: ReadStream;
  readonly #ended: Promise<void>;
  #onShown: () => void = () => undefined;
  #isOver = false;

  constructor() {
    const libc = loadCalls();
    this.#descriptor = check(libc.posix_openpt(constants.O_RDWR | constants.O_NOCTTY));
    check(libc.grantpt(this.#descriptor));
    check(libc.unlockpt(this.#descriptor));
    const path = libc.ptsname(this.#descriptor);
    if (path === null) throw new Error('the pseudo-terminal has no name');
    this.programSide = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    this.#screen = new ReadStream(this.#descriptor);
    this.#screen.setEncoding('utf8').on('data', (text: string) => {
      this.shown += text;
      this.#onShown();
    });
    this.#ended = new Promise((resolve) => {
      // The last program that has the terminal open has closed it: EIO, for a terminal.
      this.#screen.on('error', resolve);
      this.#screen.on('close', resolve);
    }).then(() => {
      this.#isOver = true;
      this.#onShown();
    });
  }

  /** Once the program is started, it alone keeps the terminal open. */
  handOver(): void {
    closeSync(this.programSide);
  }

  type(text: string): void {
    writeSync(this.#descriptor, text);
  }

  /** Resolves once `text` is shown, or has been, behind position `from`; with where it ends. */
  async untilShown(text: string, from = 0): Promise<number> {
    for (;;) {
      const at = this.shown.indexOf(text, from);
      if (at >= 0) return at + text.length;
      if (this.#isOver) throw new Error(`never shown: ${text}\nbut:\n${this.shown}`);
      await new Promise<void>((resolve) => (this.#onShown = resolve));
    }
  }

  /** Resolves when the program has closed the terminal and everything it wrote is in `shown`. */
  async untilEnd(): Promise<void> {
    await this.#ended;
  }
}

function loadCalls(): Calls {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load(null);
  return {
    posix_openpt: library.func('int posix_openpt(int flags)') as Calls['posix_openpt'],
    grantpt: library.func('int grantpt(int fd)') as Calls['grantpt'],
    unlockpt: library.func('int unlockpt(int fd)') as Calls['unlockpt'],
    ptsname: library.func('str ptsname(int fd)') as Calls['ptsname'],
  };
}

function check(result: number): number {
  if (result < 0) throw new Error('the system gives no pseudo-terminal');
  return result;
}
