import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import { NumberChecker } from '#hawser/shared/classroom/number-checker.js';
import { smallPieces } from '#hawser/shared/classroom/number-text.js';

const bytes = (text: string) => new TextEncoder().encode(text);

function streamOf(count: number): Uint8Array {
  return Uint8Array.from([...smallPieces(count)].flatMap((piece) => [...piece]));
}

testProp(
  'the stream is accepted however it is cut into slices',
  [fc.integer({ min: 1, max: 400 }), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 })],
  (t, count, cuts) => {
    const stream = streamOf(count);
    const checker = new NumberChecker(count);
    for (let at = 0, turn = 0; at < stream.length; turn++) {
      const end = at + cuts[turn % cuts.length];
      checker.accept(stream.subarray(at, end));
      at = end;
    }
    t.true(checker.complete);
    t.is(checker.received, count);
  },
);

testProp(
  'a single changed byte is refused, wherever it is',
  [fc.integer({ min: 1, max: 400 }), fc.nat(), fc.integer({ min: 1, max: 255 })],
  (t, count, where, flip) => {
    const stream = streamOf(count);
    stream[where % stream.length] ^= flip;
    const error = t.throws(() => {
      new NumberChecker(count).accept(stream);
    });
    t.like(error, { code: 'ERR_HAWSER_WRONG_DATA' });
  },
);

test('a number that is missing is refused, with what was expected and what came', (t) => {
  const checker = new NumberChecker(5);
  checker.accept(bytes('0 1 '));
  t.throws(
    () => {
      checker.accept(bytes('3 '));
    },
    { message: 'expected number 2, but "3 " arrived' },
  );
});

test('a number counts only once its space has arrived', (t) => {
  const checker = new NumberChecker(12);
  checker.accept(bytes('0 1'));
  t.is(checker.received, 1);
  checker.accept(bytes(' '));
  t.is(checker.received, 2);
});

test('anything after the last number is refused', (t) => {
  const checker = new NumberChecker(1);
  checker.accept(bytes('0 '));
  t.throws(
    () => {
      checker.accept(bytes('1 '));
    },
    { message: 'expected nothing after the last number, but "1 " arrived' },
  );
});

test('a stream that ends early is refused, with how far it came', (t) => {
  const checker = new NumberChecker(3);
  checker.accept(bytes('0 1 2'));
  t.throws(
    () => {
      checker.end();
    },
    { message: 'the stream ended after 2 of 3 numbers' },
  );
});
