/**
 * The platform's own objects, taken when this module loads: the engine works with these while the
 * globals are replaced.
 */
export const NativeAtomics: Atomics = globalThis.Atomics;

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A typed array seen as nothing but its elements. */
export type Elements = Record<number, number | bigint>;

type TypedArrayConstructor = new (...args: never[]) => TypedArray;

export const TYPED_ARRAY_NAMES = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float32Array',
  'Float64Array',
] as const;

export const NATIVE_CONSTRUCTORS = Object.fromEntries(
  TYPED_ARRAY_NAMES.map((name) => [name, globalThis[name]]),
) as unknown as Record<(typeof TYPED_ARRAY_NAMES)[number], TypedArrayConstructor>;

export const NativeDataView = globalThis.DataView;
