import { createRequire } from 'node:module';
import { crc32 as zlibCrc32 } from 'node:zlib';
import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import { crc32, crc32Small, crc32Word, loadNativeCrc32 } from '#hawser/shared/wire/checksum.js';

const SIZE = 4096;
const shared = new Uint8Array(new SharedArrayBuffer(SIZE + 64), 24, SIZE);
for (let i = 0; i < SIZE; i++) shared[i] = Math.imul(i + 1, 0x9e3779b1) >>> 24;
const ordinary = Uint8Array.from(shared);

const slice = fc.tuple(fc.nat({ max: SIZE }), fc.nat({ max: SIZE })).map(([a, b]) => ({
  start: Math.min(a, b),
  end: Math.max(a, b),
}));

test('the check value of CRC-32 is the published one', (t) => {
  const bytes = Buffer.from('123456789');
  t.is(crc32(bytes, 0, bytes.length, 0) >>> 0, 0xcbf43926);
});

testProp(
  'native code and tables agree, on ordinary and on shared memory, at any place and seed',
  [slice, fc.integer()],
  (t, { start, end }, seed) => {
    const expected = zlibCrc32(ordinary.subarray(start, end), seed >>> 0) | 0;
    t.is(crc32(ordinary, start, end, seed), expected);
    t.is(crc32(shared, start, end, seed), expected);
    t.is(crc32Small(shared, start, end, seed), expected);
  },
);

testProp('a CRC continues where another ended', [slice, fc.nat()], (t, { start, end }, cut) => {
  const middle = start + (cut % (end - start + 1));
  const whole = crc32(shared, start, end, 0);
  t.is(crc32(shared, middle, end, crc32(shared, start, middle, 0)), whole);
});

testProp(
  'a word counts as its four bytes in network order',
  [fc.integer(), fc.integer()],
  (t, word, seed) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(word);
    t.is(crc32Word(word, seed), crc32Small(bytes, 0, 4, seed));
  },
);

testProp(
  'with and without the optional package the CRC is the same',
  [slice],
  (t, { start, end }) => {
    const withPackage = loadNativeCrc32(createRequire(import.meta.url));
    const without = loadNativeCrc32(() => {
      throw new Error('no such package');
    });
    t.is(without, zlibCrc32);
    t.is(without(shared.subarray(start, end), 7), withPackage(shared.subarray(start, end), 7));
  },
);
