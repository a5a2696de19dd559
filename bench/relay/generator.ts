/**
 * Sends datagrams through a relay at a steady rate and takes them in again at the other end, both in
 * one socket and one thread, so that the relay has a core of its own. Each datagram carries the time
 * at which it was handed to the system; transit is measured when it is taken from there.
 */
import { nowMicros } from '#hawser/shared/clock.js';
import { BatchedPort } from '#hawser/shared/net/batched-port.js';
import {
  type BatchedSocket,
  closeBatchedSocket,
  openBatchedSocket,
} from '#hawser/shared/net/batched-socket.js';
import {
  DatagramRun,
  type PortEvents,
  type SocketAddress,
} from '#hawser/shared/net/datagram-port.js';
import { EventBell } from '#hawser/shared/net/event-bell.js';
import { type Libc, loadLibcNow } from '#hawser/shared/net/libc.js';
import { DelayHistogram } from '#hawser/shared/net/path/delay-histogram.js';

/** Not measured: code is compiled and memory touched for the first time. */
const WARM_UP_MICROS = 1e6;
/** Datagrams leave in groups this far apart. */
const GROUP_MICROS = 200;
const MOST_IN_A_GROUP = 64;
const STAMP_BYTES = 8;

export interface GeneratorPlan {
  readonly datagramsPerSecond: number;
  readonly seconds: number;
  readonly datagramBytes: number;
  /** What the relay is told to take. */
  readonly delayMicros: number;
}

export interface GeneratorResult {
  readonly sent: number;
  readonly received: number;
  /** How much longer than told a datagram took, scheduling of this process included. */
  readonly excess: DelayHistogram;
}

export class Generator {
  readonly address: SocketAddress;
  readonly #libc: Libc = loadLibcNow();
  readonly #socket: BatchedSocket;
  readonly #port: BatchedPort;

  constructor() {
    // Without segmentation, which would hand the relay many datagrams as one.
    const socket = openBatchedSocket(this.#libc, { host: '127.0.0.1', port: 0 });
    this.#socket = { ...socket, segmentation: false };
    const bell = new EventBell(new Int32Array(2), 0, 1, this.#libc, socket.eventFd);
    this.#port = new BatchedPort({ libc: this.#libc, socket: this.#socket, bell });
    this.address = socket.localAddress;
  }

  run(relay: SocketAddress, plan: GeneratorPlan): GeneratorResult {
    const run = new Groups(plan, (group) => {
      this.#port.send(group, relay);
    });
    const excess = new DelayHistogram();
    let received = 0;
    const events: PortEvents = {
      onDatagrams: (batch) => {
        const now = nowMicros();
        received += batch.count;
        batch.forEach((bytes, start) => {
          const sentAt = new DataView(bytes.buffer, start).getFloat64(0);
          if (sentAt < run.measuredFromMicros) return;
          excess.add(Math.max(0, now - sentAt - plan.delayMicros));
        });
      },
      onWake: () => {
        run.sendDue(nowMicros());
      },
      nextDeadlineMicros: () => run.nextMicros,
    };
    const endMicros = run.endMicros + plan.delayMicros + 200_000;
    while (nowMicros() < endMicros) this.#port.turn(events, 10_000);
    return { sent: run.sent, received, excess };
  }

  close(): void {
    closeBatchedSocket(this.#socket);
  }
}

/** The timetable, and the datagrams of one group. */
class Groups {
  sent = 0;
  readonly endMicros: number;
  readonly measuredFromMicros: number;
  readonly #startedAtMicros = nowMicros();
  #nextMicros = this.#startedAtMicros;
  readonly #run: DatagramRun;
  readonly #stamps: DataView;

  constructor(
    private readonly plan: GeneratorPlan,
    private readonly send: (run: DatagramRun) => void,
  ) {
    this.measuredFromMicros = this.#startedAtMicros + WARM_UP_MICROS;
    this.endMicros = this.measuredFromMicros + plan.seconds * 1e6;
    const memory = new Uint8Array(new SharedArrayBuffer(MOST_IN_A_GROUP * plan.datagramBytes));
    this.#stamps = new DataView(memory.buffer);
    this.#run = new DatagramRun(memory, MOST_IN_A_GROUP);
  }

  get nextMicros(): number {
    return this.#nextMicros < this.endMicros ? this.#nextMicros : Infinity;
  }

  /** Sends as many as should have left by now; a late turn makes larger groups, not fewer datagrams. */
  sendDue(now: number): void {
    const elapsed = Math.min(now, this.endMicros) - this.#startedAtMicros;
    const due = Math.floor((elapsed * this.plan.datagramsPerSecond) / 1e6);
    while (this.sent < due) this.#sendGroup(Math.min(due - this.sent, MOST_IN_A_GROUP));
    this.#nextMicros = now + GROUP_MICROS;
  }

  #sendGroup(count: number): void {
    const { datagramBytes } = this.plan;
    const now = nowMicros();
    this.#run.count = 0;
    for (let at = 0; at < count; at++) {
      this.#stamps.setFloat64(at * datagramBytes, now);
      this.#run.push(
        at * datagramBytes,
        STAMP_BYTES,
        at * datagramBytes + STAMP_BYTES,
        datagramBytes - STAMP_BYTES,
      );
    }
    this.sent += count;
    this.send(this.#run);
  }
}
