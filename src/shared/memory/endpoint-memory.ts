/**
 * One thread's view of an endpoint's shared memory: its words, its bells and rolls. Each thread makes
 * its own; nothing here is shared but the buffer.
 */
import { Bell, type Ringer } from './bell.js';
import { Call } from './call.js';
import type { ConnectionMemory } from './connection-memory.js';
import { type EndpointOffsets, EndpointWord, layOutEndpoint } from './endpoint-layout.js';
import { LoadingGate } from './loading-gate.js';
import { Roll } from './roll.js';

const KILOBYTE = 1024;
const MOST_KILOBYTES = 2 ** 31 - 1;

export class EndpointMemory {
  readonly places: number;
  readonly offsets: EndpointOffsets;
  readonly words: Int32Array;
  readonly portCounters: Float64Array;
  readonly failureText: Uint8Array;
  readonly routeText: Uint8Array;
  /** The whole buffer: what runs of datagrams are byte ranges of. */
  readonly bytes: Uint8Array;
  readonly listenerRoll: Roll;
  readonly timerRoll: Roll;
  readonly applicationRoll: Roll;
  readonly loadingGate: LoadingGate;
  readonly timerBell: Bell;
  readonly applicationBell: Bell;
  /** Replaced on a thread that works with the kernel directly. */
  listenerBell: Bell;

  constructor(readonly buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer, 0, Object.keys(EndpointWord).length);
    this.places = this.words[EndpointWord.places];
    const { offsets } = layOutEndpoint(this.places);
    this.offsets = offsets;
    const bytes = (at: number, end: number) => new Uint8Array(buffer, at, end - at);
    const int32 = (at: number, end: number) => new Int32Array(buffer, at, (end - at) / 4);
    this.portCounters = new Float64Array(
      buffer,
      offsets.portCounters,
      (offsets.failureText - offsets.portCounters) / Float64Array.BYTES_PER_ELEMENT,
    );
    this.failureText = bytes(offsets.failureText, offsets.routeText);
    this.routeText = bytes(offsets.routeText, offsets.listenerRoll);
    this.listenerRoll = new Roll(int32(offsets.listenerRoll, offsets.timerRoll));
    this.timerRoll = new Roll(int32(offsets.timerRoll, offsets.applicationRoll));
    this.applicationRoll = new Roll(int32(offsets.applicationRoll, offsets.scratch));
    this.bytes = new Uint8Array(buffer);
    const bell = (count: number, sleepers: number) => new Bell(this.words, count, sleepers);
    this.loadingGate = new LoadingGate(this.words, EndpointWord.loadingThreads);
    this.listenerBell = bell(EndpointWord.listenerBellCount, EndpointWord.listenerBellSleepers);
    this.timerBell = bell(EndpointWord.timerBellCount, EndpointWord.timerBellSleepers);
    this.applicationBell = bell(
      EndpointWord.applicationBellCount,
      EndpointWord.applicationBellSleepers,
    );
  }

  get stopRequested(): boolean {
    return Atomics.load(this.words, EndpointWord.stopRequested) !== 0;
  }

  get localPort(): number {
    return Atomics.load(this.words, EndpointWord.localPort);
  }

  /**
   * Takes so many bytes for something that has taken `already` before; false if that is more than all
   * connections may take together.
   */
  claim(bytes: number, already = 0): boolean {
    const kilobytes = kilobytesOf(bytes) - kilobytesOf(already);
    const before = Atomics.add(this.words, EndpointWord.memoryKilobytes, kilobytes);
    if (before + kilobytes <= this.words[EndpointWord.memoryLimitKilobytes]) return true;
    Atomics.sub(this.words, EndpointWord.memoryKilobytes, kilobytes);
    return false;
  }

  /** Gives back all but so many of the bytes that something has taken. */
  unclaim(bytes: number, left = 0): void {
    const kilobytes = kilobytesOf(bytes) - kilobytesOf(left);
    Atomics.sub(this.words, EndpointWord.memoryKilobytes, kilobytes);
  }

  /** Makes the calls of a connection at `place` reach the roles of this endpoint. */
  adopt(connection: ConnectionMemory, place: number): void {
    // Looked up at each ring: the bell is replaced where the kernel is used.
    const listenerBell: Ringer = {
      ring: () => {
        this.listenerBell.ring();
      },
    };
    connection.callListener = new Call(this.listenerRoll, place, listenerBell);
    connection.callTimer = new Call(this.timerRoll, place, this.timerBell);
    connection.claimBytes = (bytes, already) => this.claim(bytes, already);
  }

  /** The same for an application with an event loop; a blocking one sleeps on the conditions. */
  callApplication(connection: ConnectionMemory, place: number): void {
    const call = new Call(this.applicationRoll, place, this.applicationBell);
    connection.callApplication = call;
    connection.sendChanged.call = call;
    connection.receiveChanged.call = call;
  }

  /** Sets the stop word and wakes whoever sleeps, so that each looks at it. Any thread. */
  requestStop(): void {
    Atomics.store(this.words, EndpointWord.stopRequested, 1);
    this.wakeEverybody();
  }

  /** After something that ends every wait: a stop, a failure. */
  wakeEverybody(): void {
    Atomics.notify(this.words, EndpointWord.threadsReady);
    this.listenerBell.ring();
    this.timerBell.ring();
    this.applicationBell.ring();
  }

  /** A role thread is up; the last one wakes whoever waits in {@link waitForThreads}. */
  noteThreadReady(): void {
    Atomics.add(this.words, EndpointWord.threadsReady, 1);
    Atomics.notify(this.words, EndpointWord.threadsReady);
    this.applicationBell.ring();
  }

  get threadsReady(): number {
    return Atomics.load(this.words, EndpointWord.threadsReady);
  }

  /** Main thread: both roles have ended and the port is free. */
  noteReleased(): void {
    Atomics.store(this.words, EndpointWord.released, 1);
    Atomics.notify(this.words, EndpointWord.released);
  }

  /** Blocks until then, but not for ever: the main thread may be gone, or busy with other things. */
  waitForRelease(deadlineMs: number): void {
    while (Atomics.load(this.words, EndpointWord.released) === 0) {
      const left = deadlineMs - Date.now();
      if (left <= 0) return;
      Atomics.wait(this.words, EndpointWord.released, 0, left);
    }
  }

  /** Blocks until `count` threads are up; false if `given up` says so or the time has run out. */
  waitForThreads(count: number, deadlineMs: number, givenUp: () => boolean): boolean {
    for (;;) {
      const ready = this.threadsReady;
      if (ready >= count) return true;
      const left = deadlineMs - Date.now();
      if (left <= 0 || givenUp()) return false;
      // Bounded, because a failure notifies without changing the word.
      Atomics.wait(this.words, EndpointWord.threadsReady, ready, Math.min(left, 50));
    }
  }
}

/**
 * A zeroed buffer that describes its own size, for one endpoint, whose connections may take so many
 * bytes together. Places are rounded up.
 */
export function allocateEndpoint(places: number, memoryBytes = Infinity): SharedArrayBuffer {
  const rounded = Math.ceil(places / 64) * 64;
  const buffer = new SharedArrayBuffer(layOutEndpoint(rounded).bytes);
  const words = new Int32Array(buffer);
  words[EndpointWord.places] = rounded;
  words[EndpointWord.memoryLimitKilobytes] = Math.min(memoryBytes / KILOBYTE, MOST_KILOBYTES);
  return buffer;
}

function kilobytesOf(bytes: number): number {
  return Math.ceil(bytes / KILOBYTE);
}
