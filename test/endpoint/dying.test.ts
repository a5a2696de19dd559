/** A role's thread that dies takes its endpoint with it, and everybody hears of it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'ava';
import { openEndpoint } from '#hawser/main/threads/async-endpoint.js';
import { workerModule } from '#hawser/main/threads/worker-modules.js';
import { ioOf } from '#hawser/shared/streamer-options.js';
import { CONNECTION, failureOf } from './support/endpoints.js';

test('when a thread dies, the endpoint fails and so does each of its connections', async (t) => {
  // Open, so that nothing but the dying thread ends the connection.
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const endpoint = await openEndpoint(
    {
      local: { host: '127.0.0.1', port: 0 },
      io: ioOf({}),
      maximumConnections: 64,
      maximumMemoryBytes: 2 ** 30,
    },
    undefined,
    {
      listener: workerModule('listener'),
      timer: new URL('support/dying-timer.js', import.meta.url),
    },
  );
  t.teardown(() => endpoint.close());
  const failed = new Promise<string>((resolve) => {
    endpoint.onFailure = ({ message }) => {
      resolve(message);
    };
  });
  const connection = endpoint.connect(
    { host: '127.0.0.1', port: silent.address().port },
    CONNECTION,
  );
  t.is((await failureOf(connection))?.code, 'ERR_HAWSER_INTERNAL');
  t.regex(await failed, /no idea what to do/);
  t.throws(() => endpoint.connect(endpoint.localAddress, CONNECTION), {
    code: 'ERR_HAWSER_INTERNAL',
  });
});
