/**
 * An endpoint in virtual time: one shared memory, and over it the three roles with a connection
 * handle each, exactly as the threads have them. The listener takes datagrams in batches and is the
 * only one with an outlet; the timer sleeps until the deadline it knows of; the application's
 * activities sleep on conditions. Each role wakes with a latency of its own.
 */
import type { ErrorCode } from '../errors.js';
import { allocateConnection, ConnectionMemory } from '../memory/connection-memory.js';
import { fail } from '../memory/failure.js';
import { type Geometry, ReceiveWord, SendWord } from '../memory/layout.js';
import { zeroing } from '../memory/page-return.js';
import type { RandomStream } from '../net/random.js';
import { Connection, initializeConnection } from '../transport/connection.js';
import { closeFailed } from '../transport/life.js';
import type { TransportSettings } from '../transport/settings.js';
import { TIMER_COUNT } from '../transport/timers.js';
import type { Agenda } from './agenda.js';
import { PacedOutlet } from './paced-outlet.js';
import type { Activity, Wait } from './threads.js';
import { trainsOf } from './trains.js';

const LARGEST_BATCH = 64;

export interface EndpointPlan {
  readonly settings: TransportSettings;
  readonly geometry: Geometry;
  readonly connectionId: number;
  /** What this endpoint's clock shows when the simulation begins. */
  readonly clockOriginMicros: number;
  /** A woken thread runs at a uniformly random time in [0, this) after it was woken. */
  readonly wakeLatencyMicros: number;
  /** Least time between two datagrams; 0 for an unpaced port. */
  readonly sendIntervalMicros: number;
}

interface Sleeper {
  readonly activity: Activity;
  readonly wait: Exclude<Wait, { for: 'time' }>;
  readonly seen: number;
}

export class VirtualEndpoint {
  readonly memory: ConnectionMemory;
  readonly application: Connection;
  readonly #listener: Connection;
  readonly #timer: Connection;
  readonly #outlet: PacedOutlet;
  readonly #inbox: Uint8Array[] = [];
  #sleepers: Sleeper[] = [];
  #listenerAwake = false;
  #listenerTicket: number;
  #timerTicket: number;
  /** Sleeps of the timer so far: an alarm of an earlier sleep is void. */
  #timerSleeps = 0;
  #stopped = false;

  constructor(
    private readonly agenda: Agenda,
    readonly plan: EndpointPlan,
    private readonly random: RandomStream,
    transmit: (datagram: Uint8Array) => void,
    private readonly afterEvent: (endpoint: VirtualEndpoint) => void,
  ) {
    const { settings, geometry, connectionId } = plan;
    this.memory = new ConnectionMemory(
      allocateConnection(geometry, TIMER_COUNT, connectionId),
      TIMER_COUNT,
    );
    this.memory.pageReturn = zeroing;
    initializeConnection(this.memory, settings, this.nowMicros);
    this.#outlet = new PacedOutlet(
      this.memory.bytes,
      plan.sendIntervalMicros,
      () => this.nowMicros,
      transmit,
    );
    this.application = new Connection(this.memory, settings);
    this.#timer = new Connection(this.memory, settings);
    this.#listener = new Connection(this.memory, settings, this.#outlet);
    this.#listenerTicket = this.memory.listenerBell.ticket();
    this.#timerTicket = this.memory.timerBell.ticket();
    this.#wakeListener();
    this.#wakeTimer(this.#timerSleeps);
  }

  /** This endpoint's own clock. */
  get nowMicros(): number {
    return this.agenda.nowMicros + this.plan.clockOriginMicros;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** A datagram has come to the port. */
  receive(datagram: Uint8Array): void {
    if (this.#stopped) return;
    this.#inbox.push(datagram);
    this.#wakeListener();
  }

  /** The listener has found the peer at another host. */
  peerMoved(): void {
    if (this.#stopped || this.application.life.seemsClosed()) return;
    this.#turn(() => {
      this.memory.sendMutex.hold((held) => {
        this.#listener.pathChanged(held, this.nowMicros);
      });
      this.#listener.output(this.nowMicros);
    });
  }

  /** Starts an application that runs until it returns, or the endpoint is gone. */
  start(activity: Activity): void {
    this.#resume(activity);
  }

  /** The application gives up: as `EndpointHandle.fail`, the peer is told. */
  fail(code: ErrorCode): void {
    this.#turn(() => {
      if (!fail(this.memory, code, code)) return;
      this.memory.sendMutex.hold((held) => {
        closeFailed(this.memory, held);
      });
      this.memory.wakeEverybody();
    });
  }

  /** The orderly end of the threads: what the listener has to say still goes out. */
  stop(): void {
    if (this.#stopped) return;
    this.memory.requestStop();
    this.#listener.output(this.nowMicros);
    this.vanish();
  }

  /** The process is gone, without a word. */
  vanish(): void {
    this.#stopped = true;
    this.#sleepers = [];
  }

  #wakeListener(): void {
    if (this.#listenerAwake) return;
    this.#listenerAwake = true;
    this.#later(() => {
      this.#listenerAwake = false;
      this.#listenerTurn();
    });
  }

  #listenerTurn(): void {
    const now = this.nowMicros;
    this.#listenerTicket = this.memory.listenerBell.ticket();
    const batch = this.#inbox.splice(0, LARGEST_BATCH);
    const { input } = this.#listener;
    for (const { bytes, every } of trainsOf(batch)) {
      for (let at = 0; at < bytes.length;) at = input.train(bytes, at, bytes.length, every, now);
    }
    if (batch.length > 0) this.#listener.input.endBatch(now);
    this.#listener.input.restIfAsked(now);
    this.#listener.output(now);
    if (this.#inbox.length > 0) this.#wakeListener();
    this.#wakeWhenPaced();
  }

  /** A paced port wakes its listener when it can take the next datagram. */
  #wakeWhenPaced(): void {
    const wakeAt = this.#outlet.nextWakeMicros;
    if (wakeAt === Infinity) return;
    this.agenda.at(wakeAt - this.plan.clockOriginMicros, () => {
      if (!this.#stopped) this.#wakeListener();
    });
  }

  #wakeTimer(sleep: number): void {
    this.#later(() => {
      if (sleep === this.#timerSleeps) this.#timerTurn();
    });
  }

  #timerTurn(): void {
    this.#timerTicket = this.memory.timerBell.ticket();
    const earliest = this.#timer.expire(this.nowMicros);
    const sleep = ++this.#timerSleeps;
    if (earliest === Infinity) return;
    this.agenda.at(earliest - this.plan.clockOriginMicros, () => {
      if (!this.#stopped && sleep === this.#timerSleeps) this.#wakeTimer(sleep);
    });
  }

  #resume(activity: Activity): void {
    this.#turn(() => {
      this.#advance(activity);
    });
  }

  /** Runs an activity until it has to sleep or has returned. */
  #advance(activity: Activity): void {
    for (;;) {
      const { done, value: wait } = activity.next();
      if (done === true || this.#stopped) return;
      if (wait.for === 'time') {
        this.agenda.after(wait.micros, () => {
          if (!this.#stopped) this.#resume(activity);
        });
        return;
      }
      if (!this.#sleepUnless(activity, wait)) return;
    }
  }

  /** As `Condition.waitFor`: true if the predicate holds already. */
  #sleepUnless(activity: Activity, wait: Sleeper['wait']): boolean {
    const { memory } = this;
    const sending = wait.for === 'sendChanged';
    const words = sending ? memory.send : memory.receive;
    const holds = sending
      ? this.#holdsLocked(memory.sendMutex, wait.predicate)
      : this.#holdsLocked(memory.receiveMutex, wait.predicate);
    if (holds) return true;
    words[sending ? SendWord.changeWaiters : ReceiveWord.changeWaiters] += 1;
    this.#sleepers.push({ activity, wait, seen: this.#sequenceOf(wait) });
    return false;
  }

  #holdsLocked<Lock>(
    mutex: { lock(): Lock; unlock(held: Lock): void },
    predicate: (held: Lock) => boolean,
  ): boolean {
    const held = mutex.lock();
    const holds = predicate(held);
    mutex.unlock(held);
    return holds;
  }

  #sequenceOf(wait: Sleeper['wait']): number {
    const { send, receive } = this.memory;
    return wait.for === 'sendChanged'
      ? send[SendWord.changeSequence]
      : receive[ReceiveWord.changeSequence];
  }

  #wakeSleepers(): void {
    const woken = this.#sleepers.filter(({ wait, seen }) => this.#sequenceOf(wait) !== seen);
    if (woken.length === 0) return;
    this.#sleepers = this.#sleepers.filter((sleeper) => !woken.includes(sleeper));
    for (const { activity, wait } of woken) {
      this.#later(() => {
        const sending = wait.for === 'sendChanged';
        const words = sending ? this.memory.send : this.memory.receive;
        words[sending ? SendWord.changeWaiters : ReceiveWord.changeWaiters] -= 1;
        if (this.#sleepUnless(activity, wait)) this.#advance(activity);
      });
    }
  }

  /** Lets a woken thread run, after its latency, unless the endpoint has gone in the meantime. */
  #later(action: () => void): void {
    this.agenda.after(this.random.next() * this.plan.wakeLatencyMicros, () => {
      if (!this.#stopped) this.#turn(action);
    });
  }

  /** One thread runs for a while; then whoever it has woken is due. */
  #turn(action: () => void): void {
    action();
    this.afterEvent(this);
    if (this.#stopped) return;
    if (this.memory.listenerBell.ticket() !== this.#listenerTicket) this.#wakeListener();
    if (this.memory.timerBell.ticket() !== this.#timerTicket) {
      this.#timerTicket = this.memory.timerBell.ticket();
      this.#wakeTimer(++this.#timerSleeps);
    }
    this.#wakeSleepers();
  }
}
