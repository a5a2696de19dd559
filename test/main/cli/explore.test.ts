/**
 * The commands as a user calls them: one process a test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Report } from '#hawser/lab/index.js';

const main = fileURLToPath(new URL('../../../../dist/main.js', import.meta.url));

interface Result {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

function hawser(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args]);
    let output = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({ exitCode, output, errors });
    });
  });
}

test.serial(
  'explore without a name lists the races, then what runs the real modules',
  async (t) => {
    const { exitCode, output } = await hawser('explore');
    t.is(exitCode, 0);
    t.regex(output, /^lost-update +\S[^]*^The real modules[^]*^mutex-of-three +\S.* \(proved\)$/m);
    t.regex(output, /^close-and-write .* \(must fail: data-race\)$/m);
  },
);

test.serial(
  'a program over the real modules is explored as far as the catalogue says',
  async (t) => {
    const { exitCode, output } = await hawser('explore', 'mutex-try');
    t.is(exitCode, 0, output);
    t.regex(output, /^mutex-try: proved/m);
  },
);

test.serial('flags go over what the catalogue says of a real program', async (t) => {
  const { exitCode, output } = await hawser('explore', 'mutex-try', '--bound', '0');
  t.is(exitCode, 0, output);
  t.regex(output, /^mutex-try: passed/m);
  t.regex(output, /left out by: preemption-bound/);
});

test.serial('a real program that breaks a rule must fail, which is then exit code 0', async (t) => {
  const { exitCode, output } = await hawser('explore', 'close-and-write', '--json');
  t.is(exitCode, 0);
  const [report] = JSON.parse(output) as (Report & { declared: string })[];
  t.is(report.declared, 'data-race');
  t.is(report.failure?.kind, 'data-race');
});

test.serial('explore prints what a race teaches, in lines that can be read', async (t) => {
  const { output } = await hawser('explore', 'lost-update');
  t.regex(output, /^Symptom\n {2}\S[^]*^Why\n {2}\S[^]*^Fix\n {2}\S[^]*^Cost\n {2}\S/m);
  t.true(output.split('\n').every((line) => line.length <= 100));
});

test.serial(
  'explore shows the trace of the buggy version, proves the fixed one, and exits with 0',
  async (t) => {
    const { exitCode, output } = await hawser('explore', 'lost-update');
    t.is(exitCode, 0);
    t.regex(output, /lost-update, buggy: FAILED, assertion/);
    t.regex(output, /token \S+/);
    t.regex(output, /▶ load datagramsSent reads 0 +programs\.ts:\d+/);
    t.regex(output, /lost-update, fixed: proved/);
  },
);

test.serial('explore exits with 1 if the verdict is not the declared one', async (t) => {
  const { exitCode } = await hawser(
    'explore',
    'lost-update',
    '--buggy',
    '--mode',
    'bounded',
    '--bound',
    '0',
  );
  t.is(exitCode, 1);
});

test.serial('explore --json prints reports that a program can read', async (t) => {
  const { output } = await hawser('explore', 'lost-update', '--buggy', '--json');
  const lastLine = output.trimEnd().split('\n').at(-1)!;
  const [report] = JSON.parse(lastLine) as (Report & { declared: string })[];
  t.is(report.declared, 'assertion');
  t.is(report.verdict, 'failed');
  t.is(report.failure?.preemptions, 1);
});

test.serial('a token that explore printed can be replayed and confirmed', async (t) => {
  const { output } = await hawser('explore', 'lost-update', '--buggy', '--json');
  const token = (JSON.parse(output) as Report[])[0].failure!.token;
  const replayed = await hawser('explore', 'lost-update', '--buggy', '--token', token);
  t.is(replayed.exitCode, 0);
  t.regex(replayed.output, /=> assertion/);
  const confirmed = await hawser('confirm', 'lost-update', token);
  t.is(confirmed.exitCode, 0, confirmed.output);
  t.regex(confirmed.output, /confirmed: true/);
});

test.serial(
  'stress counts the outcomes of the fixed version and finds nothing wrong',
  async (t) => {
    const { exitCode, output } = await hawser(
      'stress',
      'lost-update',
      '--fixed',
      '--rounds',
      '500',
    );
    t.is(exitCode, 0, output);
    t.regex(output, /outcomes: \n +2: \d+/);
  },
);

test.serial('Ctrl-C ends a search and prints what it has covered', async (t) => {
  const args = ['explore', 'lost-update', '--fixed', '--mode', 'random', '--max-seconds', '600'];
  const child = spawn(process.execPath, [main, ...args]);
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.once('data', () => child.kill('SIGINT'));
  const [exitCode] = (await once(child, 'close')) as [number];
  t.is(exitCode, 130);
  t.regex(output, /lost-update, fixed: passed/);
  t.regex(output, /left out by: budget/);
});

const BAD_USAGE: readonly (readonly string[])[] = [
  ['explore', 'no-such-race'],
  ['explore', 'lost-update', '--mode', 'fast'],
  ['explore', 'lost-update', '--bound', '-1'],
  ['explore', 'lost-update', '--buggy', '--fixed'],
  ['explore', 'lost-update', '--variant', 'no-such-variant'],
  ['explore', 'lost-update', '--token', 'nonsense'],
  ['explore', 'mutex-try', '--buggy'],
  ['explore', '--max-seconds', '1'],
  ['confirm', 'lost-update', 'nonsense'],
  ['stress'],
];

for (const args of BAD_USAGE) {
  test.serial(
    `"${args.join(' ')}" is bad usage: exit code 2 and one line that says why`,
    async (t) => {
      const { exitCode, errors } = await hawser(...args);
      t.is(exitCode, 2);
      t.regex(errors, /^error: /m);
    },
  );
}
