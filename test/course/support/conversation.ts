/**
 * The course's client and server on one thread, with everything between them but sockets: messages
 * are encoded, cut up, decoded, and pass the switches of both sides.
 */
import { CourseClient } from '#hawser/shared/course/client.js';
import type { LogKind } from '#hawser/shared/course/course-log.js';
import { type Exchange, StreamExchange } from '#hawser/shared/course/exchange.js';
import type { FileSource } from '#hawser/shared/course/file-sending.js';
import type { Message, Terms } from '#hawser/shared/course/messages.js';
import { MishapExchange, type MishapSwitches, NO_MISHAPS } from '#hawser/shared/course/mishaps.js';
import { CourseServer } from '#hawser/shared/course/server.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { MemoryStore } from './memory-store.js';
import { PipeEnd } from './pipe.js';

export const TERMS: Terms = { fragmentBytes: 500, windowPackets: 10 };
export const FIRST_WAIT_MS = 100;

export interface Circumstances {
  readonly clientTerms?: Terms;
  readonly serverTerms?: Terms;
  readonly knownClients?: readonly string[];
  readonly clientMishaps?: Partial<MishapSwitches>;
  readonly serverMishaps?: Partial<MishapSwitches>;
  /** Of messages on their way to the client, or to the server, that the network loses. */
  readonly loses?: (message: Message) => boolean;
  readonly seed?: number;
}

export class Conversation {
  readonly store = new MemoryStore();
  readonly client: CourseClient;
  readonly server: CourseServer;
  /** As the client's log has it: `-->`, `<--`, `-x` or a note. */
  readonly log: string[] = [];
  /** Straight to the server, past the client. */
  readonly clientExchange: Exchange;
  readonly #clientEnd: PipeEnd;

  constructor(circumstances: Circumstances = {}) {
    const { clientTerms = TERMS, serverTerms = TERMS, knownClients, seed = 1 } = circumstances;
    const [slices] = randomStreams(seed, 1);
    const [clientEnd, serverEnd] = PipeEnd.pair(slices);
    this.#clientEnd = clientEnd;
    const log = { record: this.#record.bind(this) };
    this.clientExchange = exchangeOver(clientEnd, circumstances.clientMishaps, circumstances, log);
    const options = { ...clientTerms, client: 'alice' };
    const times = { acknowledgmentTimeoutMs: FIRST_WAIT_MS, answerTimeoutMs: 1000 };
    this.client = new CourseClient(this.clientExchange, { ...options, ...times }, log);
    const known = knownClients === undefined ? {} : { knownClients };
    this.server = new CourseServer({ ...serverTerms, ...known }, this.store);
    this.#serve(serverEnd, circumstances);
  }

  /** How long the client has waited in vain, each time. */
  get waitsMs(): readonly number[] {
    return this.#clientEnd.waitsMs;
  }

  /** The server's stream ends behind what it has sent. */
  hangUp(): void {
    this.#clientEnd.close();
  }

  /** Lines of the log that begin so. */
  logged(beginning: string): string[] {
    return this.log.filter((line) => line.startsWith(beginning));
  }

  #serve(end: PipeEnd, circumstances: Circumstances): void {
    const silent = { record: () => undefined };
    const exchange = exchangeOver(end, circumstances.serverMishaps, circumstances, silent);
    end.onArrival = () => {
      for (let message = exchange.receive(0); message !== undefined;) {
        exchange.send(this.server.answer(message));
        message = exchange.receive(0);
      }
    };
  }

  #record(kind: LogKind, text: string): void {
    const mark = { sent: '--> ', received: '<-- ', lost: '-x ', note: '' }[kind];
    this.log.push(mark + text);
  }
}

function exchangeOver(
  end: PipeEnd,
  mishaps: Partial<MishapSwitches> | undefined,
  { loses = () => false, seed = 1 }: Circumstances,
  log: { record(kind: LogKind, text: string): void },
): Exchange {
  const stream = new StreamExchange(end, log);
  const lossy: Exchange = {
    send: (messages) => {
      stream.send(messages.filter((message) => !loses(message)));
    },
    receive: (limitMs) => stream.receive(limitMs),
  };
  return new MishapExchange(lossy, { ...NO_MISHAPS, seed, ...mishaps }, log);
}

/** A file whose bytes tell where they stand. */
export function patternSource(sizeBytes: number, name = 'pattern.bin'): FileSource {
  return {
    name,
    sizeBytes,
    read: (from, to) => Uint8Array.from({ length: to - from }, (_, at) => patternByte(from + at)),
  };
}

export function pattern(sizeBytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, at) => patternByte(at)));
}

function patternByte(at: number): number {
  return (at ^ (at >> 8) ^ (at >> 16)) & 0xff;
}
