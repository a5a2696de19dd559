/** What the dialing side asks for on a connection, and the answers. */
import { pattern } from '../support/pattern.js';
import type { ContestStream } from '../streams/contest-stream.js';

/** `sample`: note what you use at this moment. `over`: that was all. Every request has an answer. */
export const REQUEST = { bytes: 0, sample: 1, over: 2 } as const;
export type RequestKind = (typeof REQUEST)[keyof typeof REQUEST];

export interface Request {
  readonly kind: RequestKind;
  /** To be answered with so many, at least one. */
  readonly bytes: number;
}

const REQUEST_BYTES = 16;
const BLOCK_BYTES = 1 << 20;
const PIECE_BYTES = 1 << 16;

/** What every answer begins with. */
export const ANSWER = Buffer.from(pattern(BLOCK_BYTES).buffer);

/** Asks, and takes the answer; `take` sees every piece of it. */
export async function ask(
  stream: ContestStream,
  { kind, bytes }: Request,
  take: (piece: Uint8Array, at: number) => void = () => undefined,
): Promise<void> {
  const request = Buffer.alloc(REQUEST_BYTES);
  request.writeUInt32LE(kind);
  request.writeDoubleLE(bytes, 8);
  await stream.write(request);
  let received = 0;
  await stream.receive((piece) => {
    take(piece, received);
    received += piece.length;
    return received < bytes;
  });
}

/** The next request; the asking side sends none before it has its answer. */
export async function nextRequest(stream: ContestStream): Promise<Request> {
  const request = Buffer.alloc(REQUEST_BYTES);
  let have = 0;
  await stream.receive((piece) => {
    request.set(piece, have);
    have += piece.length;
    return have < REQUEST_BYTES;
  });
  return { kind: request.readUInt32LE() as RequestKind, bytes: request.readDoubleLE(8) };
}

export async function answer(stream: ContestStream, { bytes }: Request): Promise<void> {
  for (let sent = 0; sent < bytes;) {
    const from = sent % BLOCK_BYTES;
    const count = Math.min(PIECE_BYTES, BLOCK_BYTES - from, bytes - sent);
    const full = stream.write(ANSWER.subarray(from, from + count));
    if (full !== undefined) await full;
    sent += count;
  }
}
