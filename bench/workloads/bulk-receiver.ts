/** The receiving side of a bulk transfer: counts, keeps what is to be verified, hashes at the end. */
import { sha256 } from '../support/pattern.js';
import { cpuSeconds } from '../support/usage.js';
import type { ContestStream } from '../streams/contest-stream.js';
import { parseHeader, PHASE, PHASE_HEADER_BYTES, REPLY, type PhaseHeader } from './phase.js';
import type { WorkloadOutcome } from './workload.js';

export async function receiveBulk(stream: ContestStream): Promise<WorkloadOutcome> {
  const receiver = new BulkReceiver(() => {
    void stream.write(REPLY);
  });
  await stream.receive((piece) => receiver.take(piece));
  return receiver.outcome();
}

export class BulkReceiver {
  readonly #reply: () => void;
  readonly #header = Buffer.alloc(PHASE_HEADER_BYTES);
  readonly #kept: Buffer[] = [];
  #headerBytes = 0;
  #phase: PhaseHeader | undefined;
  #received = 0;
  #timedBytes = 0;
  #cpuSeconds = 0;

  /** @param reply called whenever all of a phase has arrived */
  constructor(reply: () => void) {
    this.#reply = reply;
  }

  /** False once the sender has said that it is done. */
  take(piece: Uint8Array): boolean {
    for (let at = 0; at < piece.length;) {
      at += this.#phase === undefined ? this.#takeHeader(piece, at) : this.#takeData(piece, at);
      if (this.#phase === undefined || this.#received < this.#phase.bytes) continue;
      const over = this.#phase.kind === PHASE.over;
      this.#endPhase(this.#phase);
      if (over) return false;
    }
    return true;
  }

  outcome(): WorkloadOutcome {
    return {
      count: this.#timedBytes,
      cpuSeconds: this.#cpuSeconds,
      sha256: sha256(...this.#kept),
    };
  }

  #takeHeader(piece: Uint8Array, at: number): number {
    const count = Math.min(PHASE_HEADER_BYTES - this.#headerBytes, piece.length - at);
    this.#header.set(piece.subarray(at, at + count), this.#headerBytes);
    this.#headerBytes += count;
    if (this.#headerBytes === PHASE_HEADER_BYTES) this.#beginPhase(parseHeader(this.#header));
    return count;
  }

  #beginPhase(phase: PhaseHeader): void {
    this.#phase = phase;
    this.#received = 0;
    if (phase.kind === PHASE.verified) this.#kept.push(Buffer.alloc(phase.bytes));
    if (phase.kind === PHASE.timed) this.#cpuSeconds = -cpuSeconds();
  }

  #takeData(piece: Uint8Array, at: number): number {
    const phase = this.#phase as PhaseHeader;
    const count = Math.min(phase.bytes - this.#received, piece.length - at);
    if (phase.kind === PHASE.verified) {
      this.#kept[this.#kept.length - 1].set(piece.subarray(at, at + count), this.#received);
    }
    this.#received += count;
    return count;
  }

  #endPhase({ kind, bytes }: PhaseHeader): void {
    if (kind === PHASE.timed) {
      this.#timedBytes = bytes;
      this.#cpuSeconds += cpuSeconds();
    }
    this.#phase = undefined;
    this.#headerBytes = 0;
    this.#reply();
  }
}
