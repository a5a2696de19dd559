/** What the same connection carries without files: the measure for what files cost. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openLink } from '#hawser/main/files/link.js';
import { freePort, startModule } from './commands.js';
import { PLAIN_LINK } from './plain-link.js';

const RECEIVER = fileURLToPath(new URL('bulk-receiver.js', import.meta.url));
const PIECE = Buffer.alloc(65_536, 'x');

/** MB/s from the first byte written until the other side has acknowledged the last. */
export async function bulkMegabytesPerSecond(bytes: number): Promise<number> {
  const port = await freePort();
  const receiver = await startModule(RECEIVER, [String(port)], 'listening');
  const exited = once(receiver, 'exit');
  const { stream } = await openLink(
    { host: '127.0.0.1', port },
    PLAIN_LINK,
    new AbortController().signal,
  );
  const startedMs = performance.now();
  for (let sent = 0; sent < bytes; sent += PIECE.length) {
    if (!stream.write(PIECE)) await once(stream, 'drain');
  }
  stream.end();
  stream.resume();
  await once(stream, 'end');
  const megabytes = bytes / 1e3 / (performance.now() - startedMs);
  stream.destroy();
  await exited;
  return megabytes;
}
