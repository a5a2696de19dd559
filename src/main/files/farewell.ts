/**
 * How a transfer leaves its stream: nobody goes before the other side has heard the last words, and
 * nobody waits for ever. Main thread.
 */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** For a peer that still has to hear that everything is settled; a bad line takes a few attempts. */
const GOODBYE_MS = 30_000;
/** For a peer that has to hear what has failed. */
const FAILURE_MS = 5000;
/** When somebody has asked for an end; and for the end of a connection on which all is said. */
export const LAST_WORDS_MS = 1000;

export interface Parting {
  readonly isInterrupted: boolean;
  readonly hasFailed: boolean;
  /** The peer has said the last word, so it waits for nothing. */
  readonly isHeard: boolean;
}

/** Ends our side when `pumping` is over, waits until the peer has ended its own, and closes. */
export async function sayFarewell(
  stream: Duplex,
  pumping: Promise<void>,
  parting: Parting,
): Promise<void> {
  const ended = eventOf(stream, 'end');
  const closed = eventOf(stream, 'close');
  await atMost(patienceMs(parting), sayLastWords(stream, pumping, ended));
  if (!stream.closed) await atMost(LAST_WORDS_MS, closed);
  // With an error, so that a connection whose peer has gone is dropped and keeps nobody waiting.
  if (!stream.closed) stream.destroy(new Error('the peer does not end the connection'));
  await pumping;
}

function patienceMs({ isInterrupted, hasFailed, isHeard }: Parting): number {
  if (isInterrupted || (isHeard && !hasFailed)) return LAST_WORDS_MS;
  return hasFailed ? FAILURE_MS : GOODBYE_MS;
}

/** The peer ends its stream when it has heard everything. */
async function sayLastWords(
  stream: Duplex,
  pumping: Promise<void>,
  ended: Promise<void>,
): Promise<void> {
  await pumping;
  if (stream.destroyed) return;
  stream.end();
  stream.resume();
  if (!stream.readableEnded) await ended;
}

/** Resolves also if it never comes because of an error. */
async function eventOf(stream: Duplex, event: string): Promise<void> {
  await once(stream, event).catch(() => undefined);
}

async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = delay(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  timer.abort();
}
