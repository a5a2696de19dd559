/** Runs a port's loop for a test: collects what arrives, and stops it when the test has seen enough. */
import { Bell } from '#hawser/shared/memory/bell.js';
import type { DatagramPort, SocketAddress } from '#hawser/shared/net/datagram-port.js';

import { textsOf } from './run-of.js';

export function newBell(): Bell {
  return new Bell(new Int32Array(new SharedArrayBuffer(8)), 0, 1);
}

export class PortUser {
  readonly received: string[] = [];
  readonly sources: SocketAddress[] = [];
  readonly batchSizes: number[] = [];
  wakes = 0;
  deadlineMicros = Infinity;
  onWake: () => void = () => undefined;
  onDatagrams: () => void = () => undefined;
  readonly finished: Promise<void>;
  #stopped = false;

  constructor(
    port: DatagramPort,
    private readonly ring: () => void,
  ) {
    this.finished = port.run(
      {
        onDatagrams: (batch) => {
          this.batchSizes.push(batch.count);
          this.received.push(...textsOf(batch));
          batch.forEach((_bytes, _start, _end, source) => this.sources.push(source));
          this.onDatagrams();
        },
        onWake: () => {
          this.wakes++;
          this.onWake();
        },
        nextDeadlineMicros: () => this.deadlineMicros,
      },
      () => this.#stopped,
    );
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.ring();
    return this.finished;
  }

  /** Resolves when `count` datagrams have come. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) {
      await new Promise<void>((resolve) => {
        this.onDatagrams = resolve;
      });
    }
  }
}
