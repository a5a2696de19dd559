/**
 * `file-work.js read SOURCE`, `file-work.js write SOURCE TARGET`: what a sender, or a receiver, does
 * with a file besides the connection. Prints the MB/s of it.
 */
import { createHash } from 'node:crypto';
import { fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';

const PIECE = Buffer.alloc(65_536, 'x');

const [role, source, target] = process.argv.slice(2);
const { size } = statSync(source);
const fd = role === 'read' ? openSync(source, 'r') : openSync(target, 'wx');
const hash = createHash('sha256');
const startedMs = performance.now();
for (let at = 0; at < size; at += PIECE.length) {
  if (role === 'read') readSync(fd, PIECE, 0, PIECE.length, at);
  hash.update(PIECE);
  if (role === 'write') writeSync(fd, PIECE, 0, PIECE.length, at);
}
hash.digest();
if (role === 'write') fsyncSync(fd);
console.log(size / 1e3 / (performance.now() - startedMs));
