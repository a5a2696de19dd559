/**
 * Gives endpoints their threads. Main thread.
 *
 * A `Streamer` may be made on any worker, but only the main thread starts threads: the worker
 * announces the endpoint's memory on a broadcast channel and blocks, the host answers by running the
 * listener and the timer in the pool. At the end stop words are set and tasks awaited; no thread is
 * ever terminated at work.
 */
import { BroadcastChannel } from 'node:worker_threads';
import { ENDPOINT_CHANNEL } from '../../shared/endpoint/task.js';
import type { ErrorCode } from '../../shared/errors.js';
import {
  type EndpointControl,
  HostedEndpoint,
  type Prepared,
  type RoleFailure,
  type RoleName,
} from './hosted-endpoint.js';
import { createPool } from './pool.js';
import { errand } from './worker-modules.js';

/** What is broadcast to get threads. */
export interface EndpointAnnouncement<Task> {
  readonly kind: 'endpoint';
  readonly task: Task;
}

export interface HostOptions<Task, Control extends EndpointControl> {
  /** Endpoints that may be up at the same time; one more is failed with ERR_HAWSER_NO_HOST. */
  readonly endpoints: number;
  /** Threads for blocking code run with {@link EndpointHost.runApplication}. */
  readonly applications: number;
  /** The main thread's view of an announced endpoint. */
  open(task: Task): Control;
  /** What the main thread does before the roles start: it owns sockets opened through FFI. */
  prepare?(task: Task, memory: Control): Promise<Prepared<Task>>;
  /**
   * The module of each role. Its default export takes the task and returns when it is stopped; the
   * listener's, which every thread loads ahead, returns at once if there is no task.
   */
  readonly roleModules: Readonly<Record<RoleName, URL>>;
}

export class EndpointHost<Task, Control extends EndpointControl> {
  readonly #options: HostOptions<Task, Control>;
  readonly #pool;
  readonly #channel = new BroadcastChannel(ENDPOINT_CHANNEL);
  readonly #hosted: HostedEndpoint<Control>[] = [];
  #ending: { code: ErrorCode; detail: string } | undefined;

  constructor(options: HostOptions<Task, Control>) {
    this.#options = options;
    this.#pool = createPool({ ...options, preload: options.roleModules.listener });
    this.#pool.on('error', (error: Error) => {
      this.failAll('ERR_HAWSER_INTERNAL', `a pool thread died: ${error.stack ?? error.message}`);
    });
    this.#channel.onmessage = (event: unknown) => {
      const { data } = event as { data: EndpointAnnouncement<Task> };
      this.#admit(this.#options.open(data.task), data.task);
    };
  }

  /** The memory of every endpoint so far, for its statistics; ended ones too. */
  endpoints(): readonly Control[] {
    return this.#hosted.map(({ memory }) => memory);
  }

  /** Errors that killed a role thread, with their stacks. */
  failures(): readonly RoleFailure[] {
    return this.#hosted.flatMap(({ failures }) => failures);
  }

  /** Runs the default export of `module` in a thread of the pool. */
  async runApplication<Outcome>(module: URL, task: unknown): Promise<Outcome> {
    return (await this.#pool.run(errand(module, task))) as Outcome;
  }

  /** Ends every endpoint, those still to come too, with this error. */
  failAll(code: ErrorCode, detail: string): void {
    this.#ending = { code, detail };
    for (const { memory } of this.#hosted) memory.fail(code, detail);
  }

  /**
   * Ends what is still open with an error, stops every endpoint, waits for all threads to return,
   * those of applications too, and ends the pool.
   */
  async close(): Promise<void> {
    this.#ending ??= { code: 'ERR_HAWSER_CLOSED', detail: 'the host has been closed' };
    this.#channel.close();
    for (const { memory } of this.#hosted) {
      if (!memory.stopped) memory.fail(this.#ending.code, this.#ending.detail);
    }
    await Promise.all(this.#hosted.map((endpoint) => endpoint.stop()));
    await this.#untilThreadsAreUp();
    await this.#pool.destroy();
  }

  /**
   * Ending a thread that is loading a native module aborts the process, so each must have come as
   * far as to answer a task. With no role running, as many tasks as threads reach every thread.
   */
  async #untilThreadsAreUp(): Promise<void> {
    const greetings = Array.from({ length: this.#pool.maxThreads }, () =>
      this.#pool.run(errand(this.#options.roleModules.listener)),
    );
    await Promise.allSettled(greetings);
  }

  #admit(memory: Control, task: Task): void {
    const running = this.#hosted.filter((endpoint) => !endpoint.memory.stopped).length;
    if (this.#ending !== undefined) {
      memory.fail(this.#ending.code, this.#ending.detail);
    } else if (running >= this.#options.endpoints) {
      memory.fail(
        'ERR_HAWSER_NO_HOST',
        `this host runs ${running} endpoints and has no more threads`,
      );
    } else {
      const prepared = this.#options.prepare?.(task, memory) ?? Promise.resolve({ task });
      const run = async (role: RoleName) => {
        const { task } = await prepared;
        return (await this.#pool.run(errand(this.#options.roleModules[role], task))) as unknown;
      };
      this.#hosted.push(new HostedEndpoint(memory, run, prepared));
    }
  }
}
