/**
 * Tracked buffers and views: what a program gets instead of the real ones, so that every access,
 * `words[3] = 1` included, goes through the {@link Sink}. Code cannot tell them from the real thing,
 * except where the platform looks behind the object; there it fails instead of going unseen.
 */
import { HawserError } from '../../shared/errors.js';
import type { Region } from '../engine/region.js';
import { NATIVE_CONSTRUCTORS, type Elements, type TypedArray } from './natives.js';
import { ViewHandler } from './view-handler.js';

export class TrackedView {
  /** Address of the first element. */
  readonly base: number;
  readonly size: number;
  readonly length: number;
  readonly elements: Elements;
  readonly proxy: TypedArray;

  constructor(
    readonly region: Region,
    readonly raw: TypedArray,
  ) {
    this.base = region.base + raw.byteOffset;
    this.size = raw.BYTES_PER_ELEMENT;
    this.length = raw.length;
    this.elements = raw;
    this.proxy = new Proxy<TypedArray>(raw, new ViewHandler(this));
    viewsByProxy.set(this.proxy, this);
  }

  get canBeWaitedOn(): boolean {
    const { Int32Array: Words, BigInt64Array: LongWords } = NATIVE_CONSTRUCTORS;
    return this.raw instanceof Words || this.raw instanceof LongWords;
  }

  /** `value` as it would read back after being stored in an element. */
  coerce(value: unknown): unknown {
    // By far the most common case, without an allocation.
    if (this.raw instanceof NATIVE_CONSTRUCTORS.Int32Array) return Number(value) | 0;
    const scratch = this.raw.slice(0, 1) as unknown as Elements;
    scratch[0] = value as Elements[number];
    return scratch[0];
  }

  /** The buffer as the program knows it. */
  get buffer(): object {
    return trackedBuffer(this.region);
  }
}

const viewsByProxy = new WeakMap<object, TrackedView>();
const regionsByBuffer = new WeakMap<object, Region>();
const buffersByRegion = new WeakMap<Region, object>();

let lastProxy: unknown;
let lastView: TrackedView | undefined;

/** The tracked view behind `value`, if it is one. */
export function trackedView(value: unknown): TrackedView | undefined {
  if (value === lastProxy) return lastView;
  if (typeof value !== 'object' || value === null) return undefined;
  lastView = viewsByProxy.get(value);
  lastProxy = value;
  return lastView;
}

/** The region behind a tracked buffer, if `value` is one. */
export function regionOf(value: unknown): Region | undefined {
  return typeof value === 'object' && value !== null ? regionsByBuffer.get(value) : undefined;
}

/** The one object that stands for the buffer of `region`. */
export function trackedBuffer(region: Region): object {
  let buffer = buffersByRegion.get(region);
  if (buffer === undefined) {
    buffer = makeBuffer(region);
    buffersByRegion.set(region, buffer);
    regionsByBuffer.set(buffer, region);
  }
  return buffer;
}

function makeBuffer(region: Region): object {
  const refuse = (what: string) => (): never => {
    throw unsupported(`${what} of the shared memory "${region.name}"`);
  };
  return Object.create(Object.getPrototypeOf(region.buffer) as object, {
    byteLength: { value: region.byteLength },
    maxByteLength: { value: region.byteLength },
    growable: { value: false },
    slice: { value: refuse('slice()') },
    grow: { value: refuse('grow()') },
    // A constructor kept from before the exploration would look here, and copy without being seen.
    [Symbol.iterator]: {
      get: refuse('A view made by a constructor kept from earlier, or a Buffer,'),
    },
  }) as object;
}

export function unsupported(what: string): HawserError {
  return new HawserError(
    'ERR_HAWSER_LAB_UNSUPPORTED',
    `${what} cannot be explored: the accesses would not be seen. Use typed arrays and DataView, made by the global constructors while the program runs.`,
  );
}
