/**
 * Where progress is shown: lines redrawn in place on a terminal, a line a second elsewhere, nothing
 * when quiet. Progress and problems go to standard error: standard output may be the file. Main
 * thread.
 */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { printableName } from '../../shared/files/names.js';

export interface Display {
  /** The state of things; drawn in place of the one before. */
  show(lines: readonly string[]): void;
  /** A line that stays. What the peer has put into it moves no cursor. */
  say(line: string): void;
  end(): void;
}

export class TerminalDisplay implements Display {
  #lines: readonly string[] = [];
  #rowsDrawn = 0;

  constructor(private readonly terminal: WriteStream) {}

  show(lines: readonly string[]): void {
    this.#erase();
    const rows = rowsOn(this.terminal, lines);
    this.terminal.write(rows.map((row) => `${row}\n`).join(''));
    this.#lines = lines;
    this.#rowsDrawn = rows.length;
  }

  say(line: string): void {
    this.#erase();
    this.terminal.write(`${printableName(line)}\n`);
    this.show(this.#lines);
  }

  end(): void {
    this.show([]);
  }

  #erase(): void {
    if (this.#rowsDrawn === 0) return;
    moveCursor(this.terminal, 0, -this.#rowsDrawn);
    cursorTo(this.terminal, 0);
    clearScreenDown(this.terminal);
    this.#rowsDrawn = 0;
  }
}

const DEFAULT_COLUMNS = 80;
/** What stands between the parts of a line that may go into a row of their own. */
const GAP = '   ';

/** Lines as rows of which none wraps: a terminal would not erase those as a whole. */
export function rowsOn(
  { columns = Infinity }: { readonly columns?: number },
  lines: readonly string[],
): string[] {
  // A terminal that does not know its width says 0.
  const width = columns || DEFAULT_COLUMNS;
  return lines.flatMap((line) => rowsOf(line, width - 1));
}

/** A line as it fits a terminal: broken at gaps, and cut where that is not enough. */
export function rowsOf(line: string, columns: number): string[] {
  const rows: string[] = [];
  for (const part of line.split(/ {3}(?=\S)/)) {
    const longer = `${rows.at(-1) ?? ''}${GAP}${part}`;
    if (rows.length > 0 && Array.from(longer).length <= columns) rows[rows.length - 1] = longer;
    else rows.push(rows.length === 0 ? part : `${GAP}${part}`);
  }
  return rows.map((row) => Array.from(row).slice(0, columns).join(''));
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
    this.log.write(`${printableName(line)}\n`);
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
    this.log.write(`${printableName(line)}\n`);
  }

  end(): void {
    // Nothing was drawn.
  }
}

export function chooseDisplay(quiet: boolean, stream: WriteStream = process.stderr): Display {
  if (quiet) return new QuietDisplay(stream);
  return stream.isTTY ? new TerminalDisplay(stream) : new LogDisplay(stream);
}
