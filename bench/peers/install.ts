/**
 * Fetches a peer from npm, each into a folder of its own, so that one that does not install leaves
 * the others alone. What is there already in the right version is not fetched again.
 */
import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FOLDERS } from '../support/folders.js';
import type { PeerPackage } from './packages.js';

const run = promisify(execFile);
const INSTALL_LIMIT_MS = 300_000;
const LOAD_LIMIT_MS = 30_000;

export type Installation = { readonly entry: string } | { readonly reason: string };

export async function installPeer(peer: PeerPackage): Promise<Installation> {
  const folder = new URL(`${peer.name.replace('/', '-')}-${peer.version}/`, FOLDERS.peers);
  const entry = new URL(`node_modules/${peer.name}/${peer.entry}`, folder);
  try {
    if (!(await exists(entry))) await fetchInto(fileURLToPath(folder), peer);
    await load(entry);
    return { entry: entry.href };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

async function exists(file: URL): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function fetchInto(folder: string, { name, version }: PeerPackage): Promise<void> {
  await mkdir(folder, { recursive: true });
  // npm will run no install script that the project does not name.
  const manifest = { private: true, allowScripts: { [`${name}@${version}`]: true } };
  await writeFile(`${folder}/package.json`, `${JSON.stringify(manifest)}\n`);
  const flags = ['--save-exact', '--no-audit', '--no-fund', '--no-update-notifier'];
  await run('npm', ['install', ...flags, `${name}@${version}`], {
    cwd: folder,
    timeout: INSTALL_LIMIT_MS,
  });
}

/** In a process of its own: a native package that does not fit may take the process with it. */
async function load(entry: URL): Promise<void> {
  const script = 'await import(process.argv[1]); process.exit();';
  await run(process.execPath, ['--input-type=module', '-e', script, entry.href], {
    timeout: LOAD_LIMIT_MS,
  });
}

/** The line of a failed command's output that says most. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  const lines = (stderr ?? message).split('\n').map((line) => line.trim());
  return lines.find((line) => /error/i.test(line)) ?? message.split('\n')[0];
}
