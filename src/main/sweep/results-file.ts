/**
 * Results as JSON Lines, one finished cell a line, appended as they come: a sweep that is interrupted
 * goes on where it was, and the files of several machines are put together with `cat`. Main thread.
 */
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { HawserError } from '../../shared/errors.js';
import type { Outcome } from '../../shared/sweep/outcome.js';
import { failureOf } from '../../shared/files/status.js';
import { keyOf, type Scenario } from '../../shared/sweep/scenario.js';

export interface Result {
  readonly key: string;
  readonly scenario: Scenario;
  readonly outcome: Outcome;
}

/** Figures are worth no more than that. */
const DIGITS = 6;
const LINE_START = '{"key":"';

export class ResultsFile {
  readonly #byKey = new Map<string, Result>();
  /** What has to be done to the end of the file before a line can be added. */
  #mend: () => void = () => undefined;

  /**
   * Reads what is there already.
   * @throws {HawserError} `ERR_HAWSER_BAD_OPTION` for a file that holds something else; and
   * `ERR_HAWSER_FILE_…` if it cannot be read.
   */
  constructor(readonly path: string) {
    const text = readIfThere(path);
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const lines = whole.split('\n').slice(0, -1);
    lines.forEach((line, at) => {
      if (!this.#take(line)) this.#refuse(at + 1);
    });
    const last = text.slice(whole.length);
    if (last === '') return;
    if (!this.#takeUnfinished(last, Buffer.byteLength(whole))) this.#refuse(lines.length + 1);
  }

  get(scenario: Scenario): Result | undefined {
    return this.#byKey.get(keyOf(scenario));
  }

  /** @throws {HawserError} `ERR_HAWSER_FILE_…` if it cannot be written. */
  add(scenario: Scenario, outcome: Outcome): void {
    const line = lineOf(scenario, outcome);
    try {
      this.#mend();
      this.#mend = () => undefined;
      appendFileSync(this.path, `${line}\n`);
    } catch (error) {
      throw failureOf(error, `cannot write "${this.path}"`, 'obstructed');
    }
    this.#take(line);
  }

  /** A last line without its end: whole but for that, or cut off when a sweep was killed. */
  #takeUnfinished(line: string, wholeBytes: number): boolean {
    const isWhole = this.#take(line);
    this.#mend = isWhole
      ? () => {
          appendFileSync(this.path, '\n');
        }
      : () => {
          truncateSync(this.path, wholeBytes);
        };
    return isWhole || isBegun(line);
  }

  #take(line: string): boolean {
    const result = parsed(line);
    if (result !== undefined) this.#byKey.set(result.key, result);
    return result !== undefined;
  }

  #refuse(number: number): never {
    const text = `${this.path}, line ${number}, is no result of a sweep; choose another file`;
    throw new HawserError('ERR_HAWSER_BAD_OPTION', text);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw failureOf(error, `cannot read "${path}"`, 'unreadable');
  }
}

/** The key is made anew: files of an earlier release may spell it differently. */
function parsed(line: string): Result | undefined {
  try {
    const { scenario, outcome } = JSON.parse(line) as Result;
    return { key: keyOf(scenario), scenario, outcome };
  } catch {
    return undefined;
  }
}

/** Only figures are rounded: a scenario that is not what was asked for would not be found again. */
function lineOf(scenario: Scenario, outcome: Outcome): string {
  const start = JSON.stringify({ key: keyOf(scenario), scenario }).slice(0, -1);
  return `${start},"outcome":${JSON.stringify(outcome, rounded)}}`;
}

/** Whether the text is the beginning of a line of ours, and may be cut off to make room for one. */
function isBegun(text: string): boolean {
  return text.startsWith(LINE_START) || LINE_START.startsWith(text);
}

function rounded(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number(value.toPrecision(DIGITS));
}
