/** The lines that show where transfers stand. Text only; who draws it is elsewhere. */
import { printableName } from '../../shared/files/names.js';
import type { CurrentFile } from '../../shared/files/session.js';
import { bytesText, durationText, rateText } from './quantities.js';

/** One transfer at a moment, with what its connection counts. */
export interface Snapshot {
  readonly files: number;
  readonly filesSettled: number;
  readonly bytes: number;
  readonly bytesSettled: number;
  readonly current: CurrentFile | undefined;
  readonly bytesPerSecond: number;
  readonly secondsLeft: number;
  readonly line: LineQuality | undefined;
}

export interface LineQuality {
  /** Null before the first measurement. */
  readonly roundTripMs: number | null;
  readonly retransmitted: number;
  /** Those retransmissions that the other side had need of. */
  readonly lost: number;
}

const BAR_CELLS = 20;
const NAME_COLUMNS = 28;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Of the current file, and of everything. */
export function progressLines(snapshot: Snapshot): string[] {
  const { current } = snapshot;
  const total = `${totalLine(snapshot)}${qualityText(snapshot.line)}`;
  return current === undefined ? [total] : [fileLine(current), total];
}

function fileLine({ name, size, position }: CurrentFile): string {
  const amount =
    size === undefined ? bytesText(position) : `${bytesText(position)} of ${bytesText(size)}`;
  return `${nameColumn(name)} ${barText(position, size)} ${amount}`;
}

export function totalLine(snapshot: Snapshot): string {
  const { files, filesSettled, bytes, bytesSettled, bytesPerSecond, secondsLeft } = snapshot;
  const label = nameColumn(`${filesSettled} of ${files} files`);
  const rate = `${rateText(bytesPerSecond)}   ${durationText(secondsLeft)} left`;
  return `${label} ${barText(bytesSettled, bytes)} ${bytesText(bytesSettled)}   ${rate}`;
}

function qualityText(line: LineQuality | undefined): string {
  if (line === undefined) return '';
  const roundTrip = line.roundTripMs?.toFixed(1) ?? '-';
  return `   rtt ${roundTrip} ms   retransmitted ${line.retransmitted}   lost ${line.lost}`;
}

/** A bar of eighths of cells and a percentage; only room for them where the size is unknown. */
export function barText(done: number, whole: number | undefined): string {
  if (whole === undefined) return ' '.repeat(BAR_CELLS + 5);
  const share = whole === 0 ? 1 : Math.min(1, done / whole);
  const eighths = Math.floor(share * BAR_CELLS * 8);
  const bar = ('█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]).padEnd(BAR_CELLS, '·');
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)}%`;
}

/** Cut at the front: the end of a path says more. */
function nameColumn(name: string): string {
  const characters = Array.from(printableName(name));
  const cut =
    characters.length > NAME_COLUMNS
      ? ['…', ...characters.slice(characters.length - NAME_COLUMNS + 1)]
      : characters;
  return cut.join('').padEnd(NAME_COLUMNS);
}
