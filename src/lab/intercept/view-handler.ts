/**
 * The proxy handler of a tracked typed array: elements go to the sink, methods that touch elements
 * are replaced, all else is answered by the real array.
 */
import type { Elements, TypedArray } from './natives.js';
import { activeSink } from './sink.js';
import type { TrackedView } from './tracked.js';
import { viewMethods } from './view-methods.js';

const ZERO = 48;
const NINE = 57;

export class ViewHandler implements ProxyHandler<TypedArray> {
  constructor(private readonly view: TrackedView) {}

  get(target: TypedArray, key: string | symbol): unknown {
    if (typeof key === 'string') {
      const first = key.charCodeAt(0);
      if (first >= ZERO && first <= NINE) return this.#read(+key);
      if (key === 'length') return this.view.length;
      if (key === 'buffer') return this.view.buffer;
    }
    const method = viewMethods.get(key);
    if (method !== undefined) return (...args: unknown[]) => method(this.view, args);
    return Reflect.get(target, key, target);
  }

  set(target: TypedArray, key: string | symbol, value: unknown): boolean {
    if (typeof key === 'string') {
      const first = key.charCodeAt(0);
      if (first >= ZERO && first <= NINE) {
        this.#write(+key, value);
        return true;
      }
    }
    return Reflect.set(target, key, value, target);
  }

  defineProperty(
    target: TypedArray,
    key: string | symbol,
    descriptor: PropertyDescriptor,
  ): boolean {
    if (typeof key === 'string' && Number.isInteger(+key)) {
      this.#write(+key, descriptor.value);
      return true;
    }
    return Reflect.defineProperty(target, key, descriptor);
  }

  getOwnPropertyDescriptor(
    target: TypedArray,
    key: string | symbol,
  ): PropertyDescriptor | undefined {
    const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
    if (descriptor !== undefined && typeof key === 'string' && Number.isInteger(+key)) {
      descriptor.value = this.#read(+key);
    }
    return descriptor;
  }

  #read(index: number): unknown {
    const view = this.view;
    // Out of bounds is undefined and touches no memory.
    if (!(index < view.length)) return undefined;
    const sink = activeSink();
    return sink === undefined ? view.elements[index] : sink.read(view, index);
  }

  #write(index: number, value: unknown): void {
    const view = this.view;
    if (!(index < view.length)) return;
    const sink = activeSink();
    if (sink === undefined) view.elements[index] = value as Elements[number];
    else sink.write(view, index, value);
  }
}
