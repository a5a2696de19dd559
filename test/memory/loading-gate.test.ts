import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { LoadingGate } from '#hawser/shared/memory/loading-gate.js';

const words = () => new Int32Array(new SharedArrayBuffer(8));

test('who loads is waited for', async (t) => {
  const shared = words();
  const worker = new Worker(new URL('./fixtures/loader.js', import.meta.url), {
    workerData: shared,
  });
  Atomics.wait(shared, 1, 0);
  new LoadingGate(shared, 0).shut(60_000);
  t.is(Atomics.load(shared, 1), 2, 'it has loaded');
  await worker.terminate();
});

test('nobody begins to load once the gate is shut', async (t) => {
  const shared = words();
  new LoadingGate(shared, 0).shut(0);
  const worker = new Worker(new URL('./fixtures/loader.js', import.meta.url), {
    workerData: shared,
  });
  await once(worker, 'message');
  await worker.terminate();
  t.is(Atomics.load(shared, 1), 0);
});

test('what never ends is not waited for for ever', (t) => {
  const gate = new LoadingGate(words(), 0);
  t.is(
    gate.pass(() => {
      gate.shut(10);
      return 'loaded';
    }),
    'loaded',
  );
});
