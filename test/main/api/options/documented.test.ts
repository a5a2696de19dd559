/** What docs/api/options.md says of defaults and ranges, held against what the options do. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { connectRequest } from '#hawser/main/api/options/connect-options.js';
import { listenRequest, serverRequest } from '#hawser/main/api/options/listen-options.js';
import { socketOptions } from '#hawser/main/api/options/socket-options.js';

const page = readFileSync(new URL('../../../../../docs/api/options.md', import.meta.url), 'utf8');

interface Row {
  readonly option: string;
  readonly standard: string;
  readonly range: string;
}

type Check = (options: Record<string, unknown>) => unknown;

/** Which function checks the options of a section. */
const CHECKS: Readonly<Record<string, Check>> = {
  Connections: (options) => connectRequest({ port: 1, ...options }),
  Sockets: (options) => socketOptions(options),
  '`connect`': (options) => connectRequest({ port: 1, ...options }),
  Servers: (options) => serverRequest(options),
  Listening: (options) => listenRequest(options),
};

function rowsOf(section: string): Row[] {
  const from = page.indexOf(`\n## ${section}\n`);
  const text = page.slice(from, page.indexOf('\n## ', from + 1));
  const lines = [...text.matchAll(/^\|(.*)\|$/gm)].map(([, line]) => line.split(' | '));
  const header = lines[0].map((cell) => cell.trim());
  return lines.slice(2).map((cells) => {
    const cell = (name: string) => (cells[header.indexOf(name)] ?? '').trim();
    return {
      option: cell('option').replaceAll(/[`|\s]/g, ''),
      standard: cell('default'),
      range: cell('range'),
    };
  });
}

/** Values at the edges of what a row allows, and just beyond them. */
function edgesOf({ range }: Row): { good: unknown[]; bad: unknown[] } {
  const between = /(\d+) – (\d+)$/.exec(range);
  if (between !== null) {
    const [least, most] = [Number(between[1]), Number(between[2])];
    const alone = range.startsWith('0, ') ? [0] : [];
    return { good: [least, most, ...alone], bad: [least - 1, most + 1, least + 0.5, NaN, {}] };
  }
  if (range === 'true, false') return { good: [true, false], bad: [1, 'true', null] };
  const choices = range.split(', ').map((choice) => choice.replaceAll('`', ''));
  if (!range.includes(', ')) return { good: [], bad: [] };
  const values = choices.map((choice) => (/^\d+$/.test(choice) ? Number(choice) : choice));
  return { good: values, bad: ['neither', 7] };
}

for (const [section, check] of Object.entries(CHECKS)) {
  for (const row of rowsOf(section)) {
    const { option, standard } = row;
    test(`${section}: ${option} takes what its row says, and no more`, (t) => {
      const { good, bad } = edgesOf(row);
      for (const value of good) t.notThrows(() => check({ [option]: value }), String(value));
      for (const value of bad) {
        const error = t.throws(() => check({ [option]: value }), { code: 'ERR_HAWSER_BAD_OPTION' });
        t.true(error.message.includes(option), error.message);
      }
      if (/^(\d+|true|false)$/.test(standard)) {
        t.deepEqual(check({ [option]: JSON.parse(standard) as unknown }), check({}));
      }
      t.pass();
    });
  }
}
