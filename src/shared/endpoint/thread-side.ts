/**
 * One thread's side of an endpoint: its view of the shared memory, its way to the port if it has
 * one, and by them its objects for each connection, here called a berth. Every thread makes its own.
 */
import type { ByteCopier } from '../memory/byte-copier.js';
import { plainCopier } from '../memory/byte-copier.js';
import { ConnectionMemory } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import type { PageReturn } from '../memory/page-return.js';
import type { DatagramPort } from '../net/datagram-port.js';
import { loadLibcNow } from '../net/libc.js';
import { pageReturnOf } from '../net/page-return.js';
import { NativeCopier } from '../net/native-copier.js';
import { Connection } from '../transport/connection.js';
import { Scratch } from '../transport/scratch.js';
import { TIMER_COUNT } from '../transport/timers.js';
import type { Berth, BerthObjects } from './berth-cache.js';
import { Outlets } from './outlets.js';
import type { ConnectionTask, RoleTask } from './task.js';

export class ThreadSide {
  /** Gives pages back to the system, where this thread can. */
  readonly pageReturn: PageReturn | undefined;
  readonly #outlets: Outlets | undefined;
  readonly #copier: ByteCopier;
  readonly #scratch = new Scratch();
  readonly #applicationBlocks: boolean;

  constructor(
    readonly memory: EndpointMemory,
    task: Pick<RoleTask, 'socket' | 'only'>,
    port: DatagramPort | undefined,
    usable: () => boolean = () => true,
  ) {
    this.#applicationBlocks = task.only !== undefined;
    this.#outlets = port && new Outlets(port, usable);
    const libc = task.socket && loadLibcNow();
    this.#copier = libc === undefined ? plainCopier : new NativeCopier(libc);
    this.pageReturn = libc && pageReturnOf(libc);
  }

  /** This thread's objects for a connection, for as long as it is there. */
  berth(task: ConnectionTask): Berth {
    const { place, settings } = task;
    return { place, settings, ...this.objects(task) };
  }

  /** The objects alone: they may be made anew at any time (see {@link BerthCache}). */
  objects({ place, memory: buffer, base, settings }: ConnectionTask): BerthObjects {
    const memory = new ConnectionMemory(buffer, TIMER_COUNT, base);
    this.memory.adopt(memory, place);
    if (!this.#applicationBlocks) this.memory.callApplication(memory, place);
    memory.copier = this.#copier;
    memory.pageReturn = this.pageReturn;
    const connection = new Connection(memory, settings, this.#outlets?.of(memory), this.#scratch);
    return { memory, connection };
  }
}
