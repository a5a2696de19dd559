/** Whole programs on sockets: how they end, and what an exception in a handler does. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { listen } from '#hawser/main/api/functions.js';
import type { HawserSocket } from '#hawser/main/api/hawser-socket.js';

const run = promisify(execFile);

async function output(fixture: string, argument: string): Promise<string> {
  const program = fileURLToPath(new URL(`fixtures/${fixture}.js`, import.meta.url));
  const { stdout } = await run(process.execPath, [program, argument], { timeout: 60_000 });
  return stdout;
}

test('an exception in a handler is uncaught, and the socket carries on, as with net.Socket', async (t) => {
  const expected = await output('exception', 'net');
  t.regex(expected, /uncaught data\n/);
  t.is(await output('exception', 'hawser'), expected);
});

for (const [program, what] of [
  ['closed', 'that has closed its sockets and servers'],
  ['unrefed', 'whose open sockets and servers are unrefed'],
  ['refused', 'whose connection was never answered'],
  ['destroyed', 'that has destroyed its socket'],
  ['closedBeforeItListens', 'that has closed its server before it listened'],
] as const) {
  test(`a program ${what} ends by itself`, async (t) => {
    t.is(await output('leaving', program), 'left');
  });
}

for (const io of ['dgram', 'batched']) {
  for (const way of ['exit', 'throws', 'unrefs']) {
    test(`${io}: the peer of a program that ${way} with a connection open is told at once`, async (t) => {
      const server = await listen({ port: 0, host: '127.0.0.1' }, (socket) => socket.pipe(socket));
      const connection = once(server, 'connection') as Promise<[HawserSocket]>;
      const program = fileURLToPath(new URL('fixtures/peer-that-leaves.js', import.meta.url));
      const given = [program, way, String(server.address()?.port)];
      const left = run(process.execPath, given, { env: { ...process.env, HAWSER_IO: io } });
      const [socket] = await connection;
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      t.is(error.code, 'ERR_HAWSER_RESET_BY_PEER');
      await left.catch(() => undefined);
      await server[Symbol.asyncDispose]();
    });
  }
}
