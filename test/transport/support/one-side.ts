/**
 * One endpoint of a connection, all roles on one thread, against a peer that the test plays: it says
 * what arrives and when, and looks at what is sent.
 */
import { allocateConnection, ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { SendCounter, SendWord } from '#hawser/shared/memory/layout.js';
import { type TransportStatistics, statisticsOf } from '#hawser/shared/memory/statistics.js';
import type { State } from '#hawser/shared/transport/connection-state.js';
import { Connection, initializeConnection } from '#hawser/shared/transport/connection.js';
import { integrityOf } from '#hawser/shared/transport/integrity.js';
import { defaultSettings, type TransportSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';
import { trainsOf } from '#hawser/shared/simulation/trains.js';
import { crc32 } from '#hawser/shared/wire/checksum.js';
import { emitHeader } from '#hawser/shared/wire/emit.js';
import { Integrity, Segment } from '#hawser/shared/wire/segment.js';

import { fill, type PlainSegment } from '../../wire/plain-segment.js';
import { Recorder, type Sent } from './recorder.js';

export const OUR_ID = 0x0badcafe;
export const PEER_ID = 0x21b2c3d4;

const SLOT_BYTES = 64;

export interface Heard extends PlainSegment {
  /** Payload bytes, or padding of a challenge; their content does not matter. */
  readonly payload?: number;
}

/** `await`ed nowhere: time passes only by {@link pass}. Times in milliseconds. */
export class OneSide {
  readonly memory: ConnectionMemory;
  readonly connection: Connection;
  readonly settings: TransportSettings;
  readonly #recorder: Recorder;
  #nowMicros = 0;

  constructor(changes: Partial<TransportSettings> = {}, slots = 32, slotBytes = SLOT_BYTES) {
    const geometry = { sendSlots: slots, receiveSlots: slots, slotBytes };
    this.settings = {
      ...defaultSettings,
      windowSegments: slots / 2,
      wallClockOffsetMicros: 0,
      ...changes,
    };
    this.memory = new ConnectionMemory(
      allocateConnection(geometry, TIMER_COUNT, OUR_ID),
      TIMER_COUNT,
    );
    initializeConnection(this.memory, this.settings, 0);
    this.#recorder = new Recorder(this.memory.bytes, () => this.integrity);
    this.connection = new Connection(this.memory, this.settings, this.#recorder);
  }

  /** A connection both of whose sides know each other, with nothing sent or received so far. */
  static established(
    changes: Partial<TransportSettings> = {},
    slots = 32,
    slotBytes = SLOT_BYTES,
  ): OneSide {
    const side = new OneSide(changes, slots, slotBytes);
    side.hear({ opening: side.openingOfPeer(), cumulativeAck: side.settings.initialSegment });
    side.sent();
    return side;
  }

  openingOfPeer(windowSegments = this.settings.windowSegments): NonNullable<Heard['opening']> {
    return {
      sourceConnectionId: PEER_ID,
      sentAtMillis: this.#nowMicros / 1e3,
      maximumDatagramBytes: this.settings.maximumDatagramBytes,
      windowSegments,
      integrity: 'crc32',
    };
  }

  /** What both sides have agreed on. */
  get integrity(): Integrity {
    return integrityOf(this.memory);
  }

  get nowMs(): number {
    return this.#nowMicros / 1e3;
  }

  get state(): State {
    return this.memory.send[SendWord.state] as State;
  }

  get statistics(): TransportStatistics {
    return statisticsOf(this.memory);
  }

  /** RTO without back-off, in ms. */
  get timeoutMs(): number {
    return this.statistics.retransmissionTimeoutMs;
  }

  count(counter: keyof typeof SendCounter): number {
    return this.memory.sendCounters[SendCounter[counter]];
  }

  /** What was sent since the last call. */
  sent(): Sent[] {
    return this.#recorder.take();
  }

  /** The numbers of the segments with data that were sent since the last call, in order. */
  numbersSent(): number[] {
    return this.sent().flatMap(({ segmentNumber }) => segmentNumber ?? []);
  }

  /** The application writes so many bytes. Returns how many were taken. */
  write(bytes: number): number {
    const taken = this.connection.writing.write(new Uint8Array(bytes), 0, bytes, this.#nowMicros);
    this.connection.output(this.#nowMicros);
    return taken;
  }

  /** So many full segments. */
  writeSegments(count: number): void {
    this.write(count * SLOT_BYTES);
  }

  /** From now on the first link takes no larger datagrams. */
  refuseAbove(bytes: number): void {
    this.#recorder.refuseAbove(bytes);
  }

  end(): void {
    this.connection.writing.end(this.#nowMicros);
    this.connection.output(this.#nowMicros);
  }

  /** The application reads all that it can. Returns how many bytes. */
  read(most = Infinity): number {
    const { reading } = this.connection;
    const count = Math.min(most, reading.readableBytes());
    if (reading.read(new Uint8Array(count), 0, count)) this.connection.output(this.#nowMicros);
    return count;
  }

  /** One batch of datagrams from the peer. Segments address us unless they say otherwise. */
  hear(...segments: Heard[]): void {
    this.hearDatagrams(segments.map((heard) => this.datagramOf(heard)));
  }

  /** The same as bytes, one by one. */
  hearDatagrams(datagrams: readonly Uint8Array[]): void {
    const { input } = this.connection;
    this.#hearBatch((now) => {
      for (const datagram of datagrams) input.datagram(datagram, 0, datagram.length, now);
    });
  }

  /** One batch of datagrams that the kernel has put together. */
  hearTrains(datagrams: readonly Uint8Array[]): void {
    const { input } = this.connection;
    this.#hearBatch((now) => {
      for (const { bytes, every } of trainsOf(datagrams)) {
        for (let at = 0; at < bytes.length;) at = input.train(bytes, at, bytes.length, every, now);
      }
    });
  }

  /** The peer acknowledges everything before `cumulativeAck`, and these ranges. */
  hearAck(cumulativeAck: number, ...sack: [number, number][]): void {
    this.hear({ cumulativeAck, ...(sack.length > 0 && { sack }) });
  }

  /** Lets time pass, with every timer that becomes due on the way. */
  pass(millis: number): void {
    const end = this.#nowMicros + millis * 1e3;
    for (let next = this.#runTimers(); next <= end; next = this.#runTimers()) {
      this.#nowMicros = Math.max(next, this.#nowMicros);
    }
    this.#nowMicros = end;
  }

  #runTimers(): number {
    this.connection.expire(this.#nowMicros);
    // Once more, because what was just sent has set timers of its own.
    return this.connection.expire(this.#nowMicros);
  }

  #hearBatch(hear: (nowMicros: number) => void): void {
    hear(this.#nowMicros);
    this.connection.input.endBatch(this.#nowMicros);
    this.connection.output(this.#nowMicros);
  }

  /** What the peer, or whoever has this ID, sends if it sends this. */
  datagramOf(heard: Heard, senderId = PEER_ID): Uint8Array {
    const segment = fill(new Segment(), { destinationConnectionId: OUR_ID, ...heard });
    const payload = new Uint8Array(heard.payload ?? (heard.segmentNumber === undefined ? 0 : 8));
    const target = new Uint8Array(160 + payload.length + 64 * (heard.sack?.length ?? 0));
    const sender = heard.opening?.sourceConnectionId ?? senderId;
    const context = { localConnectionId: sender, integrity: this.integrity };
    const sum = crc32(payload, 0, payload.length, 0);
    const length = emitHeader(target, 0, segment, context, 4, sum);
    target.set(payload, length);
    return target.subarray(0, length + payload.length);
  }
}
