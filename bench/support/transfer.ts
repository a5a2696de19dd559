/** Runs one transfer between two processes on loopback, and checks that the bytes are right. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StreamerOptions } from '#hawser/shared/streamer.js';
import type { TransferOutcome, TransferTask } from './transfer-application.js';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./transfer-process.js', import.meta.url));
const DEFAULT_PORTS = [28_000, 28_001];

export interface ProcessOutcome extends TransferOutcome {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

export interface TransferResult {
  readonly megabytesPerSecond: number;
  readonly sender: ProcessOutcome;
  readonly receiver: ProcessOutcome;
}

export async function runTransfer(
  bytes: number,
  optionsOf: (direction: TransferTask['direction']) => StreamerOptions,
  [receiverPort, senderPort]: readonly number[] = DEFAULT_PORTS,
): Promise<TransferResult> {
  const start = (direction: TransferTask['direction'], localPort: number, remotePort: number) =>
    runProcess({ direction, bytes, localPort, remotePort, options: optionsOf(direction) });
  const [receiver, sender] = await Promise.all([
    start('receive', receiverPort, senderPort),
    start('send', senderPort, receiverPort),
  ]);
  if (sender.sha256 !== receiver.sha256) throw new Error('the bytes received are not those sent');
  return { megabytesPerSecond: bytes / 1e3 / receiver.elapsedMs, sender, receiver };
}

async function runProcess(task: TransferTask): Promise<ProcessOutcome> {
  const { stdout } = await run(process.execPath, [SCRIPT, JSON.stringify(task)]);
  return JSON.parse(stdout) as ProcessOutcome;
}
