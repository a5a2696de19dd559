/**
 * The server of the course: what it answers to each message in each state. It never waits and has no
 * clock; whoever calls it reads the messages and sends the answers. Application thread.
 *
 * ```
 *   unconnected ──CONN_REQ──▶ connected ──REQ_TO_SEND──▶ receiving
 *                                ▲  │                        │
 *                                │  └──────END──▶ ended      │
 *                                └───FILE_END, or a refusal──┘
 * ```
 */
import { HawserError } from '../errors.js';
import { IncomingFile, type FileStore } from './incoming-file.js';
import {
  type Message,
  type MessageOf,
  type MessageType,
  quoted,
  type Terms,
  termsText,
} from './messages.js';

export interface ServerOptions extends Terms {
  /** Who may connect; absent: everybody. */
  readonly knownClients?: readonly string[];
}

type State = 'unconnected' | 'connected' | 'receiving' | 'ended';
type Answers = readonly Message[];
type Handlers = {
  readonly [Type in MessageType]?: (server: CourseServer, message: MessageOf<Type>) => Answers;
};

/** What a refused file's packets get that are still under way. */
const ignore = (): Answers => [];

const HANDLERS: Readonly<Record<State, Handlers>> = {
  unconnected: {
    CONN_REQ: (server, message) => server.onConnectionRequest(message),
  },
  connected: {
    REQ_TO_SEND: (server, message) => server.onRequestToSend(message),
    END: (server) => server.onEnd(),
    PACKET: ignore,
    REQ_ACK: ignore,
  },
  receiving: {
    PACKET: (server, message) => server.onPacket(message),
    REQ_ACK: (server, { number }) => server.onAcknowledgmentRequest(number),
    FILE_END: (server, { sha256 }) => server.onFileEnd(sha256),
  },
  ended: {},
};

export class CourseServer {
  #state: State = 'unconnected';
  #file: IncomingFile | undefined;

  constructor(
    private readonly options: ServerOptions,
    private readonly store: FileStore,
  ) {}

  /** The client has ended the connection, in order. */
  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /**
   * The answers to a message. What is not in order is refused; nothing is thrown for a client's sake
   * but `ERR_HAWSER_PROTOCOL_VIOLATION`, which ends the connection.
   */
  answer(message: Message): Answers {
    const handler = HANDLERS[this.#state][message.type] as
      ((server: CourseServer, message: Message) => Answers) | undefined;
    return handler === undefined ? this.#refuseOutOfTurn(message.type) : handler(this, message);
  }

  /** The connection is gone: what has come of a file is discarded. */
  abandon(): void {
    this.#file?.discard();
    this.#file = undefined;
  }

  onConnectionRequest(request: MessageOf<'CONN_REQ'>): Answers {
    const reason = this.#reasonAgainst(request);
    if (reason !== undefined) return refusal(reason);
    this.#state = 'connected';
    return [{ type: 'CONN_ACK' }];
  }

  onRequestToSend({ name, fileBytes }: MessageOf<'REQ_TO_SEND'>): Answers {
    return this.#orRefuse(() => {
      this.#file = new IncomingFile(this.store.create(name), fileBytes, this.options);
      this.#state = 'receiving';
      return [{ type: 'CLEAR_TO_SEND' }];
    });
  }

  onPacket({ number, bytes }: MessageOf<'PACKET'>): Answers {
    return this.#orRefuse(() => this.#receiving().accept(number, bytes));
  }

  onAcknowledgmentRequest(highestSent: number): Answers {
    return this.#receiving().answerRequest(highestSent);
  }

  onFileEnd(sha256: Uint8Array): Answers {
    return this.#orRefuse(() => {
      const name = this.#receiving().finish(sha256);
      this.#file = undefined;
      this.#state = 'connected';
      return [{ type: 'FILE_SAVED', name }];
    });
  }

  onEnd(): Answers {
    this.#state = 'ended';
    return [{ type: 'END_ACK' }];
  }

  #reasonAgainst({ client, fragmentBytes, windowPackets }: MessageOf<'CONN_REQ'>) {
    const { knownClients } = this.options;
    if (knownClients?.includes(client) === false) {
      return `client ${quoted(client)} is unknown here`;
    }
    const { options } = this;
    if (fragmentBytes === options.fragmentBytes && windowPackets === options.windowPackets) {
      return undefined;
    }
    return `you offer ${termsText({ fragmentBytes, windowPackets })}; this server has ${termsText(options)}: start the client with the same`;
  }

  #receiving(): IncomingFile {
    if (this.#file === undefined) throw new Error('no file is being received');
    return this.#file;
  }

  #refuseOutOfTurn(type: MessageType): Answers {
    return refusal(
      this.#state === 'unconnected'
        ? `${type} from an unknown client: connect first, with CONN_REQ`
        : `${type} is out of turn: the connection is ${this.#state}`,
    );
  }

  /** A file that cannot be taken, or not to its end, is refused; the connection stays. */
  #orRefuse(action: () => Answers): Answers {
    try {
      return action();
    } catch (error) {
      this.abandon();
      if (!(error instanceof HawserError) || error.code === 'ERR_HAWSER_PROTOCOL_VIOLATION') {
        throw error;
      }
      this.#state = 'connected';
      return refusal(error.message);
    }
  }
}

function refusal(reason: string): Answers {
  return [{ type: 'REFUSED', reason }];
}
