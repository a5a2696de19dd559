/**
 * The line between the main thread, which has the keyboard and the terminal, and the application
 * thread, which plays the course's client or server and blocks.
 *
 * Events go up over a broadcast channel, which needs no event loop on the sending side. Commands come
 * down the same channel and are fetched synchronously; a bell in shared memory says that there is one
 * (words: 0 rings so far, 1 sleepers; see `Bell`).
 */
import { BroadcastChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { PlainError } from '../plain-error.js';
import { Bell } from '../memory/bell.js';
import type { CourseLog, LogKind } from './course-log.js';

/** News after which a client may be told what to do next. */
export type CourseNews =
  | { readonly kind: 'connected' }
  | { readonly kind: 'saved'; readonly name: string }
  /** The file was not sent, but the connection is as it was. */
  | { readonly kind: 'notSent'; readonly error: PlainError };

export type CourseEvent =
  | { readonly kind: 'log'; readonly entry: LogEntry }
  | CourseNews
  /** The last event. */
  | { readonly kind: 'over'; readonly error?: PlainError };

type MainEvent = Exclude<CourseEvent, { kind: 'log' }>;

export interface LogEntry {
  readonly kind: LogKind;
  readonly text: string;
  /** Since the application thread began. */
  readonly elapsedMs: number;
}

export type CourseCommand =
  { readonly kind: 'send'; readonly path: string } | { readonly kind: 'end' };

/** What each end is given. */
export interface LineTask {
  readonly channel: string;
  readonly bell: SharedArrayBuffer;
}

const BELL_WORDS = 2;

export function newLineTask(channel: string): LineTask {
  const bell = new SharedArrayBuffer(BELL_WORDS * Int32Array.BYTES_PER_ELEMENT);
  return { channel, bell };
}

/** The application thread's end. */
export class ApplicationLine implements CourseLog {
  readonly #channel: BroadcastChannel;
  /** The same: Node's types do not say that one can receive from a broadcast channel. */
  readonly #port: MessagePort;
  readonly #bell: Bell;
  readonly #startedMs = performance.now();

  constructor({ channel, bell }: LineTask) {
    this.#channel = new BroadcastChannel(channel);
    this.#port = this.#channel as unknown as MessagePort;
    this.#bell = bellIn(bell);
  }

  report(event: CourseEvent): void {
    this.#channel.postMessage(event);
  }

  record(kind: LogKind, text: string): void {
    const elapsedMs = performance.now() - this.#startedMs;
    this.report({ kind: 'log', entry: { kind, text, elapsedMs } });
  }

  /** Blocks until there is one. */
  nextCommand(): CourseCommand {
    for (;;) {
      const ticket = this.#bell.ticket();
      const received = receiveMessageOnPort(this.#port) as { message: CourseCommand } | undefined;
      if (received !== undefined) return received.message;
      this.#bell.wait(ticket);
    }
  }

  close(): void {
    this.#channel.close();
  }
}

/** The main thread's end. */
export class MainLine {
  readonly #channel: BroadcastChannel;
  readonly #bell: Bell;
  readonly #events: MainEvent[] = [];
  #onEvent: (() => void) | undefined;

  constructor(
    { channel, bell }: LineTask,
    private readonly onLog: (entry: LogEntry) => void,
  ) {
    this.#channel = new BroadcastChannel(channel);
    this.#bell = bellIn(bell);
    this.#channel.onmessage = (message: unknown) => {
      this.add((message as { data: CourseEvent }).data);
    };
  }

  /** The next event that is not for the log. One caller at a time. */
  async next(): Promise<MainEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => (this.#onEvent = resolve));
    }
  }

  command(command: CourseCommand): void {
    this.#channel.postMessage(command);
    this.#bell.ring();
  }

  /** As if it had come over the channel. */
  add(event: CourseEvent): void {
    if (event.kind === 'log') {
      this.onLog(event.entry);
      return;
    }
    this.#events.push(event);
    this.#onEvent?.();
  }

  close(): void {
    this.#channel.close();
  }
}

function bellIn(buffer: SharedArrayBuffer): Bell {
  return new Bell(new Int32Array(buffer), 0, 1);
}
