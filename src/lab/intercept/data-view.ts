/**
 * `DataView` over tracked memory. An access of `n` bytes is a range of single bytes: that is what it
 * is to ECMAScript, which gives a DataView no atomicity at all.
 */
import { NativeDataView } from './natives.js';
import type { Region } from '../engine/region.js';
import { NATIVE_CONSTRUCTORS, type TypedArray } from './natives.js';
import { TrackedView } from './tracked.js';
import { readRange, writeRange } from './view-methods.js';

const ACCESSORS: Readonly<Record<string, number>> = {
  Int8: 1,
  Uint8: 1,
  Int16: 2,
  Uint16: 2,
  Int32: 4,
  Uint32: 4,
  BigInt64: 8,
  BigUint64: 8,
  Float32: 4,
  Float64: 8,
};

type Getter = (byteOffset: number, littleEndian?: boolean) => unknown;
type Setter = (byteOffset: number, value: unknown, littleEndian?: boolean) => void;

/** A tracked view over `byteLength` bytes from `byteOffset` of `region`. */
export function trackedDataView(region: Region, byteOffset = 0, byteLength?: number): object {
  const bytes = new NATIVE_CONSTRUCTORS.Uint8Array(
    ...([region.buffer, byteOffset, byteLength] as never[]),
  );
  const view = new TrackedView(region, bytes);
  const result = Object.create(NativeDataView.prototype, {
    buffer: { value: view.buffer },
    byteOffset: { value: byteOffset },
    byteLength: { value: view.length },
  }) as object;
  for (const [name, size] of Object.entries(ACCESSORS)) {
    Object.defineProperty(result, `get${name}`, { value: getter(view, name, size) });
    Object.defineProperty(result, `set${name}`, { value: setter(view, name, size) });
  }
  return result;
}

function getter(view: TrackedView, name: string, size: number): Getter {
  return (byteOffset, littleEndian) => {
    checkBounds(view, byteOffset, size);
    const copy = nativeView(readRange(view, byteOffset, byteOffset + size));
    return (copy as unknown as Record<string, Getter>)[`get${name}`](0, littleEndian);
  };
}

function setter(view: TrackedView, name: string, size: number): Setter {
  return (byteOffset, value, littleEndian) => {
    checkBounds(view, byteOffset, size);
    const bytes = new NATIVE_CONSTRUCTORS.Uint8Array(...([size] as never[]));
    const copy = nativeView(bytes);
    (copy as unknown as Record<string, Setter>)[`set${name}`](0, value, littleEndian);
    writeRange(view, byteOffset, bytes);
  };
}

function nativeView(bytes: TypedArray): DataView {
  return new NativeDataView(bytes.buffer as ArrayBuffer);
}

function checkBounds(view: TrackedView, byteOffset: number, size: number): void {
  if (!(byteOffset >= 0 && byteOffset + size <= view.length)) {
    throw new RangeError('Offset is outside the bounds of the DataView');
  }
}
