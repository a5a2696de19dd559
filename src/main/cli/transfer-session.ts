/**
 * What `send` and `receive` do around a run: the display, Ctrl-C, what is printed at the end, and the
 * exit code. Main thread.
 */
import { stat } from 'node:fs/promises';
import { HawserError } from '../../shared/errors.js';
import { failureOf, FileFailure } from '../../shared/files/status.js';
import type { Conflict } from '../../shared/files/placing.js';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import { chooseDisplay, type Display } from '../files/display.js';
import { summaryLine, type TransferOutcome } from '../files/outcome.js';
import { runReceive } from '../files/receive-run.js';
import { runSend } from '../files/send-run.js';
import type { ReceiveFlags } from './receive.js';
import { Interruption } from './signals.js';
import { linkOptionsOf, type TransferFlags } from './transfer-options.js';

const EXIT_FAILED = 1;
const EXIT_INTERRUPTED = 130;

interface SendFlags extends TransferFlags {
  readonly bwlimit?: number;
  readonly name: string;
}

/** Resolves with the exit code. */
export function sendCommand(
  paths: readonly string[],
  to: SocketAddress,
  flags: SendFlags,
): Promise<number> {
  return interruptibly(flags, async (display, signal, note) => {
    const run = {
      paths,
      to,
      streamName: flags.name,
      link: linkOptionsOf(flags),
      ...(flags.bwlimit !== undefined && { limitBytesPerSecond: flags.bwlimit }),
    };
    const outcome = await runSend(run, display, signal);
    display.say(summaryLine(outcome));
    if (outcome.error !== undefined) display.say(`${outcome.error.code}: ${outcome.error.message}`);
    note(outcome);
  });
}

/** Resolves with the exit code. */
export async function receiveCommand(flags: ReceiveFlags): Promise<number> {
  const { directory, names, maxFiles, maxBytes } = flags;
  const isStream = directory === '-';
  const exitCode = await interruptibly(flags, async (display, signal, note) => {
    if (!isStream) await checkFolder(directory);
    const run = {
      listen: flags.listen,
      limits: { files: maxFiles, bytes: maxBytes },
      once: flags.once === true || isStream,
      link: linkOptionsOf(flags),
      ...(!isStream && { folder: { root: directory, conflict: conflictOf(flags), names } }),
    };
    await runReceive(run, display, signal, note);
  });
  // What a pipe has not taken would keep the process alive for as long as nobody reads.
  if (isStream && process.stdout.writableLength > 0) process.exit(exitCode);
  return exitCode;
}

/** Before anybody sends: later it would be every sender's problem. */
async function checkFolder(path: string): Promise<void> {
  const failure = (error: unknown) =>
    failureOf(error, `cannot receive into "${path}"`, 'obstructed');
  const stats = await stat(path).catch((error: unknown) => {
    throw failure(error);
  });
  if (!stats.isDirectory()) {
    throw new FileFailure('obstructed', `cannot receive into "${path}": it is not a folder`);
  }
}

function conflictOf({ overwrite, rename, skip }: ReceiveFlags): Conflict {
  if (overwrite) return 'overwrite';
  if (rename) return 'rename';
  return skip ? 'skip' : 'refuse';
}

async function interruptibly(
  { quiet, json }: TransferFlags,
  run: (
    display: Display,
    signal: AbortSignal,
    note: (outcome: TransferOutcome) => void,
  ) => Promise<void>,
): Promise<number> {
  const display = chooseDisplay(quiet);
  const controller = new AbortController();
  const interruption = new Interruption((origin) => {
    controller.abort(`interrupted by ${origin}`);
  });
  let exitCode = 0;
  // Nothing is kept of a transfer that is over: a receiver may see many in its life.
  const note = (outcome: TransferOutcome) => {
    // Off the screen with what would be drawn over it.
    display.show([]);
    if (json) console.log(JSON.stringify(outcome));
    exitCode = worseOf(exitCode, outcome.exitCode);
  };
  try {
    await run(display, controller.signal, note);
    return exitCode === EXIT_INTERRUPTED ? (interruption.exitCode ?? exitCode) : exitCode;
  } catch (error) {
    return interruption.exitCode ?? failed(error, display);
  } finally {
    display.end();
    interruption.dispose();
  }
}

/** Later in this list is worse. */
const BY_WEIGHT = [0, 3, 6, 5, 4, 1, 130];

function worseOf(one: number, other: number): number {
  return BY_WEIGHT[Math.max(BY_WEIGHT.indexOf(one), BY_WEIGHT.indexOf(other))];
}

function failed(error: unknown, display: Display): number {
  const isExpected = error instanceof HawserError && error.code !== 'ERR_HAWSER_INTERNAL';
  if (!isExpected) throw error;
  display.say(`${error.code}: ${error.message}`);
  return EXIT_FAILED;
}
