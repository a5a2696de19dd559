/**
 * Replaces the globals through which code reaches shared memory, while a program runs, and puts them
 * back. Nothing asynchronous may happen in between: everything in this realm sees the replacements.
 */
import { interceptedAtomics } from './atomics.js';
import { trackedDataView } from './data-view.js';
import { NATIVE_CONSTRUCTORS, NativeDataView, TYPED_ARRAY_NAMES } from './natives.js';
import type { TypedArray } from './natives.js';
import { activeSink, setActiveSink, type Sink } from './sink.js';
import { regionOf, trackedView, TrackedView, unsupported } from './tracked.js';
import { readRange } from './view-methods.js';

type Constructor = new (...args: never[]) => object;
type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Runs `action` with the globals replaced and operations going to `sink`. */
export function intercepting<T>(sink: Sink | undefined, action: () => T): T {
  const restore = install();
  const before = activeSink();
  setActiveSink(sink);
  try {
    return action();
  } finally {
    setActiveSink(before);
    restore();
  }
}

/** Replaces the globals; the result puts them back. */
export function install(): () => void {
  const undo: (() => void)[] = [];
  const replace = (owner: object, key: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(owner, key)!;
    Object.defineProperty(owner, key, { ...dataDescriptor, value });
    undo.push(() => Object.defineProperty(owner, key, before));
  };
  for (const [name, value] of Object.entries(replacements)) replace(globalThis, name, value);
  replace(typedArrayPrototype, 'set', setFromTracked);
  const buffer = (globalThis as { Buffer?: { from: AnyFunction } }).Buffer;
  if (buffer !== undefined) replace(buffer, 'from', refusingTracked(buffer.from));
  return () => {
    for (const step of undo.reverse()) step();
  };
}

const dataDescriptor = { configurable: true, enumerable: false, writable: true };

const typedArrayPrototype = Object.getPrototypeOf(Int32Array.prototype) as object;
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with an explicit receiver
const nativeSet = Int32Array.prototype.set as AnyFunction;

/** `privateArray.set(sharedView)` reads the shared side as one bulk copy. */
const setFromTracked: AnyFunction = function (this: unknown, source, offset) {
  const view = trackedView(source);
  const elements = view === undefined ? source : readRange(view, 0, view.length);
  return nativeSet.call(this, elements, offset);
};

function refusingTracked(from: AnyFunction): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    if (regionOf(args[0]) !== undefined) throw unsupported('A Buffer over shared memory');
    return from.apply(this, args);
  };
}

const replacements: Record<string, unknown> = {
  Atomics: interceptedAtomics,
  DataView: dataViewConstructor(),
  ...Object.fromEntries(
    TYPED_ARRAY_NAMES.map((name) => [name, tracking(NATIVE_CONSTRUCTORS[name] as Constructor)]),
  ),
};

/** The constructor `native`, except that it makes tracked views over tracked buffers. */
function tracking(native: Constructor): Constructor {
  return new Proxy(native, {
    construct(target, args: unknown[], newTarget): object {
      const region = regionOf(args[0]);
      if (region !== undefined) {
        const raw = Reflect.construct(target, [region.buffer, ...args.slice(1)]) as TypedArray;
        return new TrackedView(region, raw).proxy;
      }
      const view = trackedView(args[0]);
      const source = view === undefined ? args : [readRange(view, 0, view.length)];
      return Reflect.construct(target, source, newTarget) as object;
    },
  });
}

function dataViewConstructor(): Constructor {
  return new Proxy(NativeDataView, {
    construct(target, args: unknown[], newTarget): object {
      const region = regionOf(args[0]);
      if (region === undefined) return Reflect.construct(target, args, newTarget) as object;
      return trackedDataView(region, args[1] as number | undefined, args[2] as number | undefined);
    },
  });
}
