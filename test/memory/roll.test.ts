import test from 'ava';
import fc from 'fast-check';
import { Roll, rollWords } from '#hawser/shared/memory/roll.js';
import { sharedWords } from './support.js';

/** More than one word of summary. */
const PLACES = 3_000;

function read(roll: Roll): number[] {
  const places: number[] = [];
  roll.read((place) => places.push(place));
  return places;
}

test('a roll calls every marked place once, in order, and is empty then', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: PLACES - 1 })), (marked) => {
      const roll = new Roll(sharedWords(rollWords(PLACES)));
      for (const place of marked) roll.mark(place);
      t.deepEqual(
        read(roll),
        [...new Set(marked)].sort((a, b) => a - b),
      );
      t.deepEqual(read(roll), []);
    }),
  );
});

test('a place that is marked while it is visited is called again', (t) => {
  const roll = new Roll(sharedWords(rollWords(PLACES)));
  roll.mark(31);
  roll.read((place) => {
    roll.mark(place);
  });
  t.deepEqual(read(roll), [31]);
});

test('every place is called, also the last of any number of places', (t) => {
  for (const places of [1, 31, 32, 33, 1023, 1024, 1025, 65_536]) {
    const roll = new Roll(sharedWords(rollWords(places)));
    roll.mark(0);
    roll.mark(places - 1);
    t.deepEqual(read(roll), places === 1 ? [0] : [0, places - 1], `${places} places`);
  }
});
