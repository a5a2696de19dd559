/**
 * Answers to datagrams that are no connection's: a reset for whoever speaks to a connection that is
 * gone, a refusal or a retry for one who opens. Each is sent to where the datagram came from, is
 * about as long, and nothing is kept for it. Listener's thread, and the only user of the endpoint's
 * scratch memory.
 */
import type { ConnectionMemory } from '../memory/connection-memory.js';
import { ReceiveWord, SendWord } from '../memory/layout.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import { type DatagramPort, DatagramRun, type SocketAddress } from '../net/datagram-port.js';
import { integrityOf } from '../transport/integrity.js';
import { emitHeader, type EmitContext } from '../wire/emit.js';
import { Integrity, ResetReason, Segment, TokenKind } from '../wire/segment.js';
import { distance, FIRST_SEGMENT, type NumberBytes, segmentNumber } from '../wire/serial.js';

/** Resets a second, for datagrams whose sender may be forged. */
const RESETS_A_SECOND = 100;
const SECOND_MICROS = 1_000_000;
/** Nobody yet: such a segment's check counts no sender. */
const NOBODY: EmitContext = { localConnectionId: 0, integrity: Integrity.crc32 };

export class StrayAnswers {
  readonly #segment = new Segment();
  readonly #run: DatagramRun;
  #second = -Infinity;
  #resets = 0;

  constructor(
    private readonly memory: EndpointMemory,
    private readonly port: DatagramPort,
  ) {
    this.#run = new DatagramRun(memory.bytes, 1);
  }

  /** "I know no connection of that ID": the sender's peer was restarted, or is long done. */
  unknown(rejectedConnectionId: number, to: SocketAddress, nowMicros: number): void {
    if (!this.#mayReset(nowMicros)) return;
    this.#reset(ResetReason.unknownConnection, rejectedConnectionId, to);
  }

  /** "Not here", "not now": the answer to an opening; it names the opener. */
  refuse(
    openerConnectionId: number,
    reason: typeof ResetReason.refused | typeof ResetReason.full,
    to: SocketAddress,
  ): void {
    this.#reset(reason, openerConnectionId, to);
  }

  /** The same from an endpoint that nobody else has any business with, so not for ever. */
  turnAway(openerConnectionId: number, to: SocketAddress, nowMicros: number): void {
    if (this.#mayReset(nowMicros)) this.refuse(openerConnectionId, ResetReason.refused, to);
  }

  /** "Come again with this": the answer to an opening from an address that may be forged. */
  retry(openerConnectionId: number, token: Uint8Array, to: SocketAddress): void {
    const segment = this.#segment;
    segment.clear();
    segment.destinationConnectionId = openerConnectionId;
    segment.cumulativeAck = FIRST_SEGMENT;
    segment.tokenKind = TokenKind.retry;
    segment.token.set(token);
    segment.tokenBytes = token.length;
    this.#send(to);
  }

  /** "Are you there?", to where the peer of a connection seems to be now. */
  challenge(memory: ConnectionMemory, nonce: Uint8Array, to: SocketAddress): void {
    const segment = this.#segment;
    segment.clear();
    segment.destinationConnectionId = memory.send[SendWord.peerConnectionId];
    putWindow(memory, segment);
    segment.tokenKind = TokenKind.challenge;
    segment.token.set(nonce);
    segment.tokenBytes = nonce.length;
    const { localConnectionId } = memory;
    this.#send(to, { localConnectionId, integrity: integrityOf(memory) }, 4);
  }

  #mayReset(nowMicros: number): boolean {
    if (nowMicros - this.#second >= SECOND_MICROS) {
      this.#second = nowMicros;
      this.#resets = 0;
    }
    this.#resets += 1;
    return this.#resets <= RESETS_A_SECOND;
  }

  #reset(reason: ResetReason, rejectedConnectionId: number, to: SocketAddress): void {
    const segment = this.#segment;
    segment.clear();
    segment.reset = true;
    segment.resetReason = reason;
    segment.rejectedConnectionId = rejectedConnectionId;
    this.#send(to);
  }

  #send(to: SocketAddress, context = NOBODY, numberBytes: NumberBytes = 1): void {
    const { bytes, offsets } = this.memory;
    const length = emitHeader(bytes, offsets.scratch, this.#segment, context, numberBytes, 0);
    this.#run.push(offsets.scratch, length, offsets.scratch, 0);
    this.port.send(this.#run, to);
    this.#run.count = 0;
  }
}

/** An acknowledgment without a window would promise all of it. */
function putWindow({ receive, receiveMutex }: ConnectionMemory, segment: Segment): void {
  receiveMutex.hold(() => {
    const next = segmentNumber(receive[ReceiveWord.receiveNext]);
    segment.cumulativeAck = next;
    segment.windowSegments = distance(
      segmentNumber(receive[ReceiveWord.windowEdgeAdvertised]),
      next,
    );
  });
}
