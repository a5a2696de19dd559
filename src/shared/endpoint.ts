/**
 * An endpoint as it is handed from thread to thread: the task that its role threads get, and the
 * handle by which any thread stops it, fails it, and reads its statistics.
 */
import type { ErrorCode, HawserError } from './errors.js';
import { EndpointMemory } from './memory/endpoint-memory.js';
import { fail, failureOf } from './memory/failure.js';
import { SendWord } from './memory/layout.js';
import { statisticsOf, type TransportStatistics } from './memory/statistics.js';
import type { SocketAddress } from './net/datagram-port.js';
import type { Impairments } from './net/impairments.js';
import type { TransportSettings } from './transport/settings.js';
import { State } from './transport/connection-state.js';
import { TIMER_COUNT } from './transport/timers.js';
import { ResetReason } from './wire/segment.js';

export type { TransportStatistics } from './memory/statistics.js';

/** The channel on which a worker announces an endpoint that needs threads. */
export const ENDPOINT_CHANNEL = 'hawser:endpoints';

/** What the listener and the timer of one endpoint are started with. */
export interface EndpointTask {
  readonly memory: SharedArrayBuffer;
  /** Host may be a name; port 0 takes a free one. */
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly settings: TransportSettings;
  readonly impairments?: Partial<Impairments>;
}

export class EndpointHandle {
  readonly memory: EndpointMemory;

  constructor(buffer: SharedArrayBuffer) {
    this.memory = new EndpointMemory(buffer, TIMER_COUNT);
  }

  get stopped(): boolean {
    return this.memory.stopRequested;
  }

  /** Sets the stop word and wakes whoever sleeps. */
  requestStop(): void {
    this.memory.requestStop();
  }

  /** Ends the endpoint with an error; the first one stays. The peer, if there is one, is told. */
  fail(code: ErrorCode, detail = code as string): void {
    if (!fail(this.memory, code, detail)) return;
    this.#abort();
    this.memory.wakeEverybody();
  }

  failure(): HawserError | undefined {
    return failureOf(this.memory);
  }

  statistics(): TransportStatistics {
    return statisticsOf(this.memory);
  }

  #abort(): void {
    const { send, sendMutex } = this.memory;
    const held = sendMutex.lock();
    const alive = send[SendWord.state] !== State.closed && send[SendWord.peerConnectionId] !== 0;
    if (alive) send[SendWord.resetWanted] = 1 + ResetReason.aborted;
    Atomics.store(send, SendWord.state, State.closed);
    sendMutex.unlock(held);
  }
}
