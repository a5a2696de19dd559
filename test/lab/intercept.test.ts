import test, { type ExecutionContext } from 'ava';
import { defineProgram, explore, type Report } from '#hawser/lab/index.js';

type Body = (buffer: SharedArrayBuffer) => unknown;

/** Explores two threads that run `body` on a buffer, one after the other by a lock word. */
function alone(body: Body, plain: 'checked' | 'interleaved'): Report {
  const program = defineProgram('test', {
    name: 'alone',
    memory: (memory) => ({
      lock: memory.int32('lock'),
      buffer: memory.buffer('buffer', 64),
    }),
    threads: {
      first: ({ lock, buffer }) => {
        const result = JSON.stringify(body(buffer));
        Atomics.store(lock, 0, 1);
        Atomics.notify(lock, 0);
        return result;
      },
      second: ({ lock, buffer }) => {
        if (Atomics.wait(lock, 0, 0) === 'ok') Atomics.load(lock, 0);
        if (Atomics.load(lock, 0) === 1) new Int32Array(buffer)[15] = 1;
      },
    },
    outcome: (_shared, results) => String(results['first']),
  });
  return explore(program, { plain, mode: 'dpor' });
}

function behavesLike(t: ExecutionContext, body: (buffer: SharedArrayBuffer) => unknown): void {
  const native = JSON.stringify(body(new SharedArrayBuffer(64)));
  for (const plain of ['checked', 'interleaved'] as const) {
    const report = alone(body, plain);
    t.is(report.verdict, 'proved', report.failure?.message);
    t.deepEqual(Object.keys(report.outcomes), [native]);
  }
}

test('elements, lengths and prototypes of tracked views are those of the real ones', (t) => {
  behavesLike(t, (buffer) => {
    const words = new Int32Array(buffer, 8, 4);
    words[1] = 2 ** 31;
    words[9] = 5;
    return [
      words.length,
      words.byteOffset,
      words.byteLength,
      [...words],
      9 in words,
      words instanceof Int32Array,
      buffer instanceof SharedArrayBuffer,
      words.buffer === buffer,
      1 in words,
    ];
  });
});

test('bulk methods of tracked views do what the real ones do', (t) => {
  behavesLike(t, (buffer) => {
    const bytes = new Uint8Array(buffer);
    bytes.set([1, 2, 3, 4, 5, 6, 7, 8]);
    bytes.copyWithin(2, 0, 5);
    bytes.fill(9, -3);
    const half = bytes.subarray(4, 12);
    half.set(bytes.subarray(0, 4), 2);
    half.reverse();
    const own = new Uint8Array(8);
    own.set(half);
    return [bytes.join(), half.slice(1, -1).join(), [...own], new Uint8Array(half).join()];
  });
});

test('reading methods of tracked views do what the real ones do', (t) => {
  behavesLike(t, (buffer) => {
    const words = new Uint16Array(buffer, 0, 4);
    words.set([3, 1, 2, 1]);
    return [
      words.indexOf(1),
      words.at(-1),
      words.map((word) => word * 2).join(),
      words.reduce((sum, word) => sum + word),
      [...words.entries()],
      words.includes(7),
      String(words),
      Array.from(words.toSorted()),
    ];
  });
});

test('a DataView over tracked memory reads and writes the same bytes', (t) => {
  behavesLike(t, (buffer) => {
    const view = new DataView(buffer, 8, 32);
    view.setUint16(0, 0x1234);
    view.setFloat64(8, Math.PI, true);
    view.setBigInt64(16, -5n);
    return [
      view.getUint16(0, true),
      view.getFloat64(8, true),
      String(view.getBigInt64(16)),
      view.getInt8(1),
      [...new Uint8Array(buffer, 8, 24)],
    ];
  });
});

test('Atomics on memory of the thread itself are the real ones', (t) => {
  behavesLike(t, () => {
    const own = new Int32Array(2);
    Atomics.add(own, 0, 3);
    return [Atomics.exchange(own, 0, 4), Atomics.load(own, 0), Atomics.isLockFree(4)];
  });
});

const REFUSED: Readonly<Record<string, (buffer: SharedArrayBuffer) => unknown>> = {
  'Atomics.waitAsync': (buffer) => Atomics.waitAsync(new Int32Array(buffer), 0, 0),
  'a Buffer over shared memory': (buffer) => Buffer.from(buffer),
  'slice() of the buffer': (buffer) => buffer.slice(0),
  'Atomics.wait on memory of the thread itself': () => {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
};

for (const [what, body] of Object.entries(REFUSED)) {
  test(`${what} is refused with a message`, (t) => {
    const { failure } = alone(body, 'checked');
    t.is(failure?.kind, 'exception');
    t.regex(failure!.message, /cannot be explored|would never end/);
  });
}

const KeptConstructor = Uint8Array;

test('a constructor kept from before the exploration is refused with a message', (t) => {
  const { failure } = alone((buffer) => new KeptConstructor(buffer), 'checked');
  t.is(failure?.kind, 'exception');
  t.regex(failure!.message, /kept from earlier/);
});

test('the globals are put back after an exploration', (t) => {
  const globals = (): unknown[] => [
    ...['Atomics', 'Int32Array', 'DataView'].map(
      (name) => Reflect.get(globalThis, name) as unknown,
    ),
    Reflect.get(Buffer, 'from'),
    Reflect.get(Int32Array.prototype, 'set'),
  ];
  const before = globals();
  alone(() => 1, 'checked');
  globals().forEach((value, index) => {
    t.is(value, before[index]);
  });
});

test('plain accesses to neighbouring bytes are no race, to the same byte they are', (t) => {
  const writing = (first: number, second: number): Report => {
    const program = defineProgram('test', {
      name: 'neighbours',
      memory: (memory) => memory.bytes('bytes', 8),
      threads: {
        a: (bytes) => {
          bytes[first] = 1;
        },
        b: (bytes) => {
          bytes[second] = 2;
        },
      },
    });
    return explore(program);
  };
  t.is(writing(0, 1).verdict, 'proved');
  t.is(writing(1, 1).failure?.kind, 'data-race');
});

test('Atomics refuse what the real ones refuse', (t) => {
  const refusals: readonly [RegExp, Body][] = [
    [/RangeError/, (buffer) => Atomics.load(new Int32Array(buffer), 16)],
    [/RangeError/, (buffer) => Atomics.wait(new Int32Array(buffer), -1, 0)],
    [/TypeError/, (buffer) => Atomics.add(new Float64Array(buffer) as never, 0, 1)],
    [/TypeError/, (buffer) => Atomics.wait(new Uint8Array(buffer) as never, 0, 0)],
  ];
  for (const [message, body] of refusals) {
    t.throws(() => body(new SharedArrayBuffer(64)));
    const { failure } = alone(body, 'checked');
    t.is(failure?.kind, 'exception');
    t.regex(failure!.message, message);
  }
});

test('operands are converted to the type of the elements', (t) => {
  behavesLike(t, (buffer) => {
    const words = new Int32Array(buffer);
    const bytes = new Uint8Array(buffer, 32);
    return [
      Atomics.store(words, 0, 2 ** 32 + 5),
      Atomics.compareExchange(words, 0, 2 ** 33 + 5, 7),
      Atomics.wait(words, 0, 2 ** 32 + 8),
      Atomics.wait(words, 0, 7, 0),
      Atomics.exchange(bytes, 0, 511),
      Atomics.compareExchange(bytes, 0, -1, 1),
      bytes[0],
    ];
  });
});
