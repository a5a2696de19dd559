/**
 * The `Atomics` that a program sees: operations on tracked views go to the sink, those on private
 * memory of the thread go to the platform.
 */
import { HawserError } from '../../shared/errors.js';
import { Kind } from '../engine/operation.js';
import { NativeAtomics } from './natives.js';
import { activeSink, type AtomicKind } from './sink.js';
import { trackedView, unsupported } from './tracked.js';

type Method = (view: unknown, index: number, a?: unknown, b?: unknown) => unknown;

function intercepted(kind: AtomicKind, name: keyof Atomics): Method {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- Atomics uses no receiver
  const native = NativeAtomics[name] as unknown as Method;
  return (view, index, a, b) => {
    const tracked = trackedView(view);
    if (tracked === undefined) return native(view, index, a, b);
    const sink = activeSink();
    if (sink === undefined) return native(tracked.raw, index, a, b);
    return sink.atomic(kind, tracked, index, a, b);
  };
}

function wait(view: unknown, index: number, expected: unknown, timeoutMs?: number): unknown {
  const tracked = trackedView(view);
  const sink = activeSink();
  if (tracked === undefined || sink === undefined) {
    throw new HawserError(
      'ERR_HAWSER_LAB_UNSUPPORTED',
      'Atomics.wait on memory that no other thread of this program has would never end.',
    );
  }
  return sink.wait(tracked, index, expected, timeoutMs ?? Infinity);
}

function notify(view: unknown, index: number, count?: number): unknown {
  const tracked = trackedView(view);
  const sink = activeSink();
  if (tracked === undefined || sink === undefined) return 0;
  return sink.notify(tracked, index, count ?? Infinity);
}

/** A thread of a program is synchronous, so there is nobody to await the promise. */
function waitAsync(): never {
  throw unsupported('Atomics.waitAsync');
}

export const interceptedAtomics: object = Object.create(Object.prototype, {
  ...methods({
    load: intercepted(Kind.Load, 'load'),
    store: intercepted(Kind.Store, 'store'),
    add: intercepted(Kind.Add, 'add'),
    sub: intercepted(Kind.Sub, 'sub'),
    and: intercepted(Kind.And, 'and'),
    or: intercepted(Kind.Or, 'or'),
    xor: intercepted(Kind.Xor, 'xor'),
    exchange: intercepted(Kind.Exchange, 'exchange'),
    compareExchange: intercepted(Kind.CompareExchange, 'compareExchange'),
    isLockFree: (size: unknown) => NativeAtomics.isLockFree(size as number),
    pause: () => undefined,
    wait,
    notify,
    waitAsync,
  }),
  [Symbol.toStringTag]: { value: 'Atomics' },
}) as object;

function methods(table: Record<string, unknown>): PropertyDescriptorMap {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, { value }]));
}
