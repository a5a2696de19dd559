/**
 * Two connections on one thread, with a stretch of memory for a network between them: what a segment
 * costs in our own code, without threads, sockets and the kernel.
 */
import { allocateConnection, ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { DatagramRun } from '#hawser/shared/net/datagram-port.js';
import type { Libc } from '#hawser/shared/net/libc.js';
import { NativeCopier } from '#hawser/shared/net/native-copier.js';
import { NativeMemory } from '#hawser/shared/net/native-memory.js';
import { SendTable } from '#hawser/shared/net/send-table.js';
import { Connection, initializeConnection } from '#hawser/shared/transport/connection.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';

export const PAYLOAD_BYTES = 1440;
const SLOTS = 2048;
const RUN_CAPACITY = 64;
/** What the kernel puts together. */
const LONGEST_TRAIN_BYTES = 65_487;
const NETWORK_BYTES = 1 << 21;

interface Train {
  readonly start: number;
  readonly every: number;
  end: number;
}

/** One side, and what it has sent. Microseconds are the bench's own. */
export class Side {
  readonly application: Connection;
  readonly listener: Connection;
  /** Time that the imitated network took, in ns: to be left out. */
  networkNanos = 0;
  readonly #memory: ConnectionMemory;
  readonly #network: NativeMemory;
  readonly #run: DatagramRun;
  readonly #table: SendTable;
  readonly #trains: Train[] = [];
  #used = 0;

  constructor(
    private readonly libc: Libc,
    connectionId: number,
    nowMicros: number,
  ) {
    const geometry = { sendSlots: SLOTS, receiveSlots: SLOTS, slotBytes: PAYLOAD_BYTES };
    const buffer = allocateConnection(geometry, TIMER_COUNT, connectionId);
    this.#memory = new ConnectionMemory(buffer, TIMER_COUNT);
    this.#memory.copier = new NativeCopier(libc);
    const settings = { ...defaultSettings, nagle: false, wallClockOffsetMicros: 0 };
    initializeConnection(this.#memory, settings, nowMicros);
    this.#network = new NativeMemory(libc, NETWORK_BYTES);
    this.#run = new DatagramRun(this.#memory.bytes, RUN_CAPACITY);
    this.#table = new SendTable(libc);
    this.application = new Connection(this.#memory, settings);
    this.listener = new Connection(this.#memory, settings, {
      allowance: () => Infinity,
      push: (headerOffset, headerLength, payloadOffset, payloadLength) => {
        this.#run.push(headerOffset, headerLength, payloadOffset, payloadLength);
        if (this.#run.full) this.#flush();
      },
      flush: () => {
        this.#flush();
      },
    });
  }

  /** What this side has sent arrives at the other, as one batch. */
  deliverTo({ listener: { input } }: Side, nowMicros: number): void {
    const { bytes } = this.#network;
    for (const { start, end, every } of this.#trains) {
      for (let at = start; at < end;) at = input.train(bytes, at, end, every, nowMicros);
    }
    input.endBatch(nowMicros);
    this.#trains.length = 0;
    this.#used = 0;
  }

  #flush(): void {
    const run = this.#run;
    const base = this.libc.addressOf(run.memory);
    for (let at = 0; at < run.count;) at = this.#table.fill(run, base, at, Infinity);
    const began = process.hrtime.bigint();
    for (let at = 0; at < run.count; at++) this.#carry(at, base);
    run.count = 0;
    this.networkNanos += Number(process.hrtime.bigint() - began);
  }

  #carry(at: number, base: number): void {
    const { headerOffset, headerLength, payloadOffset, payloadLength } = this.#run;
    const every = headerLength[at] + payloadLength[at];
    let train = this.#trains.at(-1);
    if (train?.every !== every || train.end + every - train.start > LONGEST_TRAIN_BYTES) {
      train = { start: this.#used, every, end: this.#used };
      this.#trains.push(train);
    }
    const target = this.#network.address + this.#used;
    this.libc.memcpy(target, base + headerOffset[at], headerLength[at]);
    this.libc.memcpy(target + headerLength[at], base + payloadOffset[at], payloadLength[at]);
    this.#used += every;
    train.end = this.#used;
  }
}
