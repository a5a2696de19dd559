import test from 'ava';
import fc from 'fast-check';
import { Roll, rollWords } from '#hawser/shared/memory/roll.js';
import { sharedWords } from './support.js';

const PLACES = 200;

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
