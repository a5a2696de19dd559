import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import {
  LARGE_PIECE_CHARACTERS,
  largePieces,
  smallPieces,
} from '#hawser/shared/classroom/number-text.js';

const text = (pieces: Iterable<Uint8Array>) =>
  [...pieces].map((piece) => new TextDecoder().decode(piece));

test('stage 1 sends each number by itself, followed by one space', (t) => {
  t.deepEqual(text(smallPieces(3)), ['0 ', '1 ', '2 ']);
});

test('a thousand numbers are 3890 bytes in both stages', (t) => {
  t.is(text(smallPieces(1000)).join('').length, 3890);
  t.is(text(largePieces(1000)).join('').length, 3890);
});

testProp(
  'stage 2 sends the same text in pieces that end with the first number beyond 12345 characters',
  [fc.integer({ min: 1, max: 20_000 })],
  (t, count) => {
    const pieces = text(largePieces(count));
    t.is(pieces.join(''), text(smallPieces(count)).join(''));
    for (const piece of pieces.slice(0, -1)) {
      t.true(piece.length > LARGE_PIECE_CHARACTERS);
      t.true(piece.replace(/\d+ $/, '').length <= LARGE_PIECE_CHARACTERS);
    }
  },
  { numRuns: 25 },
);
