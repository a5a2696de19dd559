/**
 * What an arriving challenge or response does (docs/wire-format.md, B.9). Listener's thread; takes
 * the send lock.
 */
import type { ConnectionMemory } from '../memory/connection-memory.js';
import { SendWord } from '../memory/layout.js';
import { type Segment, TokenKind } from '../wire/segment.js';
import type { PathMtu } from './path-mtu/path-mtu.js';
import { probeBytesIn } from './path-mtu/probe-token.js';

export class TokenInput {
  /** Told of every answer to a challenge: the listener may have sent one of its own. */
  onResponse: ((segment: Segment) => void) | undefined;

  constructor(
    private readonly memory: ConnectionMemory,
    private readonly pathMtu: PathMtu,
  ) {}

  received(segment: Segment, nowMicros: number): void {
    if (segment.tokenKind === TokenKind.challenge) this.#challenged(segment);
    if (segment.tokenKind === TokenKind.response) this.#answered(segment, nowMicros);
  }

  /** One answer waits at the most: the latest challenge is the one whose sender still cares. */
  #challenged({ token, tokenBytes }: Segment): void {
    const { send, responseToken } = this.memory;
    this.memory.sendMutex.hold(() => {
      for (let i = 0; i < tokenBytes; i++) responseToken[i] = token[i];
      send[SendWord.responseBytes] = 1 + tokenBytes;
    });
  }

  #answered(segment: Segment, nowMicros: number): void {
    this.onResponse?.(segment);
    const bytes = probeBytesIn(segment);
    if (bytes === 0) return;
    this.memory.sendMutex.hold((held) => {
      this.pathMtu.answered(held, bytes, nowMicros);
    });
  }
}
