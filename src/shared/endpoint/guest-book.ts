/**
 * Who comes and who goes. Connections come by letters of the application and by openings of peers, and
 * leave when both the application and the timer have done with them; only then are their place and
 * their memory used again. Listener's thread.
 */
import { randomInt } from 'node:crypto';
import { nowMicros } from '../clock.js';
import type { ConnectionMemory } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { EndpointWord } from '../memory/endpoint-layout.js';
import { SendWord } from '../memory/layout.js';
import { readPeerAddress, writePeerAddress } from '../memory/peer-address.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { initializeConnection } from '../transport/connection.js';
import { State } from '../transport/connection-state.js';
import { Berths } from './berths.js';
import type { Reception } from './doorman.js';
import { lettersIn, type ToApplication, type ToListener, type ToTimer } from './mail.js';
import { geometryOf, type ListenOptions, settingsOf } from './plan.js';
import { type Guest, Roster } from './roster.js';
import type { ConnectionTask, RoleMail } from './task.js';
import type { ThreadSide } from './thread-side.js';

/** Openings that have not proved their address, from which on newcomers must. */
const UNPROVED_LIMIT = 64;

/** What the listener does with its guests. */
export interface Hosting {
  /** A guest has a seat; nobody knows it yet. */
  onSeated(guest: Guest): void;
  /** The guest may have something to send. */
  serve(guest: Guest): void;
}

export class GuestBook implements Reception {
  readonly roster = new Roster();
  #plan: ListenOptions | undefined;
  #berths: Berths | undefined;
  /** Accepted connections that the application has not been told of, since nobody has used our ID. */
  #unannounced = 0;
  /** Those of them whose address may be forged. */
  #unproved = 0;

  constructor(
    private readonly memory: EndpointMemory,
    private readonly side: ThreadSide,
    private readonly mail: RoleMail,
    private readonly hosting: Hosting,
  ) {}

  get listens(): boolean {
    return this.#plan !== undefined;
  }

  get wantsProof(): boolean {
    const plan = this.#plan;
    if (plan?.retry !== 'auto') return plan?.retry === 'always';
    // Forged openings must not fill the backlog: half of it is for those that are not.
    return this.#unproved >= Math.min(UNPROVED_LIMIT, Math.floor(plan.backlog / 2));
  }

  /** What the other threads have written since the last time. */
  readMail(): void {
    for (const letter of lettersIn(this.mail.application)) this.#open(letter as ToListener);
    for (const letter of lettersIn(this.mail.beside)) this.#open(letter as ToListener);
  }

  /** Takes in one who opens. */
  admit(source: SocketAddress, proved: boolean): Guest | undefined {
    // Who was told that we no longer listen may open before the letter that says so has been read.
    this.readMail();
    const plan = this.#plan;
    if (plan === undefined || this.#isFull(plan)) return undefined;
    const localConnectionId = this.#freshId();
    this.#berths ??= new Berths(this.memory, 'listener', () => this.side.pageReturn);
    const vacancy = this.#berths.take(geometryOf(plan.connection, source), localConnectionId);
    if (vacancy === undefined) return undefined;
    const settings = { ...settingsOf(plan.connection, false, source), awaitsValidation: !proved };
    const { place, buffer, base } = vacancy;
    const task: ConnectionTask = { place, memory: buffer, base, settings };
    const guest = this.#seat(task, source, true);
    initializeConnection(guest.memory, settings, nowMicros());
    writePeerAddress(guest.memory, source);
    this.roster.add(guest);
    this.#count(guest, 1);
    this.#tellTimer({ kind: 'join', task });
    return guest;
  }

  /** Once the peer has used our ID the application is told of it. */
  announceIfProved(guest: Guest): void {
    if (!guest.accepted || guest.announced) return;
    if (guest.memory.send[SendWord.peerKnowsUs] === 1) this.#announce(guest);
  }

  /** Lets a guest go that nobody asks for any more. */
  dismissIfDone(guest: Guest): void {
    const forgotten = guest.released || (guest.accepted && !guest.announced);
    if (forgotten && isDone(guest.memory)) this.#dismiss(guest);
  }

  #open(letter: ToListener): void {
    if (letter.kind === 'connect') {
      const guest = this.#seat(letter.task, { host: '', port: 0 }, false);
      guest.peer = readPeerAddress(guest.memory);
      this.roster.add(guest);
      this.hosting.serve(guest);
    } else if (letter.kind === 'release') {
      this.#release(letter.place);
    } else if (letter.kind === 'dropped') {
      this.#vacate(letter.place);
    } else {
      this.#plan = letter.kind === 'listen' ? letter.plan : undefined;
    }
  }

  #release(place: number): void {
    const guest = this.roster.at(place);
    if (guest === undefined) return;
    guest.released = true;
    // In the midst of a batch, what has arrived for it is settled first.
    if (!guest.touched) this.hosting.serve(guest);
  }

  #vacate(place: number): void {
    if (place < this.memory.places / 2) this.#tellApplication({ kind: 'free', place });
    else this.#berths?.giveBack(place);
  }

  #announce(guest: Guest): void {
    guest.announced = true;
    this.#count(guest, -1);
    Atomics.add(this.memory.words, EndpointWord.awaitingApplication, 1);
    const task: ConnectionTask = {
      place: guest.place,
      memory: guest.memory.buffer,
      base: guest.memory.base,
      settings: guest.settings,
    };
    this.#tellApplication({ kind: 'accepted', task });
  }

  #dismiss(guest: Guest): void {
    this.roster.remove(guest);
    if (guest.accepted && !guest.announced) this.#count(guest, -1);
    this.#tellTimer({ kind: 'drop', place: guest.place });
  }

  #isFull({ backlog, maximumConnections }: ListenOptions): boolean {
    const waiting = Atomics.load(this.memory.words, EndpointWord.awaitingApplication);
    const full = this.roster.count >= maximumConnections;
    return full || waiting + this.#unannounced >= backlog;
  }

  #count({ settings }: Guest, change: 1 | -1): void {
    this.#unannounced += change;
    if (settings.awaitsValidation) this.#unproved += change;
  }

  #freshId(): number {
    for (;;) {
      const id = randomInt(1, 2 ** 32) | 0;
      if (this.roster.withId(id) === undefined) return id;
    }
  }

  #seat(task: ConnectionTask, peer: SocketAddress, accepted: boolean): Guest {
    const berth = this.side.berth(task);
    const flags = { announced: !accepted, released: false, touched: false };
    const guest: Guest = { ...berth, ...flags, accepted, peer, peerKey: '' };
    this.hosting.onSeated(guest);
    return guest;
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
