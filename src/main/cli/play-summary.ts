/** What `play` says at its end: a table of both roles side by side, and the verdict. */
import type { TransportStatistics } from '../../shared/memory/statistics.js';
import { retransmissions, type RoleReport } from './role-report.js';
import type { RoleEnding } from './role-process.js';

const LABEL_WIDTH = 24;
const COLUMN_WIDTH = 16;

const INTERRUPTED = 'INTERRUPTED: the run was ended before every number had arrived.';

type Row = readonly [label: string, show: (report: RoleReport) => string];

function counted(show: (counters: TransportStatistics) => number | null) {
  return ({ counters }: RoleReport) => (counters === null ? '-' : String(show(counters) ?? '-'));
}

const ROWS: readonly Row[] = [
  ['numbers received', ({ numbers }) => `${numbers.received} of ${numbers.count}`],
  ['datagrams sent', ({ course }) => String(course.PACKETS_SENT)],
  ['Ethernet bytes sent', ({ course }) => String(course.ETH_BYTES_SENT)],
  ['lost on purpose', counted((counters) => counters.simulatedDropped)],
  ['corrupted on purpose', counted((counters) => counters.simulatedCorrupted)],
  ['found corrupt', counted((counters) => counters.corrupt)],
  ['arrived out of order', counted((counters) => counters.outOfOrder)],
  ['retransmitted', counted(retransmissions)],
  ['round trip, ms', counted((counters) => counters.smoothedRttMs)],
  ['elapsed', ({ elapsedMs }) => `${elapsedMs} ms`],
];

/** True only if both roles ended well and every number arrived, in order, on both sides. */
export function everythingArrived(endings: readonly RoleEnding[]): boolean {
  return endings.every(
    ({ role, exitCode, report }) =>
      exitCode === 0 &&
      report?.numbers.received === report?.numbers.count &&
      report?.stagesPassed.includes(role) === true,
  );
}

/** `interrupted`: the user ended the run, so how each role took that is no news. */
export function summaryLines(endings: readonly RoleEnding[], interrupted = false): string[] {
  const header = line(
    '',
    endings.map(({ role }) => `role ${role}`),
  );
  const rows = ROWS.map(([label, show]) =>
    line(
      label,
      endings.map(({ report }) => (report === undefined ? '-' : show(report))),
    ),
  );
  return ['', header, ...rows, '', interrupted ? INTERRUPTED : verdict(endings)];
}

function line(label: string, cells: readonly string[]): string {
  return label.padEnd(LABEL_WIDTH) + cells.map((cell) => cell.padStart(COLUMN_WIDTH)).join('');
}

function verdict(endings: readonly RoleEnding[]): string {
  if (everythingArrived(endings)) {
    const count = endings.reduce((sum, { report }) => sum + (report?.numbers.received ?? 0), 0);
    return `PASSED: all ${count} numbers arrived, in order.`;
  }
  return ['FAILED:', ...causes(endings).map(reason)].join(' ');
}

/** The roles that failed by themselves, unless all there is are those that were interrupted. */
function causes(endings: readonly RoleEnding[]): readonly RoleEnding[] {
  const failed = endings.filter(({ exitCode }) => exitCode !== 0);
  const own = failed.filter(({ report }) => report?.error?.code !== 'ERR_HAWSER_INTERRUPTED');
  return own.length > 0 ? own : failed;
}

function reason({ role, exitCode, signal, report }: RoleEnding): string {
  const why =
    report?.error?.code ?? (signal === null ? `exit code ${exitCode}` : `killed by ${signal}`);
  return `role ${role}: ${why}.`;
}
