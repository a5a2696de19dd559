/** A sweep as one HTML file that needs nothing else: heat maps as tables, plots drawn by uPlot, inlined. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FIGURES } from '../figures.js';
import { commonText, type HeatCell, heatTable, type HeatTable } from '../heat-table.js';
import type { Result } from '../results-file.js';
import { drawPlots } from './plots.js';
import { STYLE } from './style.js';

const packages = createRequire(import.meta.url);

export function sweepPage(results: readonly Result[], command: string): string {
  const tables = FIGURES.map((figure) => heatTable(figure, results)).filter(
    (table) => table !== undefined,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hawser: a sweep of ${results.length} cells</title>
<style>${uPlotFile('uPlot.min.css')}${STYLE}</style>
</head>
<body>
<h1>A sweep of ${results.length} cells</h1>
<p><code>${escape(command)}</code></p>
<p>In virtual time: the transport itself over a simulated network, reproducible by seed. Everywhere:
${escape(commonText(results))}. Choose a cell to see its run.</p>
<div class="tables">${tables.map(section).join('\n')}</div>
<section id="run"><h2></h2><div class="plots"></div></section>
${failures(results)}
<script>${uPlotFile('uPlot.iife.min.js')}</script>
<script type="application/json" id="results">${asScriptData(results)}</script>
<script>(${drawPlots.toString()})(document, uPlot);</script>
</body>
</html>
`;
}

function section(table: HeatTable): string {
  const { figure, rowHeadings, columnHeadings, cells } = table;
  const head = columnHeadings.map((text) => `<th scope="col">${escape(text)}</th>`).join('');
  const rows = rowHeadings.map((text, row) => {
    const data = cells[row].map((cell) => dataCell(table, cell)).join('');
    return `<tr><th scope="row">${escape(text)}</th>${data}</tr>`;
  });
  return `<section>
<h2>${escape(figure.title)}</h2>
<p>${escape(figure.explanation)}</p>
<div class="wide"><table><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
</section>`;
}

function dataCell(table: HeatTable, cell: HeatCell | undefined): string {
  if (cell === undefined) return '<td></td>';
  const { figure } = table;
  const colour = `hsl(${hue(table, cell.value)} 70% 75%)`;
  const key = escape(cell.keys[0]);
  return `<td style="background:${colour}"><button data-key="${key}">${escape(figure.show(cell.value))}</button></td>`;
}

/** From red for the worst to green for the best; without bounds, those of the table. */
function hue({ figure, cells }: HeatTable, value: number): number {
  const values = cells.flat().flatMap((cell) => (cell === undefined ? [] : [cell.value]));
  const worst = Number.isNaN(figure.worst) ? 0 : figure.worst;
  const best = Number.isNaN(figure.best) ? Math.max(...values) : figure.best;
  const goodness = best === worst ? 1 : (value - worst) / (best - worst);
  return Math.round(120 * Math.min(1, Math.max(0, goodness)));
}

function failures(results: readonly Result[]): string {
  const texts = results.flatMap(({ key, outcome }) =>
    outcome.flows
      .filter(({ failure }) => failure !== undefined)
      .map(({ congestion, failure }) => `${key}: ${congestion} ended with ${String(failure)}`),
  );
  return texts.map((text) => `<p class="bad">${escape(text)}</p>`).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON in which nothing can end the script element. */
function asScriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function uPlotFile(name: string): string {
  return readFileSync(packages.resolve(`uplot/dist/${name}`), 'utf8');
}
