/** The figures of a run, condensed: what table, JSON and page are made from. */
import { spread, type Spread } from '../support/report.js';
import type { Absent } from '../contest/field.js';
import type { Row } from '../contest/interleave.js';
import { bestPeer, ratioSpread, tcpRow, valuesOf } from '../contest/ratios.js';
import type { Column, Scenario } from '../contest/scenario.js';

export interface RowSummary extends Row {
  /** By the keys of the columns; none if every run failed. */
  readonly spreads: Readonly<Record<string, Spread>>;
  /** Of the first column, taken run by run. */
  readonly timesTcp?: Spread;
  readonly timesBestPeer?: Spread;
}

export interface ScenarioSummary {
  readonly name: string;
  readonly title: string;
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly RowSummary[];
  readonly bestPeer?: string;
}

export interface ContestSummary {
  readonly machine: string;
  readonly startedAt: string;
  readonly runs: number;
  readonly secondsAimedAt: number;
  readonly absent: readonly Absent[];
  readonly scenarios: readonly ScenarioSummary[];
}

export function summarize(scenario: Scenario, rows: readonly Row[]): ScenarioSummary {
  const { name, title, notes, columns } = scenario;
  const peer = bestPeer(rows, columns[0]);
  return {
    name,
    title,
    notes,
    columns,
    rows: rows.map((row) => summarizeRow(row, columns, tcpRow(rows), peer)),
    ...(peer && { bestPeer: peer.label }),
  };
}

function summarizeRow(
  row: Row,
  columns: readonly Column[],
  tcp: Row | undefined,
  peer: Row | undefined,
): RowSummary {
  const measured = columns.filter(({ key }) => valuesOf(row, key).length > 0);
  const timesTcp = tcp && ratioSpread(row, tcp, columns[0].key);
  const timesBestPeer = peer && ratioSpread(row, peer, columns[0].key);
  return {
    ...row,
    spreads: Object.fromEntries(measured.map(({ key }) => [key, spread(valuesOf(row, key))])),
    ...(timesTcp && { timesTcp }),
    ...(timesBestPeer && { timesBestPeer }),
  };
}
