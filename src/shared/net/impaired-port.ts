/**
 * The classroom's lossy link, as a decorator over any port: on the way out, datagrams are counted,
 * spaced, lost, corrupted, shuffled and delayed, in this order; on the way in they are counted.
 *
 * ```
 *   send ─▶ count ─▶ space ─▶ lose? ─▶ flip bits ─▶ shuffle ─▶ delay queue ─▶ inner port
 *                                       (own copy from here on, in a bounded pool)
 * ```
 *
 * Runs on the listener's thread and never blocks it: the pause between datagrams is back-pressure
 * through `allowance`, and who sends all the same has its datagrams queued, a pause apart.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { nowMicros } from '../clock.js';
import { HawserError } from '../errors.js';
import type { DatagramPort, DatagramRun, PortEvents, SocketAddress } from './datagram-port.js';
import { Departures } from './departures.js';
import { Impairer } from './impairer.js';
import { impairments, LinkTally } from './impairments.js';
import type { Impairments, LinkCounters, LinkLimits } from './impairments.js';
import { ETHERNET_UDP_PAYLOAD_BYTES } from './udp.js';

export interface ImpairedPortOptions extends LinkLimits {
  readonly impairments: Partial<Impairments>;
  readonly counters?: LinkCounters;
  /** Microseconds, monotonic. */
  readonly clock?: () => number;
}

export class ImpairedPort implements DatagramPort {
  readonly localAddress: SocketAddress;
  readonly maximumDatagramBytes = ETHERNET_UDP_PAYLOAD_BYTES;
  readonly sendsFromAnyThread = false;
  readonly #impairments: Impairments;
  readonly #counters: LinkCounters;
  readonly #clock: () => number;
  readonly #departures: Departures;
  readonly #impairer: Impairer;
  readonly #reliableAtMicros: number;
  #closed = false;

  /** @throws {HawserError} `ERR_HAWSER_BAD_OPTION`. */
  constructor(
    private readonly inner: DatagramPort,
    options: ImpairedPortOptions,
  ) {
    this.#impairments = impairments(options.impairments);
    this.#counters = options.counters ?? new LinkTally();
    this.#clock = options.clock ?? nowMicros;
    this.#departures = new Departures(1e3 * this.#impairments.sendIntervalMs);
    this.#impairer = new Impairer(inner, this.#impairments, this.#counters, options);
    this.#reliableAtMicros = this.#clock() + 1e3 * this.#impairments.becomeReliableAfterMs;
    this.localAddress = inner.localAddress;
  }

  allowance(nowMicros: number): number {
    const inner = this.inner.allowance(nowMicros);
    return Math.min(inner, this.#departures.allowance(nowMicros), this.#impairer.room);
  }

  /** @throws {HawserError} `ERR_HAWSER_DATAGRAM_TOO_LARGE`; then nothing of the run was sent. */
  send(run: DatagramRun, destination: SocketAddress): void {
    const bytes = measure(run);
    if (this.#closed) return;
    this.#counters.add('sent', run.count);
    this.#counters.add('sentBytes', bytes);
    const now = this.#clock();
    if (now >= this.#reliableAtMicros && !this.#departures.spaced) {
      this.#counters.add('delivered', run.count);
      this.#impairer.skip(run.count);
      this.inner.send(run, destination);
      return;
    }
    for (let at = 0; at < run.count; at++) {
      const departure = this.#departures.next(now);
      const reliable = departure >= this.#reliableAtMicros;
      this.#impairer.put(run, at, destination, departure, reliable);
    }
    this.#impairer.release(now);
  }

  run(events: PortEvents, stopped: () => boolean): Promise<void> {
    const onDatagrams: PortEvents['onDatagrams'] = (batch) => {
      this.#counters.add('received', batch.count);
      this.#counters.add('receivedBytes', batch.bytes);
      events.onDatagrams(batch);
    };
    const onWake = () => {
      this.#impairer.release(this.#clock());
      events.onWake();
    };
    const nextDeadlineMicros = () => {
      const ours = Math.min(this.#impairer.nextDueMicros, this.#departures.nextWakeMicros);
      return Math.min(ours, events.nextDeadlineMicros());
    };
    const onUnreachable: PortEvents['onUnreachable'] = (destination, code) => {
      events.onUnreachable?.(destination, code);
    };
    return this.inner.run({ onDatagrams, onWake, onUnreachable, nextDeadlineMicros }, stopped);
  }

  async drain(limitMs: number): Promise<void> {
    const started = this.#clock();
    const until = started + 1e3 * limitMs;
    this.#impairer.release(started);
    for (let due = this.#nextDue(); due <= until; due = this.#nextDue()) {
      await delay(Math.max(1, (due - this.#clock()) / 1e3));
      this.#impairer.release(this.#clock());
    }
    await this.inner.drain(limitMs);
  }

  #nextDue(): number {
    return this.#impairer.nextDueMicros;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.inner.close();
  }
}

/** The bytes of the whole run; throws if one datagram is too large for the classroom. */
function measure(run: DatagramRun): number {
  let bytes = 0;
  for (let at = 0; at < run.count; at++) {
    const length = run.headerLength[at] + run.payloadLength[at];
    if (length > ETHERNET_UDP_PAYLOAD_BYTES) throw tooLarge(length);
    bytes += length;
  }
  return bytes;
}

function tooLarge(length: number): HawserError {
  return new HawserError(
    'ERR_HAWSER_DATAGRAM_TOO_LARGE',
    `a datagram of ${length} bytes was to be sent; the link takes at most ${ETHERNET_UDP_PAYLOAD_BYTES}`,
  );
}
