/**
 * The classroom's test program, both roles, over anything that sends and receives a stream of bytes.
 * Runs on the application thread, which it may block.
 *
 * ```
 *            role 1                        role 2
 * stage 1    receives and checks   ◀────   sends each number by itself
 * stage 2    sends large pieces    ────▶   receives and checks
 *            closes                        closes
 * ```
 */
import { NumberChecker } from './number-checker.js';
import { largePieces, smallPieces } from './number-text.js';
import type { Milestone } from './progress.js';

export type Role = 1 | 2;

/** The blocking stream of the course; `Streamer` is one. */
export interface BlockingStream {
  send(bytes: Uint8Array): void;
  /** The next piece of the stream, of any length; empty at its end. */
  recv(): Uint8Array;
  close(): void;
}

/** Where the program says how far it has come. */
export interface ProgressRecorder {
  recordSent(numbers: number): void;
  recordReceived(numbers: number): void;
  reach(milestone: Milestone): void;
}

/**
 * Plays one role to its end and closes the stream.
 * @throws HawserError `ERR_HAWSER_WRONG_DATA` if anything but the numbers arrives, in order; and
 * whatever the stream throws.
 */
export function playRole(
  role: Role,
  count: number,
  stream: BlockingStream,
  progress: ProgressRecorder,
): void {
  if (role === 1) playRoleOne(count, stream, progress);
  else playRoleTwo(count, stream, progress);
}

function playRoleOne(count: number, stream: BlockingStream, progress: ProgressRecorder): void {
  receiveNumbers(count, stream, progress);
  progress.reach('stage1Passed');
  sendPieces(largePieces(count), stream, progress);
  stream.close();
  progress.reach('stage2Sent');
}

function playRoleTwo(count: number, stream: BlockingStream, progress: ProgressRecorder): void {
  sendPieces(smallPieces(count), stream, progress);
  receiveNumbers(count, stream, progress);
  stream.close();
  progress.reach('stage2Passed');
}

function sendPieces(
  pieces: Iterable<Uint8Array>,
  stream: BlockingStream,
  progress: ProgressRecorder,
): void {
  let numbers = 0;
  for (const piece of pieces) {
    stream.send(piece);
    numbers += countSpaces(piece);
    progress.recordSent(numbers);
  }
}

function receiveNumbers(count: number, stream: BlockingStream, progress: ProgressRecorder): void {
  const checker = new NumberChecker(count);
  while (!checker.complete) {
    const slice = stream.recv();
    if (slice.length === 0) checker.end();
    checker.accept(slice);
    progress.recordReceived(checker.received);
  }
}

function countSpaces(piece: Uint8Array): number {
  const space = 0x20;
  return piece.reduce((spaces, byte) => spaces + (byte === space ? 1 : 0), 0);
}
