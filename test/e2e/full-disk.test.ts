/** A receiver on a file system of one megabyte: a tmpfs in a mount namespace of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { makeFolder, temporaryFolder, write } from '../files/support/trees.js';
import { freePort } from './helpers/ports.js';
import { Program } from './helpers/program.js';

const MAIN_MODULE = fileURLToPath(import.meta.resolve('#hawser/main.js'));
const MOUNT = 'mount -t tmpfs -o size=1m none "$0"';

/** How this user may mount something that nobody else sees; undefined if not at all. */
const namespace = [['-m'], ['-rm']].find(
  (flags) => spawnSync('unshare', [...flags, 'sh', '-c', MOUNT, '/mnt']).status === 0,
);

test('a disk that fills up is told to both sides; what fits is stored, the rest goes on later', async (t) => {
  if (namespace === undefined) {
    t.log('this machine lets nobody mount a file system: a limit on lengths is tested elsewhere');
    t.false(existsSync('/proc/self/ns/mnt') && process.getuid?.() === 0);
    return;
  }
  const root = temporaryFolder(t);
  const folder = makeFolder(root, 'into');
  const bytes = Buffer.alloc(1_400_000, 'a long file ');
  const paths = [write('small', root, 'from', 'a'), write(bytes, root, 'from', 'b')];
  const port = await freePort();
  const receiver = await startReceiver(t, namespace, folder, port);
  const into = join('/proc', String(receiver.pid), 'root', folder);
  const send = () => new Program('send', ...paths, `127.0.0.1:${port}`, '--quiet').ended;
  const first = await send();
  t.is(first.exitCode, 4, first.stderr);
  t.regex(first.stderr, /b: ERR_HAWSER_FILE_NO_SPACE/);
  t.is(readFileSync(join(into, 'a'), 'utf8'), 'small');
  t.false(readdirSync(into).includes('b'));
  t.true(readdirSync(into).some((name) => name.endsWith('.part')));
  const inside = namespace[0] === '-m' ? ['-m'] : ['-m', '-U', '--preserve-credentials'];
  const grow = ['mount', '-o', 'remount,size=2m', folder];
  t.is(spawnSync('nsenter', ['-t', String(receiver.pid), ...inside, ...grow]).status, 0);
  t.is((await send()).exitCode, 0);
  t.deepEqual(readdirSync(into).sort(), ['a', 'b']);
  t.true(readFileSync(join(into, 'b')).equals(bytes));
  const ended = new Promise((resolve) => receiver.once('exit', resolve));
  receiver.kill('SIGINT');
  t.is(await ended, 4);
});

/** Resolves when it listens. */
async function startReceiver(
  t: ExecutionContext,
  flags: readonly string[],
  folder: string,
  port: number,
): Promise<ChildProcess> {
  const receive = `receive --listen 127.0.0.1:${port} --directory "$0" --quiet`;
  const command = `${MOUNT} && exec "$1" "$2" ${receive}`;
  const args = [...flags, 'sh', '-c', command, folder, process.execPath, MAIN_MODULE];
  const receiver = spawn('unshare', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.teardown(() => receiver.kill('SIGKILL'));
  await new Promise((resolve, reject) => {
    receiver.stderr.once('data', resolve);
    receiver.once('exit', reject);
  });
  return receiver;
}
