/**
 * The receive buffer of the course: packets in any order go in, in order they come out; duplicates
 * are discarded. It also says what to answer: an acknowledgment once a window, at the end of the
 * file, at a duplicate and when asked; a NACK for a packet that so many later ones have overtaken
 * that it must be lost. Application thread of the server.
 */
import { HawserError } from '../errors.js';
import type { Message } from './messages.js';

/** A packet overtaken by this many numbers counts as lost, until that is seen to be wrong. */
const REORDERING_PACKETS = 3;

export class ReceivingWindow {
  #expected = 1;
  #acknowledged = 0;
  #reorderingPackets: number;
  readonly #held = new Map<number, Uint8Array>();
  readonly #asked = new Set<number>();

  constructor(
    private readonly windowPackets: number,
    private readonly lastPacket: number,
  ) {
    this.#reorderingPackets = Math.min(REORDERING_PACKETS, windowPackets);
  }

  get isComplete(): boolean {
    return this.#expected > this.lastPacket;
  }

  /**
   * Takes a packet in, hands what is now in order to `deliver`, and returns the answers.
   * @throws {HawserError} `ERR_HAWSER_PROTOCOL_VIOLATION` for a number outside the window.
   */
  accept(number: number, bytes: Uint8Array, deliver: (bytes: Uint8Array) => void): Message[] {
    this.#checkNumber(number);
    if (number < this.#expected || this.#held.has(number)) return [this.#onDuplicate(number)];
    this.#held.set(number, bytes);
    this.#deliverInOrder(deliver);
    const due = this.#expected - 1 - this.#acknowledged >= this.windowPackets || this.isComplete;
    return due ? [this.#acknowledgment()] : this.#askForMissing(number - this.#reorderingPackets);
  }

  /** The answers to REQ_ACK, when everything up to `highestSent` has been sent. */
  answerRequest(highestSent: number): Message[] {
    const highest = Math.min(highestSent, this.#expected + this.windowPackets - 1);
    this.#asked.clear();
    return [this.#acknowledgment(), ...this.#askForMissing(highest)];
  }

  #checkNumber(number: number): void {
    const limit = Math.min(this.#expected + this.windowPackets - 1, this.lastPacket);
    if (number >= 1 && number <= limit) return;
    const text = `PACKET ${number} is outside the window, which ends at ${limit}`;
    throw new HawserError('ERR_HAWSER_PROTOCOL_VIOLATION', text);
  }

  /** Whoever sends again has not heard of the acknowledgment, or was asked for it too early. */
  #onDuplicate(number: number): Message {
    if (this.#asked.delete(number)) {
      this.#reorderingPackets = Math.min(2 * this.#reorderingPackets, this.windowPackets);
    }
    return this.#acknowledgment();
  }

  #deliverInOrder(deliver: (bytes: Uint8Array) => void): void {
    for (;;) {
      const bytes = this.#held.get(this.#expected);
      if (bytes === undefined) return;
      deliver(bytes);
      this.#held.delete(this.#expected);
      this.#expected++;
    }
  }

  #acknowledgment(): Message {
    this.#acknowledged = this.#expected - 1;
    return { type: 'ACK', number: this.#acknowledged };
  }

  /** Up to `highest`; each is asked for once. */
  #askForMissing(highest: number): Message[] {
    const answers: Message[] = [];
    for (let number = this.#expected; number <= highest; number++) {
      if (this.#held.has(number) || this.#asked.has(number)) continue;
      this.#asked.add(number);
      answers.push({ type: 'NACK', number });
    }
    return answers;
  }
}
