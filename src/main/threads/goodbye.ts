/**
 * A thread that ends with connections open tells their peers, as a kernel does for TCP: without it they
 * would wait for their idle time-out. When `exit` is emitted no event loop turns any more, but the role
 * threads still run, so the thread waits for their last words; not for long. Threads that load native
 * code are waited for, too, as they must not be ended amid that.
 */
import { nowMicros } from '../../shared/clock.js';
import type { ConnectionMemory } from '../../shared/memory/connection-memory.js';
import type { LoadingGate } from '../../shared/memory/loading-gate.js';
import { SendWord } from '../../shared/memory/layout.js';
import { State } from '../../shared/transport/connection-state.js';

/** Of all endpoints together; a listener that is at work needs less than one. */
const PATIENCE_MICROS = 200_000;

/** What loads ends, and takes long only on a machine that is busy. */
const LOADING_PATIENCE_MS = 5_000;

export interface Departing {
  /** Tells the role threads to end. */
  requestStop(): void;
  readonly loadingGate: LoadingGate;
  /** Of the connections the application has. */
  memories(): Iterable<ConnectionMemory>;
}

const endpoints = new Set<Departing>();

export function sayGoodbyeAtExit(endpoint: Departing): void {
  if (endpoints.size === 0) process.on('exit', onExit);
  endpoints.add(endpoint);
}

export function noGoodbye(endpoint: Departing): void {
  endpoints.delete(endpoint);
  if (endpoints.size === 0) process.off('exit', onExit);
}

function onExit(): void {
  for (const endpoint of endpoints) endpoint.requestStop();
  const until = nowMicros() + PATIENCE_MICROS;
  for (const endpoint of endpoints) {
    for (const memory of endpoint.memories()) awaitLastWord(memory, until);
  }
  for (const { loadingGate } of endpoints) loadingGate.shut(LOADING_PATIENCE_MS);
}

function awaitLastWord({ send, sendMutex, sendChanged }: ConnectionMemory, until: number): void {
  const isOver = () =>
    send[SendWord.state] === State.timeWait ||
    (send[SendWord.state] === State.closed && send[SendWord.resetWanted] === 0);
  sendMutex.hold((held) => {
    sendChanged.waitFor(held, () => isOver() || nowMicros() >= until, PATIENCE_MICROS / 1e3);
  });
}
