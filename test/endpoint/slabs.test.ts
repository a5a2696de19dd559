import test from 'ava';
import { Slabs, type Span } from '#hawser/shared/endpoint/slabs.js';

/** A little over 8 MiB each, so that few share a buffer. */
const LARGE = { sendSlots: 64, receiveSlots: 64, slotBytes: 65_472 };

function take(slabs: Slabs, count: number): Span[] {
  return Array.from({ length: count }, () => {
    const span = slabs.take();
    if (span === undefined) throw new Error('no memory');
    return span;
  });
}

function buffersOf(spans: readonly Span[]): Set<SharedArrayBuffer> {
  return new Set(spans.map(({ buffer }) => buffer));
}

test('a new buffer is made only when the others are full, and prepared once', (t) => {
  let prepared = 0;
  const slabs = new Slabs(LARGE, () => prepared++);
  const each = Math.floor((64 << 20) / slabs.bytes);
  t.is(buffersOf(take(slabs, each)).size, 1);
  t.is(prepared, 1);
  t.is(buffersOf(take(slabs, each + 1)).size, 2);
  t.is(prepared, 3);
});

test('every buffer is large enough for the allocator to map it by itself', (t) => {
  for (const slotBytes of [8, 65_472, 65_472 * 8, 65_472 * 9]) {
    const [{ buffer }] = take(new Slabs({ ...LARGE, slotBytes }), 1);
    t.true(buffer.byteLength >= 32 << 20);
  }
});

test('what was given back last is used again first, and of empty buffers one is kept', (t) => {
  const slabs = new Slabs(LARGE);
  const spans = take(slabs, 15);
  const [first, second, third] = buffersOf(spans);
  slabs.giveBack(spans[8]);
  t.deepEqual(take(slabs, 1), [spans[8]]);
  for (const span of spans) slabs.giveBack(span);
  const again = buffersOf(take(slabs, 15));
  t.is([first, second, third].filter((buffer) => again.has(buffer)).length, 1);
});
