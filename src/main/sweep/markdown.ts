/** The tables of a sweep as Markdown, for the terminal and for documents. */
import { FIGURES } from './figures.js';
import { commonText, type HeatTable, heatTable } from './heat-table.js';
import type { Result } from './results-file.js';

export function markdownTables(results: readonly Result[]): string {
  const tables = FIGURES.map((figure) => heatTable(figure, results)).filter(
    (table) => table !== undefined,
  );
  return [commonText(results), ...tables.map(markdownTable)].join('\n\n');
}

function markdownTable({ figure, rowHeadings, columnHeadings, cells }: HeatTable): string {
  const rows = rowHeadings.map((heading, row) => [
    heading,
    ...cells[row].map((cell) => (cell === undefined ? '' : figure.show(cell.value))),
  ]);
  const table = [[figure.title, ...columnHeadings], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const lines = table.map((row) => lineOf(row.map((text, at) => text.padEnd(widths[at]))));
  const rule = lineOf(widths.map((width) => '-'.repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
