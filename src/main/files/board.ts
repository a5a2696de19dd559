/**
 * All transfers of this process on one display: takes in their progress, says what needs saying
 * about single files, and redraws now and then. Main thread.
 */
import { isFailure } from '../../shared/files/status.js';
import { printableName } from '../../shared/files/names.js';
import type { Settled } from '../../shared/files/report.js';
import type { CurrentFile, Progress } from '../../shared/files/session.js';
import type { Display } from './display.js';
import { Meter } from './meter.js';
import { type LineQuality, progressLines, type Snapshot } from './progress-lines.js';
import { codeOf } from '../../shared/files/status.js';

const REFRESH_MS = 200;
/** More are counted and said, but not kept: a stranger may offer without end. */
const MOST_PROBLEMS = 10_000;

/** What a file came to that was not simply stored. */
export interface Problem {
  readonly name: string;
  readonly status: string;
  readonly text: string;
}

export class BoardEntry {
  readonly #meter = new Meter();
  /** Files that failed, in the order in which they did; the first of them. */
  readonly problems: Problem[] = [];
  #progress: Progress | undefined;

  constructor(
    private readonly quality: () => LineQuality | undefined,
    private readonly say: (line: string) => void,
    private readonly delivered: () => number = () => Infinity,
  ) {}

  take(progress: Progress): void {
    this.#progress = progress;
    for (const settled of progress.settled) this.#settle(settled);
  }

  snapshot(): Snapshot | undefined {
    const progress = this.#progress;
    if (progress === undefined) return undefined;
    const { files, filesSettled, bytes, bytesMoved } = progress;
    // What is in buffers and on the line has not arrived.
    const underWay = Math.max(0, bytesMoved - this.delivered());
    const bytesSettled = Math.max(0, progress.bytesSettled - underWay);
    const current = progress.current && behind(progress.current, underWay);
    this.#meter.add(performance.now(), bytesMoved - underWay);
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
      if (this.problems.length < MOST_PROBLEMS) this.problems.push({ name, status, text });
      this.say(`${printable}: ${codeOf(status) ?? status}: ${text}`);
    } else if (text !== '') this.say(`${printable}: ${status}: ${text}`);
  }
}

function behind(file: CurrentFile, bytes: number): CurrentFile {
  return { ...file, position: Math.max(0, file.position - bytes) };
}

export class Board {
  readonly #entries = new Set<BoardEntry>();
  readonly #timer: NodeJS.Timeout;

  constructor(readonly display: Display) {
    this.#timer = setInterval(() => {
      this.#draw();
    }, REFRESH_MS).unref();
  }

  /** Asked whenever it is drawn. A sender also knows what of it has been `delivered`. */
  add(quality: () => LineQuality | undefined, delivered?: () => number): BoardEntry {
    const say = (line: string) => {
      this.display.say(line);
    };
    const entry = new BoardEntry(quality, say, delivered);
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
