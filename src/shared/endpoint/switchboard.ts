/**
 * The listener's heart: leads each datagram to its connection, lets what arrived take effect once a
 * batch, and sends what it allows. Connections come by letters of the application and by openings of
 * peers, and leave when both the application and the timer have done with them.
 */
import { randomInt } from 'node:crypto';
import { nowMicros } from '../clock.js';
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { EndpointWord } from '../memory/endpoint-layout.js';
import { PortCounter, ReceiveWord, SendWord } from '../memory/layout.js';
import { readPeerAddress, writePeerAddress } from '../memory/peer-address.js';
import {
  type DatagramBatch,
  type DatagramPort,
  datagramsIn,
  type SocketAddress,
} from '../net/datagram-port.js';
import { initializeConnection } from '../transport/connection.js';
import { State } from '../transport/connection-state.js';
import { destinationConnectionIdOf } from '../wire/parse.js';
import { failConnection } from './handle.js';
import { Berths } from './berths.js';
import { Doorman, type Reception } from './doorman.js';
import { lettersIn, type ToApplication, type ToListener, type ToTimer } from './mail.js';
import { geometryOf, type ListenPlan, settingsOf } from './plan.js';
import { Migration } from './migration.js';
import { type Guest, Roster, sameAddress } from './roster.js';
import { StrayAnswers } from './stray-answers.js';
import type { ConnectionTask, RoleMail } from './task.js';
import type { ThreadSide } from './thread-side.js';

/** Openings that have not proved their address, from which on newcomers must. */
const UNPROVED_LIMIT = 64;

export class Switchboard implements Reception {
  readonly #roster = new Roster();
  readonly #doorman: Doorman;
  readonly #migration: Migration;
  readonly #touched: Guest[] = [];
  /** Where the datagram comes from that is being taken. */
  #source: SocketAddress = { host: '', port: 0 };
  /** Whose datagrams were taken last in this batch. */
  #onStage: Guest | undefined;
  #plan: ListenPlan | undefined;
  #berths: Berths | undefined;
  /** Accepted connections that the application has not been told of, since they are not proved. */
  #unannounced = 0;

  constructor(
    private readonly memory: EndpointMemory,
    port: DatagramPort,
    private readonly side: ThreadSide,
    private readonly mail: RoleMail,
  ) {
    const answers = new StrayAnswers(memory, port);
    this.#doorman = new Doorman(memory, answers, this.#roster, this);
    this.#migration = new Migration(answers, (guest) => {
      this.#roster.refresh(guest);
    });
  }

  get listens(): boolean {
    return this.#plan !== undefined;
  }

  get wantsProof(): boolean {
    if (this.#plan?.retry === 'always') return true;
    return this.#plan?.retry === 'auto' && this.#unannounced >= UNPROVED_LIMIT;
  }

  receive(batch: DatagramBatch): void {
    // Who was told that we listen may open before the letter that says so has been read.
    if (!this.listens) this.#readMail();
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
    this.#readMail();
    const now = nowMicros();
    this.memory.listenerRoll.read((place) => {
      // A newcomer may call before its letter has been opened: the letter was sent first.
      if (this.#roster.at(place) === undefined) this.#readMail();
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
    for (const guest of this.#roster.all()) {
      const state = Atomics.load(guest.memory.send, SendWord.state);
      if (state === State.timeWait) acknowledgeAtOnce(guest.memory);
      else failConnection(guest.memory, 'ERR_HAWSER_CLOSED', 'its endpoint was closed');
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

  /** Takes in one who opens. */
  admit(source: SocketAddress, proved: boolean): Guest | undefined {
    const plan = this.#plan;
    if (plan === undefined || this.#isFull(plan)) return undefined;
    const localConnectionId = this.#freshId();
    this.#berths ??= new Berths(this.memory, 'listener', plan.maximumMemoryBytes, (bytes, from) => {
      this.side.returnPages(bytes, from);
    });
    const vacancy = this.#berths.take(geometryOf(plan.connection, source), localConnectionId);
    if (vacancy === undefined) return undefined;
    const settings = { ...settingsOf(plan.connection, false, source), awaitsValidation: !proved };
    const task: ConnectionTask = { place: vacancy.place, memory: vacancy.buffer, settings };
    const guest = this.#seat(task, source, true);
    initializeConnection(guest.memory, settings, nowMicros());
    writePeerAddress(guest.memory, source);
    this.#roster.add(guest);
    this.#unannounced += 1;
    this.#tellTimer({ kind: 'join', task });
    return guest;
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
    this.#readMail();
    return this.#roster.withId(id);
  }

  /** After a batch, when all that arrived has taken effect: sends what it allows. */
  #settle(guest: Guest, now: number): void {
    guest.touched = false;
    this.#roster.refresh(guest);
    if (guest.accepted && !guest.announced && guest.memory.send[SendWord.peerKnowsUs] === 1) {
      this.#announce(guest);
    }
    this.#serve(guest, now);
  }

  #serve(guest: Guest, now: number): void {
    guest.connection.output(now);
    const forgotten = guest.released || (guest.accepted && !guest.announced);
    if (forgotten && isDone(guest.memory)) this.#dismiss(guest);
  }

  #announce(guest: Guest): void {
    guest.announced = true;
    this.#unannounced -= 1;
    Atomics.add(this.memory.words, EndpointWord.awaitingApplication, 1);
    const task: ConnectionTask = {
      place: guest.place,
      memory: guest.memory.buffer,
      settings: guest.settings,
    };
    this.#tellApplication({ kind: 'accepted', task });
  }

  #dismiss(guest: Guest): void {
    this.#roster.remove(guest);
    if (guest.accepted && !guest.announced) this.#unannounced -= 1;
    this.#tellTimer({ kind: 'drop', place: guest.place });
  }

  #isFull(plan: ListenPlan): boolean {
    const waiting = Atomics.load(this.memory.words, EndpointWord.awaitingApplication);
    return waiting >= plan.backlog || this.#roster.count >= plan.maximumConnections;
  }

  #freshId(): number {
    for (;;) {
      const id = randomInt(1, 2 ** 32) | 0;
      if (this.#roster.withId(id) === undefined) return id;
    }
  }

  #seat(task: ConnectionTask, peer: SocketAddress, accepted: boolean): Guest {
    const berth = this.side.berth(task);
    const flags = { announced: !accepted, released: false, touched: false };
    const guest: Guest = { ...berth, ...flags, accepted, peer, peerKey: '' };
    berth.connection.tokens.onResponse = (segment) => {
      this.#migration.answered(guest, segment, this.#source);
    };
    return guest;
  }

  #readMail(): void {
    for (const letter of lettersIn(this.mail.application)) this.#open(letter as ToListener);
    for (const letter of lettersIn(this.mail.beside)) this.#open(letter as ToListener);
  }

  #open(letter: ToListener): void {
    if (letter.kind === 'connect') {
      const guest = this.#seat(letter.task, { host: '', port: 0 }, false);
      guest.peer = readPeerAddress(guest.memory);
      this.#roster.add(guest);
      guest.connection.output(nowMicros());
    } else if (letter.kind === 'release') {
      this.#release(letter.place);
    } else if (letter.kind === 'dropped') {
      this.#vacate(letter.place);
    } else {
      this.#plan = letter.kind === 'listen' ? letter.plan : undefined;
    }
  }

  #release(place: number): void {
    const guest = this.#roster.at(place);
    if (guest === undefined) return;
    guest.released = true;
    // In the midst of a batch, what has arrived for it is settled first.
    if (!guest.touched) this.#serve(guest, nowMicros());
  }

  #vacate(place: number): void {
    if (place < this.memory.places / 2) this.#tellApplication({ kind: 'free', place });
    else this.#berths?.giveBack(place);
  }

  #tellTimer(letter: ToTimer): void {
    this.mail.beside.postMessage(letter);
    this.memory.timerBell.ring();
  }

  #tellApplication(letter: ToApplication): void {
    this.mail.application.postMessage(letter);
  }
}

/** Closed, and everything said. */
function isDone({ send, sendMutex }: ConnectionMemory): boolean {
  return sendMutex.hold(
    () => send[SendWord.state] === State.closed && send[SendWord.resetWanted] === 0,
  );
}

function acknowledgeAtOnce({ receive, receiveMutex }: ConnectionMemory): void {
  receiveMutex.hold(() => {
    receive[ReceiveWord.acknowledgeNow] = 1;
  });
}
