/** Holds docs/threads.md against the layout: each declared word has its row, with its guard. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import * as endpointLayout from '#hawser/shared/memory/endpoint-layout.js';
import * as layout from '#hawser/shared/memory/layout.js';
import type { Declarations } from '#hawser/shared/memory/words.js';

const document = readFileSync(new URL('../../../docs/threads.md', import.meta.url), 'utf8');

const TABLES: Readonly<Record<string, Declarations>> = {
  'Endpoint words': endpointLayout.endpointDeclarations,
  'Endpoint rolls and texts': endpointLayout.endpointSectionDeclarations,
  'Connection words': layout.connectionDeclarations,
  'Send words': layout.sendDeclarations,
  'Receive words': layout.receiveDeclarations,
  'Send times': layout.sendTimeDeclarations,
  'Receive times': layout.receiveTimeDeclarations,
  'Congestion values': layout.congestionDeclarations,
  'Cubic values': layout.cubicDeclarations,
  'BBR values': layout.bbrDeclarations,
  'Tuning values': layout.tuningDeclarations,
  'Send counters': layout.sendCounterDeclarations,
  'Receive counters': layout.receiveCounterDeclarations,
  'Port counters': layout.portCounterDeclarations,
  'Rings and texts': layout.sectionDeclarations,
};

/** Sections of single words; what else `layOut` lays out is a ring or a text. */
const WORD_SECTIONS = [
  ['connectionWords', 'sendWords', 'receiveWords', 'sendTimes', 'receiveTimes'],
  ['congestion', 'cubic', 'bbr', 'tuning', 'sendCounters', 'receiveCounters', 'portCounters'],
].flat();

const WRITERS = ['any', 'creator', 'main', 'listener', 'timer', 'application', 'sender'];
const UNITS = [
  'segments',
  'number',
  'slot',
  'bytes',
  'count',
  'flag',
  'code',
  'µs',
  'ID',
  'CRC',
  'rate',
  'ratio',
];
const OTHER_UNITS = ['futex', 'port'];

/** The cells of each row of the table under a heading. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = document.split(`\n### ${heading}\n`);
  const [body] = section.split('\n#');
  const lines = body.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

for (const [heading, declarations] of Object.entries(TABLES)) {
  test(`the table "${heading}" lists the declared words, with their guards and meanings`, (t) => {
    const documented = rowsUnder(heading).map(([word, guard, , , meaning]) => ({
      word,
      guard,
      meaning,
    }));
    const declared = Object.entries(declarations).map(([word, { guard, note }]) => ({
      word: `\`${word}\``,
      guard,
      meaning: note,
    }));
    t.deepEqual(documented, declared, 'docs/threads.md and layout.ts differ');
  });

  test(`each word of "${heading}" names its writers and its unit`, (t) => {
    for (const [word, , writers, unit] of rowsUnder(heading)) {
      for (const writer of writers.split(', '))
        t.true(WRITERS.includes(writer), `${word}: ${writer}`);
      t.true([...UNITS, ...OTHER_UNITS].includes(unit), `${word}: ${unit}`);
    }
  });
}

test('every section that is laid out is a table of words or a row of rings', (t) => {
  const { offsets } = layout.layOut({ sendSlots: 4, receiveSlots: 4, slotBytes: 8 }, 1);
  const rings = Object.keys(offsets).filter((section) => !WORD_SECTIONS.includes(section));
  t.deepEqual(rings.sort(), Object.keys(layout.sectionDeclarations).sort());
});

test('the stress tests that the document names are there', (t) => {
  const named = [...document.matchAll(/`test\/(stress\/[a-z-]+)\.test\.ts`/g)];
  t.true(named.length > 0);
  for (const [, path] of named) {
    t.notThrows(() => readFileSync(new URL(`../${path}.test.js`, import.meta.url)));
  }
});
