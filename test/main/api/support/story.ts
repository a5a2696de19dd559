/** What happened to sockets, in order, as words: `connect`, `data`, `end`, `close with error` … */
import { once } from 'node:events';
import type { AnySocket } from './stacks.js';

export class Story {
  readonly events: string[] = [];
  /** Resolves when the socket has closed. */
  readonly closed: Promise<unknown>;

  constructor(readonly socket: AnySocket) {
    for (const event of ['lookup', 'connect', 'ready', 'drain', 'end', 'finish', 'timeout']) {
      socket.on(event, () => {
        this.note(event);
      });
    }
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.note(`error ${meaning(error)}`);
    });
    socket.on('close', (hadError: boolean) => {
      this.note(hadError ? 'close with error' : 'close');
    });
    this.closed = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Reads, and notes that data came, but not in how many pieces. */
  readAll(): this {
    this.socket.on('data', () => {
      this.note('data');
    });
    return this;
  }

  /** The same thing several times in a row is one thing. */
  note(event: string): void {
    if (this.events.at(-1) !== event) this.events.push(event);
  }

  async until(event: string): Promise<void> {
    if (!this.events.includes(event)) await once(this.socket, event);
  }
}

/** What an error means, in words that do not depend on whose code it is. */
function meaning({ code, message }: NodeJS.ErrnoException): string {
  return MEANINGS.get(code ?? '') ?? code ?? message;
}

const MEANINGS = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ERR_HAWSER_REFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ERR_HAWSER_RESET_BY_PEER', 'reset'],
  ['EPIPE', 'ended by peer'],
  ['ERR_HAWSER_ENDED_BY_PEER', 'ended by peer'],
  ['ENOTFOUND', 'not found'],
  ['ERR_HAWSER_NAME_NOT_FOUND', 'not found'],
  ['ERR_SOCKET_CLOSED', 'not connected'],
  ['ERR_HAWSER_CLOSED', 'not connected'],
]);
