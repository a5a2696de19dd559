/**
 * Bytes between a stream of the main thread and a ring of the file thread, each way with
 * back-pressure and in constant memory. Main thread.
 */
import type { Readable, Writable } from 'node:stream';
import type { RingConsumer, RingProducer } from '../../shared/memory/slot-ring.js';
import { HawserSocket } from '../api/hawser-socket.js';
import type { DirectReader } from '../api/inflow.js';
import type { Throttle } from './throttle.js';

const THROTTLED_BYTES = 16_384;
/** One of these comes to a stream that has taken too much. */
const DRAINED = ['drain', 'error', 'close'] as const;

/**
 * Fills the ring from the stream, and ends it with it. Whatever ends the stream ends the ring: the
 * file thread sees that something is missing. What comes after the ring was cancelled is dropped.
 * Resolves with the stream's error, if it had one.
 */
export function pumpIn(stream: Readable, ring: RingProducer): Promise<Error | undefined> {
  return new Promise((resolve) => {
    if (stream instanceof HawserSocket) stream.readInto(roomsOf(ring, stream));
    let filling = Promise.resolve();
    const take = (chunk: Uint8Array) => {
      const taken = ring.isCancelled ? chunk.length : fill(ring, chunk, 0);
      if (taken === chunk.length) return;
      stream.pause();
      filling = fillWaiting(ring, chunk, taken)
        .catch(() => undefined)
        .finally(() => stream.resume());
    };
    // Pipes and sockets of Node end also while they are paused: the last chunk may still wait for room.
    const end = (error?: Error) => {
      void filling.then(() => {
        ring.end();
        resolve(error);
      });
    };
    stream.on('data', take);
    stream.once('end', () => {
      end();
    });
    stream.on('error', end);
    stream.once('close', () => {
      end();
    });
  });
}

/** The ring's slots, for a connection that fills them itself. */
function roomsOf(ring: RingProducer, stream: Readable): DirectReader {
  const dropped = new Uint8Array(2 ** 16);
  let waits = false;
  const wait = () => {
    if (waits) return;
    waits = true;
    ring
      .acquire()
      .catch(() => undefined)
      .finally(() => {
        waits = false;
        stream.resume();
      });
  };
  return {
    room: () => {
      if (ring.isCancelled) return dropped;
      const slot = ring.tryAcquire();
      if (slot === undefined) wait();
      return slot;
    },
    filled: (bytes) => {
      if (!ring.isCancelled) ring.commit(bytes);
    },
  };
}

/** As much as there is room for at once. Returns where it stopped. */
function fill(ring: RingProducer, chunk: Uint8Array, from: number): number {
  let at = from;
  while (at < chunk.length) {
    const slot = ring.tryAcquire();
    if (slot === undefined) return at;
    at += put(ring, slot, chunk, at);
  }
  return at;
}

async function fillWaiting(ring: RingProducer, chunk: Uint8Array, from: number): Promise<void> {
  let at = from;
  while (at < chunk.length) at += put(ring, await ring.acquire(), chunk, at);
}

function put(ring: RingProducer, slot: Uint8Array, chunk: Uint8Array, at: number): number {
  const part = chunk.subarray(at, at + slot.length);
  slot.set(part);
  ring.commit(part.length);
  return part.length;
}

/**
 * Writes what is in the ring to the stream, in place. Resolves once everything is handed over, or the
 * stream takes no more.
 */
export async function pumpOut(
  ring: RingConsumer,
  stream: Writable,
  throttle?: Throttle,
): Promise<void> {
  stream.once('close', () => {
    ring.cancel();
    throttle?.lift();
  });
  stream.on('error', () => {
    ring.cancel();
  });
  while (await ring.untilFilled()) {
    const bytes = ring.take();
    if (bytes === undefined) break;
    for (const piece of piecesOf(bytes, throttle)) {
      await throttle?.pass(piece.length);
      const isLast = piece.byteOffset + piece.length === bytes.byteOffset + bytes.length;
      // A slot is free again when the stream has done with its bytes; it does so in order. What it
      // could not write is not to pass for written.
      const hasRoom = stream.write(piece, (error) => {
        if (error) ring.cancel();
        else if (isLast) ring.release();
      });
      if (!hasRoom && !stream.destroyed) await drained(stream);
    }
  }
}

/** What is throttled goes in small pieces, or a low rate would be long pauses between large ones. */
function* piecesOf(bytes: Uint8Array, throttle?: Throttle): Iterable<Uint8Array> {
  const most = throttle === undefined ? bytes.length : THROTTLED_BYTES;
  for (let at = 0; at < bytes.length; at += most) yield bytes.subarray(at, at + most);
}

/** Also if it never will: that is somebody else's to report. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    // Nothing is left behind for next time: a long transfer waits a hundred thousand times.
    const done = () => {
      for (const event of DRAINED) stream.off(event, done);
      resolve();
    };
    for (const event of DRAINED) stream.on(event, done);
  });
}
