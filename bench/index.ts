/** `npm run bench`: Hawser and its peers side by side, interleaved in one run. */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Command, Option } from 'commander';
import { CONTENDERS } from './contest/contenders.js';
import { prepareField, type Field } from './contest/field.js';
import { interleave } from './contest/interleave.js';
import type { Scenario } from './contest/scenario.js';
import { page } from './output/page.js';
import { summarize, type ContestSummary, type ScenarioSummary } from './output/summary.js';
import { table } from './output/table.js';
import { SCENARIOS } from './scenarios/index.js';
import { positiveNumber, positiveWholeNumber } from './support/flags.js';
import { machine } from './support/report.js';

interface Flags {
  readonly scenario?: string[];
  readonly contender?: string[];
  readonly runs: number;
  readonly seconds: number;
  readonly json?: string;
  readonly html?: string;
}

const flags = new Command('bench')
  .description('Hawser and its peers side by side; each measurement is two processes on loopback.')
  .addOption(choice('--scenario <names...>', 'only these', SCENARIOS))
  .addOption(choice('--contender <names...>', 'only these', CONTENDERS))
  .option('--runs <n>', 'how often each is measured', positiveWholeNumber, 5)
  .option('--seconds <s>', 'how long each measurement should take', positiveNumber, 1.5)
  .option('--json <file>', 'write all figures there')
  .option('--html <file>', 'write a page with charts there')
  .parse()
  .opts<Flags>();

const startedAt = new Date().toISOString();
const load = loadavg()[0].toFixed(1);
console.log(`${machine()}, load before ${load}\n${startedAt}, ${flags.runs} interleaved runs`);

const field = await prepareField(flags.contender);
for (const { label, reason } of field.absent) console.log(`absent: ${label}: ${reason}`);
const wanted = SCENARIOS.filter(({ name }) => flags.scenario?.includes(name) ?? true);
const scenarios: ScenarioSummary[] = [];
for (const scenario of wanted) {
  const summary = await run(scenario, field);
  console.log(`\n${table(summary)}`);
  scenarios.push(summary);
}
write({
  machine: machine(),
  startedAt,
  runs: flags.runs,
  secondsAimedAt: flags.seconds,
  absent: field.absent,
  scenarios,
});

async function run(scenario: Scenario, field: Field): Promise<ScenarioSummary> {
  const entrants = scenario.entrants(field, flags.seconds);
  const rows = await interleave(entrants, flags.runs, (label, at) => {
    process.stderr.write(`${scenario.name} ${at + 1}/${flags.runs}: ${label}\n`);
  });
  return summarize(scenario, rows);
}

function write(contest: ContestSummary): void {
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(contest, null, 2)}\n`);
  if (flags.html !== undefined) writeFileSync(flags.html, page(contest));
}

function choice(name: string, text: string, from: readonly { readonly name: string }[]): Option {
  return new Option(name, text).choices(from.map((one) => one.name));
}
