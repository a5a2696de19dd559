/** `sweep` as a process: it goes on where it was, and parts are put together with `cat`. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

import type { Result } from '#hawser/main/sweep/results-file.js';

import { Program } from './helpers/program.js';

const GRID = ['--congestion', 'none', '--rate', '2M', '--rtt', '20ms', '--loss', '0,0.1'];
const SMALL = [...GRID, '--window', '16', '--seconds', '0.5', '--seeds', '2'];

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'hawser-sweep-'));
  const at = (name: string) => join(folder, name);
  return { at, out: at('sweep.jsonl'), report: at('sweep.html') };
}

function resultsIn(path: string): Result[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Result);
}

test.serial(
  'a sweep writes a line for each cell and a page; again, it has nothing to do',
  async (t) => {
    const { out, report } = place();
    const files = ['--out', out, '--report', report];
    const first = await new Program('sweep', ...SMALL, ...files).ended;
    t.is(first.exitCode, 0, first.stderr);
    t.true(first.stdout.includes('| Goodput'));
    t.is(resultsIn(out).length, 4);
    t.true(existsSync(report));
    const before = readFileSync(out, 'utf8');
    const second = await new Program('sweep', ...SMALL, ...files).ended;
    t.is(second.exitCode, 0);
    t.is(readFileSync(out, 'utf8'), before);
    t.is(second.stdout, first.stdout);
  },
);

test.serial('parts made by shards, put together, are the whole', async (t) => {
  const { at, report } = place();
  const parts = [1, 2, 3].map((part) => at(`part${part}.jsonl`));
  for (const [index, out] of parts.entries()) {
    const shard = `${index + 1}/3`;
    const flags = [...SMALL, '--shard', shard, '--out', out, '--report', report, '--quiet'];
    t.is((await new Program('sweep', ...flags).ended).exitCode, 0);
  }
  const whole = at('whole.jsonl');
  writeFileSync(whole, parts.map((part) => readFileSync(part, 'utf8')).join(''));
  const before = readFileSync(whole, 'utf8');
  const ending = await new Program('sweep', ...SMALL, '--out', whole, '--report', report).ended;
  t.is(ending.exitCode, 0);
  t.regex(ending.stdout, /^4 cells/m);
  t.is(readFileSync(whole, 'utf8'), before);
});

test.serial('an interrupted sweep keeps what is finished, and goes on from there', async (t) => {
  const { out, report } = place();
  const many = [...GRID, '--window', '64', '--seconds', '1', '--seeds', '40'];
  const flags = ['sweep', ...many, '--out', out, '--report', report, '--workers', '1'];
  const program = new Program(...flags);
  await program.untilComplaint('of 80 cells');
  while (!existsSync(out)) await new Promise(setImmediate);
  program.kill('SIGINT');
  t.is((await program.ended).exitCode, 130);
  const kept = readFileSync(out, 'utf8');
  const count = resultsIn(out).length;
  t.true(count > 0 && count < 80, `${count}`);
  const rest = await new Program(...flags).ended;
  t.is(rest.exitCode, 0, rest.stderr);
  t.true(readFileSync(out, 'utf8').startsWith(kept));
  t.is(new Set(resultsIn(out).map(({ key }) => key)).size, 80);
});

const TINY = ['--congestion', 'none', '--rate', '2M', '--loss', '0', '--seconds', '0.1'];

for (const flag of ['--out', '--report']) {
  test.serial(`${flag} where nothing can be written is a clear error`, async (t) => {
    const { at, out, report } = place();
    const [nowhere, folder] = [at('missing/file'), at('.')];
    for (const path of [nowhere, folder]) {
      const flags = ['--out', out, '--report', report, flag, path];
      const { exitCode, stderr } = await new Program('sweep', ...TINY, ...flags).ended;
      t.is(exitCode, 1);
      t.regex(
        stderr,
        /^ERR_HAWSER_FILE_OBSTRUCTED: cannot (read|write) ".*": .*\((ENOENT|EISDIR)\)$/m,
      );
      t.notRegex(stderr, /^ {4}at /m);
    }
  });
}

test.serial('one file for results and page is refused, before it costs the results', async (t) => {
  const { out } = place();
  const flags = ['--out', out, '--report', join(out, '..', 'sweep.jsonl')];
  const { exitCode, stderr } = await new Program('sweep', ...TINY, ...flags).ended;
  t.is(exitCode, 2);
  t.regex(stderr, /would take the place of the results/);
  t.false(existsSync(out));
});

const refused: [flag: string, value: string, complaint: RegExp][] = [
  ['--congestion', 'reno', /bbr, cubic, none/],
  ['--loss', '0,1', /from 0 to 0.99/],
  ['--rtt', '50', /time up to 10s/],
  ['--rate', 'fast', /rate in bits/],
  ['--shard', '3/2', /I\/N/],
  ['--seconds', '0', /from 0.1/],
];

for (const [flag, value, complaint] of refused) {
  test.serial(`${flag} ${value} is refused`, async (t) => {
    const { exitCode, stderr } = await new Program('sweep', flag, value).ended;
    t.is(exitCode, 2);
    t.regex(stderr, complaint);
  });
}
