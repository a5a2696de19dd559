/**
 * How progress is shown: refreshed in place on a terminal, as plain lines elsewhere, not at all when
 * quiet, or handed to the parent process. Main thread. Progress goes to standard error, results to
 * standard output, so that the latter can be read by a program.
 */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Role } from '../../shared/classroom/test-program.js';
import { rowsOn } from '../files/display.js';

export interface ProgressSnapshot {
  readonly role: Role;
  readonly nums: number;
  readonly sent: number;
  readonly received: number;
  readonly datagramsSent: number;
  readonly retransmissions: number;
  /** Null before the first measurement. */
  readonly smoothedRttMs: number | null;
}

export interface ProgressView {
  /** The latest state of a role. */
  show(snapshot: ProgressSnapshot): void;
  /** A line of results for standard output. */
  say(line: string): void;
  /** A line for standard error. */
  complain(line: string): void;
  /** No more progress: leaves the last state on the screen. */
  end(): void;
}

/** What every view without a live line does with results. */
abstract class ResultsView implements ProgressView {
  abstract show(snapshot: ProgressSnapshot): void;

  say(line: string): void {
    console.log(line);
  }

  complain(line: string): void {
    console.error(line);
  }

  end(): void {
    // Nothing was drawn.
  }
}

export class QuietView extends ResultsView {
  override show(): void {
    // Quiet means that progress is not shown.
  }
}

/** What a live view draws on: a terminal, or something without a width. */
type Terminal = NodeJS.WritableStream & { readonly columns?: number };

/** A line a role, refreshed in place. */
export class LiveView implements ProgressView {
  readonly #latest = new Map<Role, ProgressSnapshot>();
  #drawn = 0;

  constructor(private readonly terminal: Terminal = process.stderr) {}

  show(snapshot: ProgressSnapshot): void {
    this.#latest.set(snapshot.role, snapshot);
    this.#erase();
    this.#draw();
  }

  say(line: string): void {
    this.#erase();
    console.log(line);
    this.#draw();
  }

  complain(line: string): void {
    this.#erase();
    console.error(line);
    this.#draw();
  }

  end(): void {
    this.#drawn = 0;
    this.#latest.clear();
  }

  #erase(): void {
    if (this.#drawn === 0) return;
    moveCursor(this.terminal, 0, -this.#drawn);
    cursorTo(this.terminal, 0);
    clearScreenDown(this.terminal);
    this.#drawn = 0;
  }

  #draw(): void {
    const inOrder = [...this.#latest.values()].sort((a, b) => a.role - b.role);
    const rows = rowsOn(this.terminal, inOrder.map(describe));
    for (const row of rows) this.terminal.write(`${row}\n`);
    this.#drawn = rows.length;
  }
}

const PLAIN_LINE_INTERVAL_MS = 1000;

/** At most a line a second and role, for logs. */
export class PlainView extends ResultsView {
  readonly #startedAt = performance.now();
  readonly #lastShownAt = new Map<Role, number>();

  constructor(private readonly log: NodeJS.WritableStream = process.stderr) {
    super();
  }

  override show(snapshot: ProgressSnapshot): void {
    const now = performance.now();
    const last = this.#lastShownAt.get(snapshot.role) ?? this.#startedAt;
    if (now - last < PLAIN_LINE_INTERVAL_MS) return;
    this.#lastShownAt.set(snapshot.role, now);
    this.log.write(`${describe(snapshot)}\n`);
  }
}

/** Hands progress to the parent process, which shows it. */
export class ParentView extends ResultsView {
  override show(snapshot: ProgressSnapshot): void {
    if (process.connected) process.send?.(snapshot);
  }
}

export function chooseView(quiet: boolean, forParent = false): ProgressView {
  if (forParent) return new ParentView();
  if (quiet) return new QuietView();
  return process.stderr.isTTY ? new LiveView() : new PlainView();
}

export function describe(snapshot: ProgressSnapshot): string {
  const { role, nums, sent, received, datagramsSent, retransmissions, smoothedRttMs } = snapshot;
  const width = String(nums).length;
  return [
    `role ${role}`,
    `sent ${String(sent).padStart(width)}/${nums}`,
    `received ${String(received).padStart(width)}/${nums}`,
    `datagrams ${datagramsSent}`,
    `retransmitted ${retransmissions}`,
    `rtt ${smoothedRttMs?.toFixed(1) ?? '-'} ms`,
  ].join('   ');
}
