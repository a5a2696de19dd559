/** The program's own commands as processes, as a user starts them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TransferOutcome } from '#hawser/main/files/outcome.js';

const MAIN_MODULE = fileURLToPath(import.meta.resolve('#hawser/main.js'));

/** A UDP port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Starts a module of ours, and resolves when it has printed `ready`, whichever way. */
export async function startModule(
  module: string,
  args: readonly string[],
  ready: string,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [module, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let printed = '';
    const look = (text: Buffer) => {
      printed += text.toString();
      if (printed.includes(ready)) resolve();
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('exit', () => {
      reject(new Error(`${module} has ended: ${printed}`));
    });
  });
  return child;
}

/** Runs a module of ours to its end. Resolves with what it has printed. */
export async function printedBy(module: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [module, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  await once(child, 'close');
  return text;
}

export function startCommand(args: readonly string[], ready: string): Promise<ChildProcess> {
  return startModule(MAIN_MODULE, args, ready);
}

/** `send`, to its end. Throws unless everything arrived. */
export async function send(path: string, port: number): Promise<TransferOutcome> {
  const args = ['send', path, `127.0.0.1:${port}`, '--json', '--quiet'];
  const text = await printedBy(MAIN_MODULE, args);
  const outcome = JSON.parse(text) as TransferOutcome;
  if (outcome.exitCode !== 0) throw new Error(`send failed: ${text}`);
  return outcome;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
}
