/**
 * The typed-array methods that touch elements, for tracked views. Reading ones work on one bulk
 * copy, which is how a program sees them: a method is not a place where it can be interrupted,
 * unless bulk copies are split by option.
 */
import type { Elements, TypedArray } from './natives.js';
import { activeSink } from './sink.js';
import { TrackedView, trackedView } from './tracked.js';

type ViewMethod = (view: TrackedView, args: unknown[]) => unknown;
type Callable = (...args: unknown[]) => unknown;

/** A private copy of elements `start` to `end`. */
export function readRange(view: TrackedView, start: number, end: number): TypedArray {
  const sink = activeSink();
  return sink === undefined ? view.raw.slice(start, end) : sink.readRange(view, start, end);
}

export function writeRange(
  view: TrackedView,
  start: number,
  source: ArrayLike<number | bigint>,
): void {
  const sink = activeSink();
  if (sink === undefined) copyElements(source, view.elements, start);
  else sink.writeRange(view, start, source);
}

export function copyElements(source: ArrayLike<number | bigint>, to: Elements, at: number): void {
  for (let index = 0; index < source.length; index += 1) to[at + index] = source[index];
}

export const viewMethods = new Map<string | symbol, ViewMethod>();

const READING = [
  'at',
  'entries',
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'forEach',
  'includes',
  'indexOf',
  'join',
  'keys',
  'lastIndexOf',
  'map',
  'reduce',
  'reduceRight',
  'some',
  'toLocaleString',
  'toReversed',
  'toSorted',
  'toString',
  'values',
  'with',
  Symbol.iterator,
];

for (const name of READING) {
  viewMethods.set(name, (view, args) => {
    const copy = readRange(view, 0, view.length) as unknown as Record<string | symbol, Callable>;
    return copy[name](...args);
  });
}

viewMethods.set('slice', (view, args) => {
  const [start, end] = sliceBounds(view.length, args);
  return readRange(view, start, end);
});

viewMethods.set('subarray', (view, args) => {
  const [start, end] = sliceBounds(view.length, args);
  return new TrackedView(view.region, view.raw.subarray(start, end)).proxy;
});

viewMethods.set('set', (view, args) => {
  const source = args[0] as ArrayLike<number | bigint>;
  const offset = Number(args[1] ?? 0);
  const from = trackedView(source);
  const elements = from === undefined ? source : readRange(from, 0, from.length);
  if (!(offset >= 0) || offset + elements.length > view.length) {
    throw new RangeError('offset is out of bounds');
  }
  writeRange(view, offset, elements);
});

viewMethods.set('fill', (view, args) => {
  const [start, end] = sliceBounds(view.length, args.slice(1));
  const value = args[0] as number | bigint;
  writeRange(view, start, new Array<number | bigint>(end - start).fill(value));
  return view.proxy;
});

viewMethods.set('copyWithin', (view, args) => {
  const [target] = sliceBounds(view.length, [args[0]]);
  const [start, end] = sliceBounds(view.length, args.slice(1));
  const last = start + Math.min(end - start, view.length - target);
  if (last > start) {
    writeRange(view, target, readRange(view, start, last));
  }
  return view.proxy;
});

for (const name of ['sort', 'reverse'] as const) {
  viewMethods.set(name, (view, args) => {
    const copy = readRange(view, 0, view.length);
    (copy as unknown as Record<string, Callable>)[name](...args);
    writeRange(view, 0, copy);
    return view.proxy;
  });
}

/** The bounds that `slice(start, end)` means, end not below start. */
function sliceBounds(length: number, [start, end]: unknown[]): [number, number] {
  const from = relative(length, start === undefined ? 0 : Number(start));
  const to = relative(length, end === undefined ? length : Number(end));
  return [from, Math.max(from, to)];
}

function relative(length: number, index: number): number {
  const whole = Math.trunc(index) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(length, whole);
}
