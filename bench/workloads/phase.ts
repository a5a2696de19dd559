/**
 * A bulk transfer goes in phases: a header that says what is coming, the bytes, and one byte back as
 * soon as all of them have arrived. So the sender's clock ends when the receiver has everything.
 */
export const PHASE = { over: 0, plain: 1, timed: 2, verified: 3 } as const;
export type PhaseKind = (typeof PHASE)[keyof typeof PHASE];

export interface PhaseHeader {
  readonly kind: PhaseKind;
  readonly bytes: number;
}

export const PHASE_HEADER_BYTES = 16;
export const REPLY = Buffer.alloc(1);

export function emitHeader({ kind, bytes }: PhaseHeader): Uint8Array {
  const header = Buffer.alloc(PHASE_HEADER_BYTES);
  header.writeUInt32LE(kind, 0);
  header.writeDoubleLE(bytes, 8);
  return header;
}

export function parseHeader(header: Buffer): PhaseHeader {
  return { kind: header.readUInt32LE(0) as PhaseKind, bytes: header.readDoubleLE(8) };
}
