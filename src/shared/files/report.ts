/**
 * What a transfer tells while it runs, to whoever shows it. Plain data, so that it can be posted to
 * another thread.
 */
import type { Status } from './status.js';

export interface Settled {
  readonly is: 'settled';
  readonly name: string;
  readonly status: Status;
  /** Why, or where it is instead; empty if there is nothing to add. */
  readonly text: string;
  /** How long the file is, as far as is known. */
  readonly bytes: number;
}

export type TransferEvent =
  /** What is to come, as the sender has counted it. */
  | { readonly is: 'totals'; readonly files: number; readonly bytes: number }
  /** A file's data begins, at an offset if part of it is there. */
  | {
      readonly is: 'begun';
      readonly name: string;
      readonly size: number | undefined;
      readonly offset: number;
    }
  /** `count` more bytes have gone over the connection; the current file stands at `position`. */
  | { readonly is: 'progress'; readonly count: number; readonly position: number }
  | Settled;

export type Report = (event: TransferEvent) => void;

/** How a transfer has ended: files by what became of them, and what ended it if not its end. */
export interface TransferResult {
  readonly counts: Partial<Record<Status, number>>;
  /** Bytes of file data that went over the connection, zeros that did not included. */
  readonly bytes: number;
  readonly failure?: { readonly status: Status; readonly text: string };
}

/** Counts while it runs. */
export class Tally {
  readonly counts: Partial<Record<Status, number>> = {};
  bytes = 0;

  constructor(private readonly report: Report) {}

  begun(name: string, size: number | undefined, offset: number): void {
    this.report({ is: 'begun', name, size, offset });
  }

  /** `count` more bytes; `position` in the current file. */
  moved(count: number, position: number): void {
    this.bytes += count;
    this.report({ is: 'progress', count, position });
  }

  settled(name: string, status: Status, text: string, bytes: number): void {
    this.counts[status] = (this.counts[status] ?? 0) + 1;
    this.report({ is: 'settled', name, status, text, bytes });
  }

  result(failure?: { status: Status; text: string }): TransferResult {
    const { counts, bytes } = this;
    return { counts, bytes, ...(failure !== undefined && { failure }) };
  }
}
