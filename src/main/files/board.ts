/**
 * All transfers of this process on one display: takes in their progress, says what needs saying
 * about single files, and redraws now and then. Main thread.
 */
import { isFailure } from '../../shared/files/status.js';
import { printableName } from '../../shared/files/names.js';
import type { Settled } from '../../shared/files/report.js';
import type { Progress } from '../../shared/files/session.js';
import type { Display } from './display.js';
import { Meter } from './meter.js';
import { type LineQuality, progressLines, type Snapshot } from './progress-lines.js';
import { codeOf } from '../../shared/files/status.js';

const REFRESH_MS = 200;

/** What a file came to that was not simply stored. */
export interface Problem {
  readonly name: string;
  readonly status: string;
  readonly text: string;
}

export class BoardEntry {
  readonly #meter = new Meter();
  /** Files that failed, in the order in which they did. */
  readonly problems: Problem[] = [];
  #progress: Progress | undefined;

  constructor(
    private readonly quality: () => LineQuality | undefined,
    private readonly say: (line: string) => void,
  ) {}

  take(progress: Progress): void {
    this.#progress = progress;
    this.#meter.add(performance.now(), progress.bytesMoved);
    for (const settled of progress.settled) this.#settle(settled);
  }

  snapshot(): Snapshot | undefined {
    const progress = this.#progress;
    if (progress === undefined) return undefined;
    const { files, filesSettled, bytes, bytesSettled, current } = progress;
    const line = this.quality();
    return {
      files: Math.max(files, filesSettled),
      filesSettled,
      bytes: Math.max(bytes, bytesSettled),
      bytesSettled,
      current,
      bytesPerSecond: this.#meter.bytesPerSecond(),
      secondsLeft: this.#meter.secondsFor(bytes - bytesSettled),
      line,
    };
  }

  #settle({ name, status, text }: Settled): void {
    const printable = printableName(name);
    if (isFailure(status)) {
      this.problems.push({ name, status, text });
      this.say(`${printable}: ${codeOf(status) ?? status}: ${text}`);
    } else if (text !== '') this.say(`${printable}: ${status}: ${text}`);
  }
}

export class Board {
  readonly #entries = new Set<BoardEntry>();
  readonly #timer: NodeJS.Timeout;

  constructor(readonly display: Display) {
    this.#timer = setInterval(() => {
      this.#draw();
    }, REFRESH_MS).unref();
  }

  /** `quality` is asked for whenever it is drawn. */
  add(quality: () => LineQuality | undefined): BoardEntry {
    const entry = new BoardEntry(quality, (line) => {
      this.display.say(line);
    });
    this.#entries.add(entry);
    return entry;
  }

  remove(entry: BoardEntry): void {
    this.#entries.delete(entry);
    if (this.#entries.size === 0) this.display.show([]);
  }

  end(): void {
    clearInterval(this.#timer);
    this.display.end();
  }

  #draw(): void {
    const lines = [...this.#entries].flatMap((entry) => {
      const snapshot = entry.snapshot();
      return snapshot === undefined ? [] : progressLines(snapshot);
    });
    if (lines.length > 0) this.display.show(lines);
  }
}
