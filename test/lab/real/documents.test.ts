/**
 * The documents say of the races and of the real programs what the code says.
 */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { races } from '#hawser/lab/races/index.js';
import { realPrograms, type RealProgram } from '#hawser/lab/real/index.js';

const racesDocument = read('docs/races.md');
const threadsDocument = read('docs/threads.md');

function read(path: string): string {
  return readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
}

/** The cells of the table rows whose first cell is one name in code style, by that name. */
function rowsByName(document: string): Map<string, string[]> {
  const rows = [...document.matchAll(/^\| `([a-z-]+)` +\|(.*)\|$/gm)];
  return new Map(rows.map(([, name, rest]) => [name, rest.split('|').map((cell) => cell.trim())]));
}

function howFar({ coverage, fails }: RealProgram): string {
  if (fails !== undefined) return 'fails, as it must';
  return coverage === 'proved' ? 'proved' : `bound ${coverage}`;
}

test('docs/races.md lists the races in the order of the catalogue', (t) => {
  const names = new Set(races.map(({ name }) => name));
  const listed = [...rowsByName(racesDocument).keys()].filter((name) => names.has(name));
  t.deepEqual(listed, [...names]);
});

test('docs/races.md says of each real program what it is and how far it goes', (t) => {
  const rows = rowsByName(racesDocument);
  for (const real of realPrograms) {
    const { name } = real.program;
    t.deepEqual(rows.get(name), [real.words, real.claim, howFar(real)], name);
  }
});

test('docs/threads.md claims no more of a program than is tested', (t) => {
  const claims = threadsDocument.matchAll(/((?:`[a-z-]+`,? ?)+): (proved|bound \d+)/g);
  const claimed = [...claims].flatMap(([, names, far]) => {
    return [...names.matchAll(/`([a-z-]+)`/g)].map(([, name]) => `${name}: ${far}`);
  });
  const tested = new Set(realPrograms.map((real) => `${real.program.name}: ${howFar(real)}`));
  t.true(claimed.length > 10);
  t.deepEqual(
    claimed.filter((claim) => !tested.has(claim)),
    [],
  );
});
