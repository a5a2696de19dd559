/**
 * One endpoint as the main thread sees it: its memory, and its two role threads as pending tasks.
 * A role that throws, or that returns although nobody asked it to, fails the endpoint: everyone who
 * is blocked on it wakes with that error, so a listener never dies silently.
 */
import type { ErrorCode, HawserError } from '../../shared/errors.js';

/** What the main thread needs of an endpoint's memory. */
export interface EndpointControl {
  /** Sets the stop word and wakes whoever sleeps. */
  requestStop(): void;
  /** Ends the endpoint with an error; the first one stays. */
  fail(code: ErrorCode, detail?: string): void;
  failure(): HawserError | undefined;
  /** Both roles have ended, and what they used is free. */
  noteReleased(): void;
  readonly stopped: boolean;
}

export const ROLES = ['listener', 'timer'] as const;
export type RoleName = (typeof ROLES)[number];

/** An error as it arrived from a role's thread, with the stack it had there. */
export interface RoleFailure {
  readonly role: RoleName;
  readonly error: Error;
}

/** A task ready for the roles, and what is to be released when they have ended. */
export interface Prepared<Task> {
  readonly task: Task;
  readonly release?: () => void;
}

export class HostedEndpoint<Control extends EndpointControl> {
  readonly failures: RoleFailure[] = [];
  /** Both roles have returned, and what was prepared for them is released. */
  readonly #ended: Promise<void>;

  /** `run` starts a role's thread and settles when its task has ended. */
  constructor(
    readonly memory: Control,
    run: (role: RoleName) => Promise<unknown>,
    private readonly prepared: Promise<Prepared<unknown>>,
  ) {
    this.#ended = Promise.all(ROLES.map((role) => this.#watch(role, run(role)))).then(() =>
      this.#release(),
    );
  }

  /** Asks both roles to return, and waits until they have. Never rejects. */
  async stop(): Promise<void> {
    this.memory.requestStop();
    await this.#ended;
  }

  async #release(): Promise<void> {
    // Whoever failed to prepare has released what it had, and the roles have reported the failure.
    const prepared = await this.prepared.catch(() => undefined);
    prepared?.release?.();
    this.memory.noteReleased();
  }

  async #watch(role: RoleName, task: Promise<unknown>): Promise<void> {
    try {
      await task;
      if (this.memory.stopped) return;
      this.#fail(role, new Error(`the ${role} thread returned although nobody stopped it`));
    } catch (error) {
      this.#fail(role, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fail(role: RoleName, error: Error): void {
    this.failures.push({ role, error });
    // A role that knows the reason has already written it to the memory, where its code survives;
    // an error that passes between threads keeps only its message and its stack.
    if (this.memory.failure() === undefined) {
      this.memory.fail('ERR_HAWSER_INTERNAL', `${role}: ${error.message}`);
    }
    this.memory.requestStop();
  }
}
