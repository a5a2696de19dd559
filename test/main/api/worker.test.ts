/** Sockets and servers on a worker thread. */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { connect, listen } from '#hawser/main/api/functions.js';

const host = '127.0.0.1';

test('a worker serves and connects as the main thread does, and ends by itself', async (t) => {
  const server = await listen({ port: 0, host }, (socket) => socket.pipe(socket));
  const worker = new Worker(new URL('fixtures/echo-worker.js', import.meta.url), {
    workerData: { port: server.address()!.port },
  });
  const told = (await once(worker, 'message')) as [{ port: number }];
  const heard = (await once(worker, 'message')) as [{ answer: string }];
  t.is(heard[0].answer, 'from a worker');
  const client = connect(told[0].port, host);
  client.end('from the main thread');
  t.is(await text(client), 'from the main thread');
  worker.postMessage('enough');
  t.deepEqual(await once(worker, 'exit'), [0]);
  server.close();
  await once(server, 'close');
});

for (const [how, lingers] of [
  ['is terminated', true],
  ['has nothing left to do', false],
] as const) {
  test(`a worker that ${how} leaves the port of its server to others`, async (t) => {
    const worker = new Worker(new URL('fixtures/worker-with-server.js', import.meta.url), {
      workerData: { lingers },
    });
    const ended = once(worker, 'exit');
    const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
    if (lingers) void worker.terminate();
    await ended;
    const server = await listen({ port, host });
    t.is(server.address()?.port, port);
    server.close();
    await once(server, 'close');
  });
}
