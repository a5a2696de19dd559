/**
 * Footprints: which operations depend on each other.
 */
import test from 'ava';
import { dependent, Kind, Operation } from '#hawser/lab/engine/operation.js';
import { RegionTable } from '#hawser/lab/engine/region.js';
import { TrackedView } from '#hawser/lab/intercept/tracked.js';

const region = new RegionTable().add('words', 64);
const words = new TrackedView(region, new Int32Array(region.buffer));
const bytes = new TrackedView(region, new Uint8Array(region.buffer));

const at = (kind: Kind, index = 0, view = words): Operation => {
  return new Operation(kind, view, index, 0, 0);
};

test('two reads of a word are independent, a read and a write are not', (t) => {
  t.false(dependent(at(Kind.Load), at(Kind.Load)));
  t.true(dependent(at(Kind.Load), at(Kind.Store)));
  t.true(dependent(at(Kind.PlainRead), at(Kind.PlainWrite)));
});

test('operations on different words are independent', (t) => {
  t.false(dependent(at(Kind.Store, 0), at(Kind.Store, 1)));
  t.false(dependent(at(Kind.Wait, 0), at(Kind.Notify, 1)));
});

test('a byte and the word around it overlap', (t) => {
  t.true(dependent(at(Kind.Store, 3, bytes), at(Kind.Load, 0)));
  t.false(dependent(at(Kind.Store, 4, bytes), at(Kind.Load, 0)));
});

test('a compare-exchange counts as a write whether or not it will succeed', (t) => {
  t.true(dependent(at(Kind.CompareExchange), at(Kind.CompareExchange)));
  t.true(dependent(at(Kind.CompareExchange), at(Kind.Load)));
});

test('a wait touches the waiter list whether or not it will sleep', (t) => {
  t.true(dependent(at(Kind.Wait), at(Kind.Notify)));
  t.true(dependent(at(Kind.Wait), at(Kind.Wait)));
  t.true(dependent(at(Kind.Wait), at(Kind.Store)));
});

test('a notify reads and writes no data', (t) => {
  t.false(dependent(at(Kind.Notify), at(Kind.Store)));
  t.true(dependent(at(Kind.Notify), at(Kind.Timeout)));
});

test('a bulk copy overlaps every element in it', (t) => {
  const copy = new Operation(Kind.BulkWrite, bytes, 8, [], undefined, 8);
  t.true(dependent(copy, at(Kind.Load, 2)));
  t.true(dependent(copy, at(Kind.Load, 3)));
  t.false(dependent(copy, at(Kind.Load, 4)));
});
