/** What the package promises to those who install it. */
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { examples, InstalledPackage } from './support/installed-package.js';

interface Manifest {
  readonly bin: Record<string, string>;
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
}

const root = new URL('../../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
const promised = [...Object.values(manifest.bin), ...Object.values(manifest.exports)].flatMap(
  (target) => (typeof target === 'string' ? target : [target.types, target.default]),
);

for (const path of promised) {
  test(`${path}, which package.json names, is there`, (t) => {
    t.true(existsSync(new URL(path, root)));
  });
}

test('the package exports sockets and servers, the blocking Streamer with its host, and its errors', async (t) => {
  const api = await import('hawser');
  t.deepEqual(Object.keys(api).sort(), [
    'HawserError',
    'HawserServer',
    'HawserSocket',
    'Streamer',
    'connect',
    'createConnection',
    'createServer',
    'hostStreamers',
    'listen',
  ]);
});

/** What each example prints. */
const printed: Readonly<Partial<Record<string, RegExp>>> = {
  'hello.mjs': /^hello over UDP\n$/,
  'echo.mjs': /^hello\n$/,
  'typed.ts': /^3 lines\n$/,
  'request.mjs': /^you said good morning\n\d+ bytes received\n$/,
  'greeter.mjs': /^welcome\n$/,
  'after.mjs': /^hello\n$/,
  'web.mjs': /^you asked for \/tea\n$/,
};
/** Two of these talk to each other. */
const STREAMERS = ['main.mjs', 'worker.mjs'];

test('installed in an empty project, the examples of the README and of docs/api compile, and run', async (t) => {
  const installed = await InstalledPackage.install();
  t.teardown(() => installed.remove());
  const all = await examples();
  for (const example of all) await installed.write(example);
  const names = all.map(({ name }) => name);
  t.deepEqual(
    names.filter((name) => !STREAMERS.includes(name)).sort(),
    Object.keys(printed).sort(),
    'it is known what each prints',
  );
  await installed.compile(names);
  for (const [name, expected] of Object.entries(printed)) {
    t.regex(await installed.run(name), expected!, name);
  }
  const main = all.find(({ name }) => name === 'main.mjs')!.text;
  const exchanged = main.replace('from: 9000, to: 9001', 'from: 9001, to: 9000');
  t.not(exchanged, main);
  await installed.write({ name: 'other.mjs', text: exchanged });
  const said = await Promise.all([installed.run('main.mjs'), installed.run('other.mjs')]);
  t.deepEqual(said, ['hello\n\n', 'hello\n\n']);
});
