/**
 * What an operation does to the bytes, once it is its turn. Journals what it overwrites.
 */
import { NativeAtomics, type Elements, type TypedArray } from '../intercept/natives.js';
import { Kind, type Operation } from './operation.js';

/** Where the words of a region are saved before they are overwritten. */
export interface Journalled {
  save(word: number): void;
}

type NativeOperation = (view: TypedArray, index: number, a: unknown, b: unknown) => unknown;

const ATOMIC: Readonly<Record<number, NativeOperation>> = {
  [Kind.Load]: NativeAtomics.load as NativeOperation,
  [Kind.Store]: NativeAtomics.store as NativeOperation,
  [Kind.Add]: NativeAtomics.add as NativeOperation,
  [Kind.Sub]: NativeAtomics.sub as NativeOperation,
  [Kind.And]: NativeAtomics.and as NativeOperation,
  [Kind.Or]: NativeAtomics.or as NativeOperation,
  [Kind.Xor]: NativeAtomics.xor as NativeOperation,
  [Kind.Exchange]: NativeAtomics.exchange as NativeOperation,
  [Kind.CompareExchange]: NativeAtomics.compareExchange as NativeOperation,
};

/** Applies an atomic or a plain operation of one element, and says what the thread sees. */
export function applyElement(operation: Operation, memory: Journalled): unknown {
  const { view, index } = operation;
  if (operation.writes) saveBytes(operation, memory);
  if (operation.kind === Kind.PlainRead) return view.elements[index];
  if (operation.kind === Kind.PlainWrite) {
    view.elements[index] = operation.a as Elements[number];
    return undefined;
  }
  return ATOMIC[operation.kind](view.raw, index, operation.a, operation.b);
}

/** Applies a bulk copy. */
export function applyBulk(operation: Operation, memory: Journalled): unknown {
  const { view, index, count } = operation;
  if (operation.kind === Kind.BulkRead) return view.raw.slice(index, index + count);
  saveBytes(operation, memory);
  const source = operation.a as ArrayLike<number | bigint>;
  for (let at = 0; at < count; at += 1) view.elements[index + at] = source[at];
  return undefined;
}

function saveBytes(operation: Operation, memory: Journalled): void {
  const base = operation.view.region.base;
  const last = (operation.end - 1 - base) >> 2;
  for (let word = (operation.start - base) >> 2; word <= last; word += 1) memory.save(word);
}
