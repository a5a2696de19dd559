/** Ratios of rows, run by run: two figures are only compared if they were taken in the same turn. */
import { spread, type Spread } from '../support/report.js';
import type { Row } from './interleave.js';
import type { Column } from './scenario.js';

export function valuesOf(row: Row, key: string): number[] {
  return row.samples.flatMap((figures) => (figures === undefined ? [] : [figures[key]]));
}

/** Undefined if there is no run that both went through. */
export function ratioSpread(row: Row, base: Row, key: string): Spread | undefined {
  const ratios = row.samples.flatMap((figures, run) => {
    const other = base.samples[run];
    return figures === undefined || other === undefined ? [] : [figures[key] / other[key]];
  });
  return ratios.length === 0 ? undefined : spread(ratios);
}

export function tcpRow(rows: readonly Row[]): Row | undefined {
  return rows.find((row) => row.kind === 'tcp' && row.samples.some(Boolean));
}

/** The peer with the best median. */
export function bestPeer(rows: readonly Row[], { key, better }: Column): Row | undefined {
  const sign = better === 'more' ? -1 : 1;
  const median = (row: Row) => spread(valuesOf(row, key)).median;
  return rows
    .filter((row) => row.kind === 'peer' && row.samples.some(Boolean))
    .sort((a, b) => sign * (median(a) - median(b)))
    .at(0);
}
