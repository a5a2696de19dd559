/**
 * What a relay shows: counters refreshed in place on a terminal, a line a second elsewhere, a table
 * at the end. Main thread. Counters go to standard error, results to standard output.
 */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { DelayReport, DirectionReport, RelayReport } from '../../shared/relay/report.js';
import { rowsOn } from '../files/display.js';

const PLAIN_LINE_INTERVAL_MS = 1000;
const LABEL_WIDTH = 28;
const COLUMN_WIDTH = 16;

const ROWS: readonly (readonly [label: string, show: (one: DirectionReport) => string])[] = [
  ['datagrams in', ({ sent }) => String(sent)],
  ['bytes in', ({ sentBytes }) => String(sentBytes)],
  ['lost by chance', ({ lostByChance }) => String(lostByChance)],
  ['lost in bursts', ({ lostInBursts }) => String(lostInBursts)],
  ['lost in blackouts', ({ lostInBlackouts }) => String(lostInBlackouts)],
  ['dropped by the queue', ({ droppedByQueue }) => String(droppedByQueue)],
  ['dropped as too large', ({ droppedAsTooLarge }) => String(droppedAsTooLarge)],
  ['corrupted', ({ corrupted }) => String(corrupted)],
  ['duplicated', ({ duplicated }) => String(duplicated)],
  ['datagrams out', ({ delivered }) => String(delivered)],
  ['bytes out', ({ deliveredBytes }) => String(deliveredBytes)],
  ['queueing, ms: median', ({ queueing }) => queueing.medianMs.toFixed(1)],
  ['queueing, ms: 99 %', ({ queueing }) => queueing.p99Ms.toFixed(1)],
];

export class RelayView {
  #drawnLines = 0;
  #previous: RelayReport | undefined;
  readonly #live = process.stderr.isTTY;

  constructor(private readonly quiet: boolean) {}

  /** A line of results. */
  say(line: string): void {
    console.log(line);
  }

  complain(line: string): void {
    this.#erase();
    console.error(line);
  }

  show(report: RelayReport): void {
    if (this.quiet || !this.#isTimely(report)) return;
    this.#erase();
    const whole = liveLines(report, this.#previous);
    const lines = this.#live ? rowsOn(process.stderr, whole) : whole;
    process.stderr.write(`${lines.join('\n')}\n`);
    if (this.#live) this.#drawnLines = lines.length;
    this.#previous = report;
  }

  summary(report: RelayReport, json: boolean): void {
    this.#erase();
    for (const line of summaryLines(report)) this.say(line);
    if (json) this.say(JSON.stringify(report));
  }

  #isTimely({ elapsedMs }: RelayReport): boolean {
    if (this.#live || this.#previous === undefined) return true;
    return elapsedMs - this.#previous.elapsedMs >= PLAIN_LINE_INTERVAL_MS;
  }

  #erase(): void {
    if (this.#drawnLines === 0) return;
    moveCursor(process.stderr, 0, -this.#drawnLines);
    cursorTo(process.stderr, 0);
    clearScreenDown(process.stderr);
    this.#drawnLines = 0;
  }
}

/** What has happened since `previous`. */
export function liveLines(report: RelayReport, previous: RelayReport | undefined): string[] {
  const seconds = (report.elapsedMs - (previous?.elapsedMs ?? 0)) / 1e3;
  const line = (name: 'up' | 'down') => {
    const now = report[name];
    const bytes = now.deliveredBytes - (previous?.[name].deliveredBytes ?? 0);
    const datagrams = now.delivered - (previous?.[name].delivered ?? 0);
    const rate = seconds > 0 ? (8e-6 * bytes) / seconds : 0;
    const perSecond = seconds > 0 ? Math.round(datagrams / seconds) : 0;
    return [
      name.padEnd(4),
      `${rate.toFixed(1).padStart(8)} Mbit/s`,
      `${String(perSecond).padStart(7)} datagrams/s`,
      `lost ${now.lost}`,
      `corrupted ${now.corrupted}`,
      `duplicated ${now.duplicated}`,
      `queue ${now.queueing.medianMs.toFixed(1)} ms`,
    ].join('  ');
  };
  return [line('up'), `${line('down')}   clients ${report.clients.active}`];
}

export function summaryLines(report: RelayReport): string[] {
  const row = (label: string, cells: readonly string[]) =>
    label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join('');
  const { up, down, clients } = report;
  return [
    row('', ['up', 'down']),
    ...ROWS.map(([label, show]) => row(label, [show(up), show(down)])),
    `${(report.elapsedMs / 1e3).toFixed(1)} s, ${clients.total} clients; ${lateText(report.lateness)}`,
    ...trouble(report),
  ];
}

function lateText({ medianMs, p99Ms, maximumMs }: DelayReport): string {
  return `left late by ${medianMs.toFixed(2)} ms in the median, 99 % ${p99Ms.toFixed(2)} ms, at most ${maximumMs.toFixed(1)} ms`;
}

/** What a network does not do, so that figures are not taken for its doing. */
function trouble({ overflowed, sendFailures, unreachable, clients }: RelayReport): string[] {
  return [
    [overflowed, 'datagrams found no room in the relay'],
    [sendFailures, 'datagrams were refused by the system'],
    [unreachable, 'times nobody was there'],
    [clients.refused, 'datagrams came from more clients than --clients or the system allows'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, text]) => `${count} ${text}`);
}
