/**
 * The engine runs in a browser as it is: nothing it loads needs Node, and it does without shared
 * memory.
 */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { explore } from '#hawser/lab/index.js';
import * as failing from './programs/failing.js';

const IMPORT = /(?:^|\n)(?:import|export)\s(?:[^'"]*?from\s)?'([^']+)'/g;

/** All modules that `url` loads at once, itself included; not what it may load later. */
function loadedBy(url: URL, seen = new Set<string>()): Set<string> {
  if (seen.has(url.href)) return seen;
  seen.add(url.href);
  for (const [, specifier] of readFileSync(url, 'utf8').matchAll(IMPORT)) {
    if (specifier.startsWith('.')) loadedBy(new URL(specifier, url), seen);
    else seen.add(specifier);
  }
  return seen;
}

test('the explorer loads neither Node modules nor packages', (t) => {
  const modules = loadedBy(new URL(import.meta.resolve('#hawser/lab/index.js')));
  t.true(modules.size > 20);
  t.deepEqual(
    [...modules].filter((one) => !one.startsWith('file:')),
    [],
  );
});

test.serial('without SharedArrayBuffer the explorer finds the same', (t) => {
  const expected = explore(failing.deadlock).failure?.token;
  const before = Object.getOwnPropertyDescriptor(globalThis, 'SharedArrayBuffer')!;
  t.true(Reflect.deleteProperty(globalThis, 'SharedArrayBuffer'));
  try {
    t.is(explore(failing.deadlock).failure?.token, expected);
    t.is(explore(failing.lostWakeUp).failure?.kind, 'deadlock');
    t.is(explore(failing.dataRace).failure?.kind, 'data-race');
  } finally {
    Object.defineProperty(globalThis, 'SharedArrayBuffer', before);
  }
});
