/**
 * What a simulated link does to datagrams, and what it counts. Plain data, so that it can be handed
 * to the thread that owns the port.
 */
import { HawserError } from '../errors.js';

export interface Impairments {
  /** Any whole number; the same seed repeats every decision. */
  readonly seed: number;
  /** Probability that a datagram is lost, 0 to 1. */
  readonly lossRate: number;
  /** Probability, nearly, that a datagram has at least one bit flipped, 0 to 1. */
  readonly corruptionRate: number;
  /** Each datagram is delayed by a uniformly random time in [0, this). */
  readonly maxDeliveryDelayMs: number;
  /** From this long after the port's opening on, nothing is lost, corrupted, shuffled or delayed. */
  readonly becomeReliableAfterMs: number;
  /** Pause between two datagrams; the classroom's is 10. Stays when the link becomes reliable. */
  readonly sendIntervalMs: number;
  /** Datagrams that are lost in any case, by their number; the first one sent is 1. */
  readonly dropIndices: readonly number[];
  /** This many datagrams are held back and released in random order; 0 or 1 holds none. */
  readonly shuffleWindow: number;
  /** A window that does not fill up is released after this time. */
  readonly shuffleHoldMs: number;
}

export const NO_IMPAIRMENTS: Impairments = {
  seed: 0,
  lossRate: 0,
  corruptionRate: 0,
  maxDeliveryDelayMs: 0,
  becomeReliableAfterMs: Infinity,
  sendIntervalMs: 0,
  dropIndices: [],
  shuffleWindow: 0,
  shuffleHoldMs: 20,
};

/**
 * The impairments with defaults filled in.
 * @throws {HawserError} `ERR_HAWSER_BAD_OPTION` for a value that makes no sense.
 */
export function impairments(given: Partial<Impairments>): Impairments {
  const all = { ...NO_IMPAIRMENTS, ...given };
  for (const name of ['lossRate', 'corruptionRate'] as const) {
    check(name, all[name], all[name] >= 0 && all[name] <= 1, 'a probability from 0 to 1');
  }
  for (const name of ['maxDeliveryDelayMs', 'sendIntervalMs', 'shuffleHoldMs'] as const) {
    check(name, all[name], all[name] >= 0 && all[name] < Infinity, 'a time in ms, 0 or more');
  }
  const { becomeReliableAfterMs, seed, shuffleWindow } = all;
  check('becomeReliableAfterMs', becomeReliableAfterMs, becomeReliableAfterMs >= 0, 'a time in ms');
  check('seed', seed, Number.isInteger(seed), 'a whole number');
  const whole = Number.isInteger(shuffleWindow) && shuffleWindow >= 0;
  check('shuffleWindow', shuffleWindow, whole, 'a whole number, 0 or more');
  return all;
}

function check(name: string, value: number, valid: boolean, wanted: string): void {
  if (valid) return;
  throw new HawserError('ERR_HAWSER_BAD_OPTION', `${name} is ${value}; it must be ${wanted}`);
}

/** Tells, for a datagram `bytes[start, end)` with its number, whether it is to be lost. */
export type LossPredicate = (
  bytes: Uint8Array,
  start: number,
  end: number,
  number: number,
) => boolean;

/** What cannot be handed from thread to thread, or is no property of the link. */
export interface LinkLimits {
  /** Asked for each datagram that chance and number have spared. */
  readonly loses?: LossPredicate;
  /** How many datagrams can be under way; the memory of the link is this many times 1480 bytes. */
  readonly capacity?: number;
}

/** Everything a simulated link counts, in datagrams if the name does not say bytes. */
export const LINK_COUNTERS = [
  /** Handed to `send`, whatever became of them. */
  'sent',
  'sentBytes',
  /** Lost by chance, by number or by the given predicate. */
  'dropped',
  /** Lost because as many datagrams were under way as the link holds. */
  'overflowed',
  'corrupted',
  /** Not delivered within the call that sent them. */
  'delayed',
  /** Handed on to the port below. */
  'delivered',
  'received',
  'receivedBytes',
] as const;

export type LinkCounter = (typeof LINK_COUNTERS)[number];

/** Where a link writes its counts; the caller decides which memory they live in. */
export interface LinkCounters {
  add(counter: LinkCounter, amount: number): void;
}

/** Counters in the memory of one thread. */
export class LinkTally implements LinkCounters, Record<LinkCounter, number> {
  sent = 0;
  sentBytes = 0;
  dropped = 0;
  overflowed = 0;
  corrupted = 0;
  delayed = 0;
  delivered = 0;
  received = 0;
  receivedBytes = 0;

  add(counter: LinkCounter, amount: number): void {
    this[counter] += amount;
  }
}
