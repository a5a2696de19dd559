/**
 * The worker's half of a bulk transfer: sends so many bytes of a fixed pattern, or receives them and
 * keeps them, so that they can be hashed when the clock has stopped.
 */
import {
  Streamer,
  type StreamerOptions,
  type TransportStatistics,
} from '#hawser/shared/streamer.js';
import { pattern, sha256 } from './pattern.js';

export interface TransferTask {
  readonly direction: 'send' | 'receive';
  readonly bytes: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly options: StreamerOptions;
}

export interface TransferOutcome {
  /** From the first byte in hand to the last; of the receiver this is the transfer's time. */
  readonly elapsedMs: number;
  readonly sha256: string;
  readonly statistics: TransportStatistics;
}

const HOST = '127.0.0.1';
const PIECE_BYTES = 1 << 16;

export default function transfer(task: TransferTask): TransferOutcome {
  const stream = new Streamer(HOST, task.remotePort, HOST, task.localPort, task.options);
  const timed = task.direction === 'send' ? send(stream, task.bytes) : receive(stream, task.bytes);
  stream.close();
  return { ...timed, statistics: stream.statistics() };
}

function send(stream: Streamer, bytes: number) {
  const data = pattern(bytes);
  const startedMs = performance.now();
  for (let at = 0; at < bytes; at += PIECE_BYTES) {
    stream.send(data.subarray(at, Math.min(at + PIECE_BYTES, bytes)));
  }
  return { elapsedMs: performance.now() - startedMs, sha256: sha256(data) };
}

function receive(stream: Streamer, bytes: number) {
  const data = new Uint8Array(bytes);
  let at = 0;
  let startedMs = 0;
  while (at < bytes) {
    const piece = stream.recv();
    if (at === 0) startedMs = performance.now();
    if (piece.length === 0) throw new Error(`the stream ended after ${at} of ${bytes} bytes`);
    data.set(piece, at);
    at += piece.length;
  }
  return { elapsedMs: performance.now() - startedMs, sha256: sha256(data) };
}
