/**
 * The worker of one side of a long transfer: sends a block of bytes over and over, or compares what
 * arrives with it, and notes now and then how much memory its process has.
 */
import { Streamer } from '#hawser/shared/streamer.js';
import { pattern } from '../support/pattern.js';

export interface EnduranceTask {
  readonly direction: 'send' | 'receive';
  readonly bytes: number;
  readonly localPort: number;
  readonly remotePort: number;
}

export interface EnduranceOutcome {
  readonly seconds: number;
  /** Resident memory of the process in MB, at even distances. */
  readonly residentMegabytes: readonly number[];
}

export const SAMPLES = 10;
const HOST = '127.0.0.1';
const BLOCK_BYTES = 4 << 20;
const PIECE_BYTES = 1 << 16;

export default function endure(task: EnduranceTask): EnduranceOutcome {
  const { direction, bytes, localPort, remotePort } = task;
  const stream = new Streamer(HOST, remotePort, HOST, localPort, { noDelay: true });
  const block = Buffer.from(pattern(BLOCK_BYTES).buffer);
  const startedMs = performance.now();
  const residentMegabytes: number[] = [];
  for (let done = 0; done < bytes;) {
    done += direction === 'send' ? send(stream, block, done, bytes) : receive(stream, block, done);
    if (done >= ((residentMegabytes.length + 1) * bytes) / SAMPLES) {
      residentMegabytes.push(process.memoryUsage.rss() / 1e6);
    }
  }
  const seconds = (performance.now() - startedMs) / 1e3;
  stream.close();
  return { seconds, residentMegabytes };
}

function send(stream: Streamer, block: Buffer, done: number, bytes: number): number {
  const from = done % BLOCK_BYTES;
  const count = Math.min(PIECE_BYTES, bytes - done);
  stream.send(block.subarray(from, from + count));
  return count;
}

/** @throws at the first byte that is not the one sent */
function receive(stream: Streamer, block: Buffer, done: number): number {
  const piece = stream.recv();
  if (piece.length === 0) throw new Error(`the stream ended after ${done} bytes`);
  for (let at = 0; at < piece.length;) {
    const from = (done + at) % BLOCK_BYTES;
    const count = Math.min(piece.length - at, BLOCK_BYTES - from);
    if (block.compare(piece, at, at + count, from, from + count) !== 0) {
      throw new Error(`wrong bytes within ${count} from byte ${done + at} on`);
    }
    at += count;
  }
  return piece.length;
}
