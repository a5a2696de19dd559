/** An impaired port over a port that only writes down what it is given, in virtual time. */
import type {
  DatagramBatch,
  DatagramPort,
  DatagramRun,
  PortEvents,
  SocketAddress,
} from '#hawser/shared/net/datagram-port.js';
import { ImpairedPort } from '#hawser/shared/net/impaired-port.js';
import type { ImpairedPortOptions } from '#hawser/shared/net/impaired-port.js';
import { LinkTally } from '#hawser/shared/net/impairments.js';

import { runOf, runOfBytes } from './run-of.js';

export const PEER: SocketAddress = { host: '192.0.2.7', port: 7 };

interface Delivery {
  readonly text: string;
  readonly atMicros: number;
  readonly to: SocketAddress;
}

/** A port without a socket; its loop turns when the test says so. */
class RecordingPort implements DatagramPort {
  readonly localAddress = { host: '192.0.2.1', port: 1 };
  readonly maximumDatagramBytes = 65507;
  readonly sendsFromAnyThread = true;
  readonly deliveries: Delivery[] = [];
  readonly runLengths: number[] = [];
  closings = 0;
  events: PortEvents | undefined;
  #end: () => void = () => undefined;

  constructor(private readonly clock: () => number) {}

  allowance(): number {
    return Infinity;
  }

  send(run: DatagramRun, to: SocketAddress): void {
    this.runLengths.push(run.count);
    for (let at = 0; at < run.count; at++) {
      const text = piece(run, run.headerOffset[at], run.headerLength[at]);
      const rest = piece(run, run.payloadOffset[at], run.payloadLength[at]);
      this.deliveries.push({ text: text + rest, atMicros: this.clock(), to });
    }
  }

  run(events: PortEvents): Promise<void> {
    if (this.closings > 0) return Promise.reject(new Error('closed'));
    this.events = events;
    return new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closings++;
    this.#end();
    return Promise.resolve();
  }
}

function piece(run: DatagramRun, offset: number, length: number): string {
  return Buffer.from(run.memory.subarray(offset, offset + length)).toString('latin1');
}

export class VirtualLink {
  readonly counters = new LinkTally();
  readonly inner: RecordingPort;
  readonly port: ImpairedPort;
  readonly wakes: number[] = [];
  nowMicros = 1e9;
  onWake: () => void = () => undefined;
  readonly finished: Promise<void>;

  constructor(options: ImpairedPortOptions) {
    const clock = () => this.nowMicros;
    this.inner = new RecordingPort(clock);
    this.port = new ImpairedPort(this.inner, { counters: this.counters, clock, ...options });
    this.finished = this.port.run(
      {
        onDatagrams: () => undefined,
        onWake: () => {
          this.wakes.push(this.nowMicros);
          this.onWake();
        },
        nextDeadlineMicros: () => Infinity,
      },
      () => false,
    );
  }

  get delivered(): string[] {
    return this.inner.deliveries.map(({ text }) => text);
  }

  send(...texts: string[]): void {
    this.port.send(runOf(texts), PEER);
  }

  sendBytes(bytes: Uint8Array): void {
    this.port.send(runOfBytes([bytes]), PEER);
  }

  receive(batch: DatagramBatch): void {
    this.inner.events?.onDatagrams(batch);
  }

  /** Lets time pass as the loop of a port would: it wakes at every deadline on the way. */
  advance(millis: number): void {
    const end = this.nowMicros + 1e3 * millis;
    const events = this.inner.events;
    if (events === undefined) throw new Error('the loop does not run');
    for (let next = events.nextDeadlineMicros(); next <= end; next = events.nextDeadlineMicros()) {
      this.nowMicros = Math.max(this.nowMicros, next);
      events.onWake();
    }
    this.nowMicros = end;
  }
}
