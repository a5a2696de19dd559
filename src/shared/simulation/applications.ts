/**
 * The applications of a simulation: generators that use an endpoint as `Streamer` does, and yield
 * where a thread would sleep.
 */
import type { ErrorCode } from '../errors.js';
import { hasFailed } from '../memory/failure.js';
import { SendWord } from '../memory/layout.js';
import type { RandomStream } from '../net/random.js';
import type { StreamPattern } from './stream-pattern.js';
import { type Activity, pause, type Wait } from './threads.js';
import type { VirtualEndpoint } from './virtual-endpoint.js';

/** A uniformly random whole number in [least, most]. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** How an application moves bytes: pieces of random size with random pauses between some of them. */
export interface Pace {
  readonly pieceBytes: Range;
  readonly pauseRate: number;
  readonly pauseMicros: Range;
}

/** What has become of one side's streams; the reader's view and the writer's. */
export interface StreamProgress {
  written: number;
  ended: boolean;
  read: number;
  sawEnd: boolean;
  /** Position of the first wrong byte, or undefined. */
  wrongAt: number | undefined;
  closed: boolean;
}

export function draw(random: RandomStream, { least, most }: Range): number {
  return least + random.below(most - least + 1);
}

/** Writes `total` bytes of `pattern`; does not end the stream. */
export function* write(
  endpoint: VirtualEndpoint,
  pattern: StreamPattern,
  total: number,
  pace: Pace,
  random: RandomStream,
  progress: StreamProgress,
): Activity {
  const goal = progress.written + total;
  while (progress.written < goal) {
    const piece = new Uint8Array(Math.min(draw(random, pace.pieceBytes), goal - progress.written));
    pattern.fill(piece, progress.written);
    yield* send(endpoint, piece, progress);
    if (hasFailed(endpoint.memory)) return;
    if (random.chance(pace.pauseRate)) yield pause(draw(random, pace.pauseMicros));
  }
}

/** As `Streamer.send`. */
function* send(endpoint: VirtualEndpoint, bytes: Uint8Array, progress: StreamProgress): Activity {
  for (let from = 0; from < bytes.length && !hasFailed(endpoint.memory);) {
    const count = endpoint.application.write(bytes, from, bytes.length, endpoint.nowMicros);
    if (count === 0) yield waitForRoom(endpoint);
    from += count;
    progress.written += count;
  }
}

function waitForRoom({ application, memory }: VirtualEndpoint): Wait {
  return {
    for: 'sendChanged',
    predicate: (held) => application.writing.hasRoom(held) || hasFailed(memory),
  };
}

/** The first half of `Streamer.close`. */
export function end(endpoint: VirtualEndpoint, progress: StreamProgress): void {
  endpoint.application.writing.end(endpoint.nowMicros);
  endpoint.application.output(endpoint.nowMicros);
  progress.ended = true;
}

/** Reads and checks until `upTo` bytes were read in all, the stream ends, or the endpoint fails. */
export function* read(
  endpoint: VirtualEndpoint,
  patternOfPeer: () => StreamPattern | undefined,
  upTo: number,
  pace: Pace,
  random: RandomStream,
  progress: StreamProgress,
): Activity {
  const { application, memory } = endpoint;
  const { reading } = application;
  while (progress.read < upTo) {
    yield {
      for: 'receiveChanged',
      predicate: (held) => reading.isReady(held) || hasFailed(memory),
    };
    if (hasFailed(memory)) return;
    if (isAtEnd(endpoint)) {
      progress.sawEnd = true;
      return;
    }
    readPiece(endpoint, patternOfPeer(), draw(random, pace.pieceBytes), progress);
    if (random.chance(pace.pauseRate)) yield pause(draw(random, pace.pauseMicros));
  }
}

function isAtEnd({ memory, application }: VirtualEndpoint): boolean {
  const held = memory.receiveMutex.lock();
  const atEnd = application.reading.atEnd(held);
  memory.receiveMutex.unlock(held);
  return atEnd;
}

function readPiece(
  endpoint: VirtualEndpoint,
  pattern: StreamPattern | undefined,
  most: number,
  progress: StreamProgress,
): void {
  const { reading } = endpoint.application;
  const piece = new Uint8Array(Math.min(reading.readableBytes(), most));
  if (reading.read(piece, 0, piece.length)) endpoint.application.output(endpoint.nowMicros);
  const wrong = pattern === undefined ? 0 : pattern.mismatch(piece, progress.read);
  if (wrong >= 0 && piece.length > 0) progress.wrongAt ??= progress.read + wrong;
  progress.read += piece.length;
}

/** The second half of `Streamer.close`: until both sides are done, and the last word is out. */
export function* awaitClosed(endpoint: VirtualEndpoint, progress: StreamProgress): Activity {
  const { memory, application } = endpoint;
  const { life, reading } = application;
  for (;;) {
    yield {
      for: 'receiveChanged',
      predicate: (held) => life.seemsClosed() || reading.hasUnread(held),
    };
    if (life.seemsClosed()) break;
    const rest = new Uint8Array(reading.readableBytes());
    if (reading.read(rest, 0, rest.length)) application.output(endpoint.nowMicros);
  }
  yield {
    for: 'sendChanged',
    predicate: () => memory.send[SendWord.resetWanted] === 0 || hasFailed(memory),
  };
  progress.closed = true;
  endpoint.stop();
}

/** Gives up after a while, unless everything is over by then. */
export function* failAfter(endpoint: VirtualEndpoint, micros: number, code: ErrorCode): Activity {
  yield pause(micros);
  endpoint.fail(code);
}
