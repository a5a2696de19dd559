/**
 * The tables of one `sendmmsg` call: messages, their gather lists and control messages.
 *
 * A message is either one datagram, or several of equal length (the last may be shorter) that the
 * kernel cuts apart again: one pass through the network stack instead of many (UDP_SEGMENT).
 * One thread; refers to the caller's memory only until the call returns.
 */
import type { DatagramRun } from './datagram-port.js';
import type { Libc, Pointer } from './libc.js';
import * as abi from './linux-abi.js';
import { NativeMemory } from './native-memory.js';

const MAXIMUM_MESSAGES = 32;
const MAXIMUM_SEGMENTS = 64;
const MAXIMUM_RANGES = 1024;
/** What one message may carry in all, also under the headers of IPv6. */
const MAXIMUM_MESSAGE_BYTES = 65487;

const MESSAGES = 0;
const CONTROLS = MESSAGES + MAXIMUM_MESSAGES * abi.MMSGHDR_BYTES;
const RANGES = CONTROLS + MAXIMUM_MESSAGES * abi.SMALL_CMSG_BYTES;
const NAME = RANGES + MAXIMUM_RANGES * abi.IOVEC_BYTES;
const TABLE_BYTES = NAME + abi.SOCKADDR_BYTES;

export class SendTable {
  /** How many messages the table holds now. */
  count = 0;
  /** For each message its first datagram in the run, and how many it carries. */
  readonly first = new Int32Array(MAXIMUM_MESSAGES);
  readonly segments = new Int32Array(MAXIMUM_MESSAGES);
  /** For each message the length of its first datagram, in bytes. */
  readonly segmentBytes = new Int32Array(MAXIMUM_MESSAGES);
  readonly #memory: NativeMemory;
  #ranges = 0;

  constructor(libc: Libc) {
    this.#memory = new NativeMemory(libc, TABLE_BYTES);
    for (let message = 0; message < MAXIMUM_MESSAGES; message++) this.#initialize(message);
  }

  /** Where message `message` begins, as an argument of `sendmmsg`. */
  addressOf(message: number): Pointer {
    return this.#memory.address + MESSAGES + message * abi.MMSGHDR_BYTES;
  }

  /** The destination of every message, as a `struct sockaddr`. */
  setName(sockaddr: Uint8Array): void {
    this.#memory.bytes.set(sockaddr, NAME);
    for (let message = 0; message < MAXIMUM_MESSAGES; message++) {
      this.#memory.setWord(message * abi.MMSGHDR_BYTES + abi.MSG_NAMELEN, sockaddr.length);
    }
  }

  /**
   * Fills the table with datagrams of the run from `from` on; those of `segmentLimitBytes` or more
   * go one to a message.
   * @returns the first datagram that found no room.
   */
  fill(run: DatagramRun, base: Pointer, from: number, segmentLimitBytes: number): number {
    this.count = 0;
    this.#ranges = 0;
    let next = from;
    while (
      next < run.count &&
      this.count < MAXIMUM_MESSAGES &&
      this.#ranges + 2 * MAXIMUM_SEGMENTS <= MAXIMUM_RANGES
    ) {
      next += this.#addMessage(run, base, next, segmentLimitBytes);
    }
    return next;
  }

  #addMessage(run: DatagramRun, base: Pointer, first: number, segmentLimitBytes: number): number {
    const message = this.count++;
    const firstRange = this.#ranges;
    const length = run.headerLength[first] + run.payloadLength[first];
    const limit = length < segmentLimitBytes ? MAXIMUM_SEGMENTS : 1;
    let segments = 0;
    let total = 0;
    let latest = length;
    for (let at = first; segments < limit && at < run.count && latest === length; at++) {
      latest = run.headerLength[at] + run.payloadLength[at];
      if (segments > 0 && !fits(latest, length, total)) break;
      this.#addDatagram(run, base, at);
      total += latest;
      segments++;
    }
    this.first[message] = first;
    this.segments[message] = segments;
    this.segmentBytes[message] = length;
    this.#describe(message, firstRange, segments > 1 ? length : 0);
    return segments;
  }

  #addDatagram(run: DatagramRun, base: Pointer, at: number): void {
    this.#addRange(base + run.headerOffset[at], run.headerLength[at]);
    this.#addRange(base + run.payloadOffset[at], run.payloadLength[at]);
  }

  #addRange(address: Pointer, length: number): void {
    if (length === 0) return;
    const at = RANGES + this.#ranges++ * abi.IOVEC_BYTES;
    this.#memory.setPointer(at, address);
    this.#memory.setWord(at + abi.IOV_LENGTH, length);
  }

  /** `cutEvery` bytes the kernel is to cut the message; 0 for a message that is one datagram. */
  #describe(message: number, firstRange: number, cutEvery: number): void {
    const at = MESSAGES + message * abi.MMSGHDR_BYTES;
    const ranges = this.#memory.address + RANGES + firstRange * abi.IOVEC_BYTES;
    this.#memory.setPointer(at + abi.MSG_IOV, ranges);
    this.#memory.setWord(at + abi.MSG_IOVLEN, this.#ranges - firstRange);
    this.#memory.setWord(at + abi.MSG_CONTROLLEN, cutEvery > 0 ? abi.SMALL_CMSG_BYTES : 0);
    const control = CONTROLS + message * abi.SMALL_CMSG_BYTES;
    this.#memory.setShort(control + abi.CMSG_DATA, cutEvery);
  }

  /** What never changes: every message has the one name, and its own control message. */
  #initialize(message: number): void {
    const at = MESSAGES + message * abi.MMSGHDR_BYTES;
    const control = CONTROLS + message * abi.SMALL_CMSG_BYTES;
    this.#memory.setPointer(at + abi.MSG_NAME, this.#memory.address + NAME);
    this.#memory.setPointer(at + abi.MSG_CONTROL, this.#memory.address + control);
    this.#memory.setWord(control, abi.CMSG_DATA + 2);
    this.#memory.setWord(control + abi.CMSG_LEVEL, abi.SOL_UDP);
    this.#memory.setWord(control + abi.CMSG_TYPE, abi.UDP_SEGMENT);
  }
}

/** An empty datagram would vanish at the end of a message, a longer one would be cut. */
function fits(bytes: number, segmentBytes: number, totalBytes: number): boolean {
  return bytes > 0 && bytes <= segmentBytes && totalBytes + bytes <= MAXIMUM_MESSAGE_BYTES;
}
