/**
 * Where progress is shown: lines redrawn in place on a terminal, a line a second elsewhere, nothing
 * when quiet. Progress and problems go to standard error: standard output may be the file. Main
 * thread.
 */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';

export interface Display {
  /** The state of things; drawn in place of the one before. */
  show(lines: readonly string[]): void;
  /** A line that stays. */
  say(line: string): void;
  end(): void;
}

export class TerminalDisplay implements Display {
  #drawn: readonly string[] = [];

  constructor(private readonly terminal: WriteStream) {}

  show(lines: readonly string[]): void {
    this.#erase();
    const fitting = lines.map((line) =>
      Array.from(line)
        .slice(0, this.terminal.columns - 1)
        .join(''),
    );
    this.terminal.write(fitting.map((line) => `${line}\n`).join(''));
    this.#drawn = fitting;
  }

  say(line: string): void {
    const drawn = this.#drawn;
    this.#erase();
    this.terminal.write(`${line}\n`);
    this.show(drawn);
  }

  end(): void {
    this.#erase();
  }

  #erase(): void {
    if (this.#drawn.length === 0) return;
    moveCursor(this.terminal, 0, -this.#drawn.length);
    cursorTo(this.terminal, 0);
    clearScreenDown(this.terminal);
    this.#drawn = [];
  }
}

const LOG_INTERVAL_MS = 1000;

export class LogDisplay implements Display {
  #shownAtMs = performance.now();
  #shown = '';

  constructor(private readonly log: NodeJS.WritableStream) {}

  show(lines: readonly string[]): void {
    const total = lines.at(-1);
    const nowMs = performance.now();
    if (total === undefined || nowMs - this.#shownAtMs < LOG_INTERVAL_MS) return;
    if (total === this.#shown) return;
    this.#shownAtMs = nowMs;
    this.#shown = total;
    this.say(total);
  }

  say(line: string): void {
    this.log.write(`${line}\n`);
  }

  end(): void {
    // What was written stays.
  }
}

export class QuietDisplay implements Display {
  constructor(private readonly log: NodeJS.WritableStream) {}

  show(): void {
    // Quiet means that progress is not shown.
  }

  say(line: string): void {
    this.log.write(`${line}\n`);
  }

  end(): void {
    // Nothing was drawn.
  }
}

export function chooseDisplay(quiet: boolean, stream: WriteStream = process.stderr): Display {
  if (quiet) return new QuietDisplay(stream);
  return stream.isTTY ? new TerminalDisplay(stream) : new LogDisplay(stream);
}
