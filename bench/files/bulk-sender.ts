/** `bulk-sender.js PORT BYTES`: writes so much to a connection, and prints the MB/s of it. */
import { once } from 'node:events';
import { openLink } from '#hawser/main/files/link.js';
import { PLAIN_LINK } from './plain-link.js';

const PIECE = Buffer.alloc(65_536, 'x');

const [port, bytes] = process.argv.slice(2).map(Number);
const { signal } = new AbortController();
const { stream } = await openLink({ host: '127.0.0.1', port }, PLAIN_LINK, signal);
const startedMs = performance.now();
for (let sent = 0; sent < bytes; sent += PIECE.length) {
  if (!stream.write(PIECE)) await once(stream, 'drain');
}
stream.end();
stream.resume();
await once(stream, 'end');
console.log(bytes / 1e3 / (performance.now() - startedMs));
