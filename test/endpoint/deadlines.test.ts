import test from 'ava';
import fc from 'fast-check';
import { Deadlines } from '#hawser/shared/endpoint/deadlines.js';

const step = fc.record({
  place: fc.integer({ min: 0, max: 20 }),
  due: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant(Infinity)),
});

test('whatever is set and taken off, the earliest deadline comes first', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const deadlines = new Deadlines();
      const model = new Map<number, number>();
      for (const { place, due } of steps) {
        deadlines.set(place, due);
        model.set(place, due);
        const earliest = Math.min(...model.values());
        t.is(deadlines.earliest, earliest);
        if (earliest < Infinity) t.is(model.get(deadlines.first), earliest);
      }
    }),
  );
});

test('taken off one by one, places come in the order of their deadlines', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { maxLength: 100 }), (dues) => {
      const deadlines = new Deadlines();
      dues.forEach((due, place) => {
        deadlines.set(place, due);
      });
      const seen: number[] = [];
      while (deadlines.earliest < Infinity) {
        seen.push(deadlines.earliest);
        deadlines.set(deadlines.first, Infinity);
      }
      t.deepEqual(
        seen,
        [...dues].sort((a, b) => a - b),
      );
    }),
  );
});
