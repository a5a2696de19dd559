/** `send`: one connection, everything over it, and what became of it. Main thread. */
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import { STANDARD_INPUT } from '../../shared/files/sources.js';
import { Board } from './board.js';
import type { Display } from './display.js';
import { startFileThread } from './file-thread.js';
import { type Link, type LinkOptions, openLink } from './link.js';
import { outcomeOf, type TransferOutcome } from './outcome.js';
import { standardInput } from './standard-streams.js';
import { Throttle } from './throttle.js';
import { Transfer } from './transfer.js';

export interface SendRun {
  readonly paths: readonly string[];
  /** What standard input is called on the other side. */
  readonly streamName: string;
  readonly to: SocketAddress;
  readonly link: LinkOptions;
  /** Bytes a second, of the stream. */
  readonly limitBytesPerSecond?: number;
}

/** Aborting `signal` interrupts it, with its reason as the text. Rejects if there is no connection. */
export async function runSend(
  run: SendRun,
  display: Display,
  signal: AbortSignal,
): Promise<TransferOutcome> {
  const thread = startFileThread();
  try {
    const link = await openLink(run.to, run.link, signal);
    return await sendOver(link, run, display, signal, thread);
  } finally {
    await thread.destroy();
  }
}

async function sendOver(
  link: Link,
  { paths, streamName, limitBytesPerSecond }: SendRun,
  display: Display,
  signal: AbortSignal,
  thread: ReturnType<typeof startFileThread>,
): Promise<TransferOutcome> {
  const board = new Board(display);
  const entry = board.add(
    () => link.quality(),
    () => link.deliveredBytes(),
  );
  const input = paths.includes(STANDARD_INPUT) ? { input: standardInput() } : {};
  const transfer = new Transfer(
    link.stream,
    thread,
    { role: 'send', paths, streamName, ...input },
    {
      onProgress: (progress) => {
        entry.take(progress);
      },
      ...(limitBytesPerSecond !== undefined && { throttle: new Throttle(limitBytesPerSecond) }),
    },
  );
  signal.addEventListener('abort', () => {
    transfer.interrupt(String(signal.reason));
  });
  const result = await transfer.result;
  const line = link.quality();
  board.end();
  const { elapsedMs } = transfer;
  return outcomeOf({ peer: link.peer, result, elapsedMs, line }, entry);
}
