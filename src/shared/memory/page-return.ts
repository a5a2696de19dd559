/**
 * Gives memory that is not needed now back to the system, which puts zeros in its place when it is
 * needed again. Only where the system can be called directly.
 */
export interface PageReturn {
  /** Makes `bytes[from, to)` zero, and whole pages of it free for other use. */
  zero(bytes: Uint8Array, from: number, to: number): void;
  /** Frees whole pages of `bytes[from, to)`, of which nothing is needed any more. */
  discard(bytes: Uint8Array, from: number, to: number): void;
  /** A new buffer of which only some pages will be touched: huge ones would defeat that. */
  prepare(bytes: Uint8Array): void;
}

const zero = (bytes: Uint8Array, from: number, to: number) => bytes.fill(0, from, to);

/** For where there are no pages: zeros stand for those given back, so who gives back too much is found out. */
export const zeroing: PageReturn = { zero, discard: zero, prepare: () => undefined };
