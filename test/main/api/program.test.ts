/** Whole programs on sockets: how they end, and what an exception in a handler does. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';

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
