/**
 * The course's three switches: packets lost by their numbers, the first acknowledgments lost, the
 * order of the packets of a window mixed up. They strike between the course's logic and the
 * connection, so what they do is repaired by the course's own means: NACK, REQ_ACK and the receive
 * buffer. (What a simulated link does to datagrams, the connection below repairs unseen.)
 */
import { randomStreams, type RandomStream } from '../net/random.js';
import { ShuffleWindow } from '../net/shuffle-window.js';
import type { CourseLog } from './course-log.js';
import type { Exchange } from './exchange.js';
import { describe, type Message } from './messages.js';

export interface MishapSwitches {
  /** Numbers of packets that are lost the first time they are sent. */
  readonly losePackets: readonly number[];
  /** How many acknowledgments are lost, from the first on. */
  readonly loseAcknowledgments: number;
  /** Packets sent in one go leave in random order. */
  readonly mixOrder: boolean;
  readonly seed: number;
}

export const NO_MISHAPS: MishapSwitches = {
  losePackets: [],
  loseAcknowledgments: 0,
  mixOrder: false,
  seed: 1,
};

export class MishapExchange implements Exchange {
  readonly #packetsToLose: Set<number>;
  readonly #random: RandomStream;
  #acknowledgmentsToLose: number;

  constructor(
    private readonly inner: Exchange,
    private readonly switches: MishapSwitches,
    private readonly log: CourseLog,
  ) {
    this.#packetsToLose = new Set(switches.losePackets);
    this.#acknowledgmentsToLose = switches.loseAcknowledgments;
    [this.#random] = randomStreams(switches.seed, 1);
  }

  send(messages: readonly Message[]): void {
    const spared = messages.filter((message) => !this.#isLost(message));
    this.inner.send(this.switches.mixOrder ? this.#mixed(spared) : spared);
  }

  receive(limitMs: number): Message | undefined {
    return this.inner.receive(limitMs);
  }

  #isLost(message: Message): boolean {
    const lost =
      (message.type === 'PACKET' && this.#packetsToLose.delete(message.number)) ||
      (message.type === 'ACK' && this.#acknowledgmentsToLose-- > 0);
    if (lost) this.log.record('lost', describe(message));
    return lost;
  }

  #mixed(messages: readonly Message[]): readonly Message[] {
    if (messages.some(({ type }) => type !== 'PACKET')) return messages;
    const window = new ShuffleWindow(messages.length, 0, this.#random);
    messages.forEach((_, at) => {
      window.put(at, 0);
    });
    return window.takeAll().map((at) => messages[at]);
  }
}
