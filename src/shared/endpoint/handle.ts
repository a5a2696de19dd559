/**
 * The handle by which any thread stops an endpoint, fails it, and reads its statistics.
 */
import { type ErrorCode, type HawserError } from '../errors.js';
import { ConnectionMemory } from '../memory/connection-memory.js';
import { EndpointMemory } from '../memory/endpoint-memory.js';
import { EndpointWord } from '../memory/endpoint-layout.js';
import { fail, failureOf } from '../memory/failure.js';
import { statisticsOf, type TransportStatistics } from '../memory/statistics.js';
import { attachBell } from '../net/native-bell.js';
import { closeFailed } from '../transport/life.js';
import { TIMER_COUNT } from '../transport/timers.js';
import type { EndpointTask, Route } from './task.js';

export class EndpointHandle {
  readonly memory: EndpointMemory;
  /** The connection of an endpoint that has one only. */
  readonly only: ConnectionMemory | undefined;

  constructor({ memory, only }: Pick<EndpointTask, 'memory' | 'only'>) {
    this.memory = new EndpointMemory(memory);
    if (only === undefined) return;
    this.only = new ConnectionMemory(only.memory, TIMER_COUNT);
    this.memory.adopt(this.only, only.place);
  }

  get stopped(): boolean {
    return this.memory.stopRequested;
  }

  /** Sets the stop word and wakes whoever sleeps. */
  requestStop(): void {
    this.memory.requestStop();
    this.only?.requestStop();
  }

  /** Ends the endpoint with an error; the first one stays. A peer of its only connection is told. */
  fail(code: ErrorCode, detail = code as string): void {
    fail(this.memory, code, detail);
    if (this.only !== undefined) failConnection(this.only, code, detail);
    this.memory.wakeEverybody();
  }

  /** Both roles have ended, and the port is free for whoever wants it next. */
  noteReleased(): void {
    this.memory.noteReleased();
  }

  failure(): HawserError | undefined {
    return (this.only && failureOf(this.only)) ?? failureOf(this.memory);
  }

  /** Of its only connection, with the datagrams that were nobody's. */
  statistics(): TransportStatistics {
    if (this.only === undefined) throw new RangeError('an endpoint of many has no one statistics');
    return statisticsOf(this.only, this.memory);
  }

  /** Main thread, before the roles start: tells every thread how to reach the socket. */
  attach(route: Route): void {
    const { words, routeText } = this.memory;
    const { written } = new TextEncoder().encodeInto(JSON.stringify(route), routeText);
    words[EndpointWord.routeTextBytes] = written;
    attachBell(this.memory, route.socket);
  }

  /** Any thread once the roles are up; undefined if only the listener can send. */
  route(): Route | undefined {
    const { words, routeText } = this.memory;
    const length = words[EndpointWord.routeTextBytes];
    if (length === 0) return undefined;
    return JSON.parse(new TextDecoder().decode(routeText.slice(0, length))) as Route;
  }
}

/** Ends a connection with an error, whatever its state; the first one stays. The peer is told. */
export function failConnection(memory: ConnectionMemory, code: ErrorCode, detail: string): void {
  if (!fail(memory, code, detail)) return;
  memory.sendMutex.hold((held) => {
    closeFailed(memory, held);
  });
  memory.wakeEverybody();
}
