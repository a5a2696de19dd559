/**
 * The listener's heart: leads each datagram to its connection, lets what arrived take effect once a
 * batch, and sends what it allows. Listener's thread.
 */
import { nowMicros } from '../clock.js';
import { HawserError } from '../errors.js';
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { failureOf } from '../memory/failure.js';
import { PortCounter, ReceiveWord, SendWord } from '../memory/layout.js';
import {
  type DatagramBatch,
  type DatagramPort,
  datagramsIn,
  type SocketAddress,
} from '../net/datagram-port.js';
import { State } from '../transport/connection-state.js';
import { destinationConnectionIdOf } from '../wire/parse.js';
import { failConnection } from './handle.js';
import { Doorman } from './doorman.js';
import { GuestBook } from './guest-book.js';
import { Migration } from './migration.js';
import { type Guest, type Roster, sameAddress } from './roster.js';
import { StrayAnswers } from './stray-answers.js';
import type { RoleMail } from './task.js';
import type { ThreadSide } from './thread-side.js';

export class Switchboard {
  readonly #book: GuestBook;
  readonly #roster: Roster;
  readonly #doorman: Doorman;
  readonly #migration: Migration;
  readonly #touched: Guest[] = [];
  /** Where the datagram comes from that is being taken. */
  #source: SocketAddress = { host: '', port: 0 };
  /** Whose datagrams were taken last in this batch. */
  #onStage: Guest | undefined;

  constructor(
    private readonly memory: EndpointMemory,
    port: DatagramPort,
    side: ThreadSide,
    mail: RoleMail,
  ) {
    this.#book = new GuestBook(memory, side, mail, {
      onSeated: (guest) => {
        guest.connection.tokens.onResponse = (segment) => {
          this.#migration.answered(guest, segment, this.#source, nowMicros());
        };
      },
      serve: (guest) => {
        this.#serve(guest, nowMicros());
      },
    });
    this.#roster = this.#book.roster;
    const answers = new StrayAnswers(memory, port);
    this.#doorman = new Doorman(memory, answers, this.#roster, this.#book);
    this.#migration = new Migration(answers, (guest) => {
      this.#roster.refresh(guest);
    });
  }

  receive(batch: DatagramBatch): void {
    // Who was told that we listen may open before the letter that says so has been read.
    if (!this.#book.listens) this.#book.readMail();
    const now = nowMicros();
    batch.forEachTrain((bytes, start, end, every, source) => {
      let at = start;
      do at = this.#take(bytes, at, end, every, source, now);
      while (at < end);
    });
    this.#turnTo(undefined, now);
    for (const guest of this.#touched) this.#settle(guest, now);
    this.#touched.length = 0;
  }

  /** The bell rang: letters, and connections that want something sent. */
  answer(everyone: boolean): void {
    this.#book.readMail();
    const now = nowMicros();
    this.memory.listenerRoll.read((place) => {
      // A newcomer may call before its letter has been opened: the letter was sent first.
      if (this.#roster.at(place) === undefined) this.#book.readMail();
      const guest = this.#roster.at(place);
      if (guest !== undefined) this.#serve(guest, now);
    });
    if (everyone) for (const guest of this.#roster.all()) guest.connection.output(now);
  }

  /**
   * Before the port is closed: a peer that waits for the acknowledgment of its end gets it, and every
   * other that still counts on us is told that we are gone.
   */
  sayLastWords(): void {
    const now = nowMicros();
    // An endpoint that has failed says so; else it was closed.
    const { code, message } =
      failureOf(this.memory) ?? new HawserError('ERR_HAWSER_CLOSED', 'its endpoint was closed');
    for (const guest of this.#roster.all()) {
      const state = Atomics.load(guest.memory.send, SendWord.state);
      if (state === State.timeWait) acknowledgeAtOnce(guest.memory);
      else failConnection(guest.memory, code, message);
      guest.connection.output(now);
    }
  }

  /** ICMP says that nobody is there: whoever waits there for a first answer need not wait longer. */
  unreachable(destination: SocketAddress): void {
    const guest = this.#roster.unansweredAt(destination);
    if (guest === undefined) return;
    const { host, port } = destination;
    const text = `nobody listens at ${host} port ${port}: the machine there refused the datagrams`;
    failConnection(guest.memory, 'ERR_HAWSER_REFUSED', text);
  }

  /** Leads the first of some datagrams to its connection, and those with it that follow. */
  #take(
    bytes: Uint8Array,
    start: number,
    end: number,
    every: number,
    source: SocketAddress,
    now: number,
  ): number {
    const second = Math.min(start + every, end);
    const guest = this.#find(bytes, start, second, source, now);
    let rest = second;
    if (guest !== undefined) {
      this.#source = source;
      this.#turnTo(guest, now);
      const { input } = guest.connection;
      const before = input.validSegments;
      rest = input.train(bytes, start, end, every, now);
      // At once: its next opening may be in the same batch, and is not another's.
      if (guest.peerKey === '') this.#roster.refresh(guest);
      const elsewhere = !sameAddress(guest.peer, source);
      if (elsewhere && input.validSegments > before) this.#migration.seen(guest, source, now);
    }
    const { portCounters } = guest?.memory ?? this.memory;
    portCounters[PortCounter.datagramsReceived] += datagramsIn(start, rest, every);
    portCounters[PortCounter.datagramBytesReceived] += rest - start;
    if (guest !== undefined && !guest.touched) {
      guest.touched = true;
      this.#touched.push(guest);
    }
    return rest;
  }

  /** Connections share the stage for what arrives, so one leaves it before the next comes on. */
  #turnTo(guest: Guest | undefined, now: number): void {
    if (guest === this.#onStage) return;
    this.#onStage?.connection.input.endBatch(now);
    this.#onStage = guest;
  }

  #find(
    bytes: Uint8Array,
    start: number,
    end: number,
    source: SocketAddress,
    now: number,
  ): Guest | undefined {
    const id = destinationConnectionIdOf(bytes, start, end);
    if (id === 0) return this.#doorman.withoutId(bytes, start, end, source, now);
    const guest = this.#roster.withId(id) ?? this.#newcomer(id);
    if (guest === undefined) this.#doorman.unknownId(id, bytes, start, end, source, now);
    return guest;
  }

  /** The timer may have sent its opening, and the answer be here, before its letter was opened. */
  #newcomer(id: number): Guest | undefined {
    this.#book.readMail();
    return this.#roster.withId(id);
  }

  /** After a batch, when all that arrived has taken effect: sends what it allows. */
  #settle(guest: Guest, now: number): void {
    guest.touched = false;
    this.#roster.refresh(guest);
    this.#book.announceIfProved(guest);
    this.#serve(guest, now);
  }

  /** With nothing staged for it. */
  #serve(guest: Guest, now: number): void {
    guest.connection.input.restIfAsked(now);
    guest.connection.output(now);
    this.#book.dismissIfDone(guest);
  }
}

function acknowledgeAtOnce({ receive, receiveMutex }: ConnectionMemory): void {
  receiveMutex.hold(() => {
    receive[ReceiveWord.acknowledgeNow] = 1;
  });
}
