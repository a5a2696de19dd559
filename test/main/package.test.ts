/** What the package promises to those who install it. */
import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';

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

test('the package exports a host for the main thread, a Streamer for workers, and its errors', async (t) => {
  const api = await import('hawser');
  t.deepEqual(Object.keys(api).sort(), ['HawserError', 'Streamer', 'hostStreamers']);
});
