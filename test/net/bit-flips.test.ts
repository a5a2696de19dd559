import test from 'ava';

import { flipBits } from '#hawser/shared/net/bit-flips.js';
import { randomStreams } from '#hawser/shared/net/random.js';

const ROUNDS = 20_000;

/** Sets of flipped bits of `rounds` datagrams, as counts by bit and by number of flips. */
function sample(rate: number, byteLength: number) {
  const [random] = randomStreams(99, 1);
  const byBit = new Array<number>(8 * byteLength).fill(0);
  const byFlips = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = new Uint8Array(byteLength);
    const flips = flipBits(bytes, 0, byteLength, rate, random);
    byFlips.set(flips, (byFlips.get(flips) ?? 0) + 1);
    for (let bit = 0; bit < 8 * byteLength; bit++) byBit[bit] += (bytes[bit >> 3] >> (bit & 7)) & 1;
  }
  return { byBit, byFlips };
}

test('every bit is equally likely to flip', (t) => {
  const { byBit } = sample(0.8, 4);
  // p = 0.025: 500 flips of each bit with a standard deviation of 22.
  for (const flips of byBit) t.true(Math.abs(flips - 500) < 100, `${flips} flips of a bit`);
});

test('the number of flips is binomial, as with a draw for each bit', (t) => {
  const { byFlips } = sample(1, 4);
  const p = 1 / 32;
  let probability = (1 - p) ** 32;
  for (let flips = 0; flips <= 4; flips++) {
    const expected = probability * ROUNDS;
    const seen = byFlips.get(flips) ?? 0;
    const deviation = Math.sqrt(expected * (1 - probability));
    t.true(
      Math.abs(seen - expected) < 4.5 * deviation,
      `${flips} flips ${seen} times, not ${expected}`,
    );
    probability *= ((32 - flips) / (flips + 1)) * (p / (1 - p));
  }
});

test('only the given range is touched', (t) => {
  const [random] = randomStreams(3, 1);
  const bytes = new Uint8Array(30);
  for (let round = 0; round < 2000; round++) flipBits(bytes, 10, 10, 1, random);
  t.true(bytes.subarray(0, 10).every((byte) => byte === 0));
  t.true(bytes.subarray(20).every((byte) => byte === 0));
  t.true(bytes.subarray(10, 20).some((byte) => byte !== 0));
});

test('no rate and no bytes flip nothing', (t) => {
  const [random] = randomStreams(3, 1);
  t.is(flipBits(new Uint8Array(100), 0, 100, 0, random), 0);
  t.is(flipBits(new Uint8Array(100), 50, 0, 1, random), 0);
});
