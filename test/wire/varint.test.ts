import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import { Reader } from '#hawser/shared/wire/reader.js';
import {
  unzigzag,
  VARINT_MAX,
  varintLength,
  writeVarint,
  zigzag,
} from '#hawser/shared/wire/varint.js';

const varint = fc.oneof(fc.nat({ max: 20_000 }), fc.nat({ max: VARINT_MAX }));

testProp('an integer is read as it was written, in its shortest form', [varint], (t, value) => {
  const bytes = new Uint8Array(4);
  const length = writeVarint(bytes, 0, value);
  t.is(length, varintLength(value));
  t.is(read(bytes.subarray(0, length)), value);
});

test('the examples of RFC 9000, appendix A.1, are read', (t) => {
  t.is(read(Uint8Array.of(0x9d, 0x7f, 0x3e, 0x7d)), 494_878_333);
  t.is(read(Uint8Array.of(0x7b, 0xbd)), 15_293);
  t.is(read(Uint8Array.of(0x25)), 37);
  t.is(read(Uint8Array.of(0x40, 0x25)), 37);
});

test('the eight-byte form is refused', (t) => {
  t.is(read(Uint8Array.of(0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c)), undefined);
});

testProp('an integer cut short is refused', [varint], (t, value) => {
  const bytes = new Uint8Array(4);
  const length = writeVarint(bytes, 0, value);
  t.is(read(bytes.subarray(0, length - 1)), undefined);
});

testProp('zigzag keeps distances of either sign', [fc.integer()], (t, value) => {
  t.is(unzigzag(zigzag(value)), value);
});

test('zigzag keeps short distances short', (t) => {
  t.deepEqual([0, -1, 1, -2, 2].map(zigzag), [0, 1, 2, 3, 4]);
});

function read(bytes: Uint8Array): number | undefined {
  const reader = new Reader();
  reader.open(bytes, 0, bytes.length);
  const value = reader.varint();
  return reader.hasFailed() || reader.remaining > 0 ? undefined : value;
}
