/** A scenario as a table for the terminal. */
import type { Spread } from '../support/report.js';
import type { RowSummary, ScenarioSummary } from './summary.js';

const GAP = '  ';
const NOTHING = '–';

export function table(scenario: ScenarioSummary): string {
  const { title, notes, rows } = scenario;
  const lines = [title, ...notes.map((note) => `  ${note}`), ''];
  lines.push(...aligned([headings(scenario), ...rows.map((row) => cells(row, scenario))]));
  for (const row of rows) {
    lines.push(...row.failures.map((failure) => `failed: ${row.label}, ${failure}`));
  }
  return lines.join('\n');
}

export function headings({ columns, rows, bestPeer }: ScenarioSummary): string[] {
  const [first, ...others] = columns.map((column) => column.heading);
  const ratios = [
    ...(hasTcp(rows) ? ['× TCP'] : []),
    ...(bestPeer === undefined ? [] : ['× best peer']),
  ];
  return ['', `${first} (least – most)`, ...ratios, ...others];
}

export function cells(row: RowSummary, { columns, rows, bestPeer }: ScenarioSummary): string[] {
  const [first, ...others] = columns;
  return [
    row.label,
    withRange(row.spreads[first.key], first.digits),
    ...(hasTcp(rows) ? [median(row.timesTcp, 2)] : []),
    ...(bestPeer === undefined ? [] : [median(row.timesBestPeer, 2)]),
    ...others.map(({ key, digits }) => median(row.spreads[key], digits)),
  ];
}

function hasTcp(rows: readonly RowSummary[]): boolean {
  return rows.some((row) => row.timesTcp !== undefined);
}

function median(spread: Spread | undefined, digits: number): string {
  return spread === undefined ? NOTHING : spread.median.toFixed(digits);
}

function withRange(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return NOTHING;
  const range = `${spread.least.toFixed(digits)} – ${spread.most.toFixed(digits)}`;
  return `${spread.median.toFixed(digits)} (${range})`;
}

/** The first column to the left, figures to the right. */
function aligned(grid: readonly (readonly string[])[]): string[] {
  const widths = grid[0].map((_, column) => Math.max(...grid.map((line) => line[column].length)));
  return grid.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join(GAP),
  );
}
