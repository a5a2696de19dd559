/** What sending small files costs where each has a connection of its own. */
import { startFileThread } from '#hawser/main/files/file-thread.js';
import { openLink } from '#hawser/main/files/link.js';
import { Transfer } from '#hawser/main/files/transfer.js';
import { PLAIN_LINK } from './plain-link.js';

/** Milliseconds a file, one after the other, to a receiver that listens on `port`. */
export async function millisecondsEach(paths: readonly string[], port: number): Promise<number> {
  const thread = startFileThread();
  const { signal } = new AbortController();
  const startedMs = performance.now();
  for (const path of paths) {
    const { stream } = await openLink({ host: '127.0.0.1', port }, PLAIN_LINK, signal);
    const job = { role: 'send', paths: [path], streamName: 'x' } as const;
    const transfer = new Transfer(stream, thread, job, { onProgress: () => undefined });
    const { counts } = await transfer.result;
    if (counts.stored !== 1) throw new Error(`${path} was not stored: ${JSON.stringify(counts)}`);
  }
  const elapsedMs = performance.now() - startedMs;
  await thread.destroy();
  return elapsedMs / paths.length;
}
