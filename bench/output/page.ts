/** The run as one HTML file that needs nothing else: tables, and charts drawn by uPlot, inlined. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { FOLDERS } from '../support/folders.js';
import { cells, headings } from './table.js';
import type { ContestSummary, ScenarioSummary } from './summary.js';

const packages = createRequire(import.meta.url);

export function page(contest: ContestSummary): string {
  const { machine, startedAt, runs, absent } = contest;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hawser and its peers</title>
<style>${uPlot('uPlot.min.css')}${own('page.css')}</style>
</head>
<body>
<h1>Hawser and its peers</h1>
<p>${escape(machine)}<br>${escape(startedAt)}, ${runs} interleaved runs.
Bars are medians, dots single runs; ratios are medians of ratios taken run by run.</p>
${absent.map(({ label, reason }) => `<p>absent: ${escape(label)}: ${escape(reason)}</p>`).join('')}
${contest.scenarios.map(section).join('\n')}
<script>${uPlot('uPlot.iife.min.js')}</script>
<script type="application/json" id="contest">${asScriptData(contest)}</script>
<script>${own('charts.js')}</script>
</body>
</html>
`;
}

function section(scenario: ScenarioSummary): string {
  const { name, title, notes, rows } = scenario;
  const failures = rows.flatMap((row) => row.failures.map((text) => `${row.label}, ${text}`));
  return `<section>
<h2>${escape(title)}</h2>
<ul>${notes.map((note) => `<li>${escape(note)}</li>`).join('')}</ul>
<div class="charts" data-scenario="${escape(name)}"></div>
<div class="wide"><table>
<thead>${line('th', headings(scenario))}</thead>
<tbody>${rows.map((row) => line('td', cells(row, scenario))).join('\n')}</tbody>
</table></div>
${failures.map((text) => `<p class="bad">failed: ${escape(text)}</p>`).join('')}
</section>`;
}

function line(tag: 'th' | 'td', texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<${tag}>${escape(text)}</${tag}>`).join('')}</tr>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON in which nothing can end the script element. */
function asScriptData(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function uPlot(file: string): string {
  return readFileSync(packages.resolve(`uplot/dist/${file}`), 'utf8');
}

function own(file: string): string {
  return readFileSync(new URL(`output/${file}`, FOLDERS.sources), 'utf8');
}
