/** How a transfer ended, for people, for programs and as an exit code. */
import { codeOf, exitCodeOf, type Status } from '../../shared/files/status.js';
import type { TransferResult } from '../../shared/files/report.js';
import type { BoardEntry, Problem } from './board.js';
import type { LineQuality } from './progress-lines.js';
import { bytesText, countText, rateText } from './quantities.js';

/** The JSON object of `--json`. */
export interface TransferOutcome {
  readonly peer: string;
  /** Files by what became of them. */
  readonly counts: TransferResult['counts'];
  /** Bytes of file data that went over the connection. */
  readonly bytes: number;
  readonly elapsedMs: number;
  readonly bytesPerSecond: number;
  readonly line: LineQuality | null;
  /** Files that were not stored, and why: the first 10,000. */
  readonly problems: readonly (Problem & { readonly code: string })[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly exitCode: number;
}

/** What a transfer has left behind when it is over. */
export interface Ending {
  readonly peer: string;
  readonly result: TransferResult;
  readonly elapsedMs: number;
  readonly line: LineQuality | undefined;
}

export function outcomeOf({ peer, result, elapsedMs, line }: Ending, entry: BoardEntry) {
  const { counts, bytes, failure } = result;
  const statuses = Object.keys(counts) as Status[];
  const outcome: TransferOutcome = {
    peer,
    counts,
    bytes,
    elapsedMs: Math.round(elapsedMs),
    bytesPerSecond: Math.round((bytes / Math.max(elapsedMs, 1)) * 1000),
    line: line ?? null,
    problems: entry.problems.map((problem) => ({
      ...problem,
      code: codeOf(problem.status as Status) ?? problem.status,
    })),
    ...(failure && {
      error: { code: codeOf(failure.status) ?? failure.status, message: failure.text },
    }),
    exitCode: exitCodeOf(failure === undefined ? statuses : [...statuses, failure.status]),
  };
  return outcome;
}

/** "3 files stored, 1 refused: 12 MB in 1.2 s (10 MB/s)". */
export function summaryLine({ counts, bytes, elapsedMs, bytesPerSecond }: TransferOutcome): string {
  const parts = Object.entries(counts).map(([status, count], i) =>
    i === 0
      ? `${countText(count, 'file')} ${WORDS[status as Status]}`
      : `${count} ${WORDS[status as Status]}`,
  );
  const files = parts.length === 0 ? 'no files' : parts.join(', ');
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `${files}: ${bytesText(bytes)} in ${seconds} s (${rateText(bytesPerSecond)})`;
}

const WORDS: Readonly<Record<Status, string>> = {
  stored: 'stored',
  present: 'there already',
  skipped: 'skipped',
  exists: 'refused, the name exists',
  busy: 'refused, the name is being received',
  name: 'refused for the name',
  obstructed: 'with something in the way',
  limit: 'beyond the limit',
  noSpace: 'without space',
  permission: 'without permission',
  changed: 'changed meanwhile',
  unreadable: 'unreadable',
  corrupt: 'damaged',
  disk: 'failed on the disk',
  protocol: 'failed',
  version: 'failed',
  broken: 'incomplete',
  interrupted: 'interrupted',
};
