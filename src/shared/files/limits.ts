/** How much a receiver takes in its life, over all senders. File thread. */
import { FileFailure } from './status.js';

export interface LimitOptions {
  readonly files: number;
  readonly bytes: number;
}

export class Limits {
  #files = 0;
  #bytes = 0;

  constructor(private readonly options: LimitOptions) {}

  /** Counts a file, or a folder that is new, in. Throws `limit` if it is one too many. */
  admitFile(bytes: number): void {
    if (this.#files >= this.options.files) {
      throw new FileFailure('limit', `the receiver takes no more than ${this.options.files} files`);
    }
    this.admitBytes(bytes);
    this.#files += 1;
  }

  admitBytes(bytes: number): void {
    if (this.#bytes + bytes > this.options.bytes) {
      const { bytes: most } = this.options;
      throw new FileFailure('limit', `the receiver takes no more than ${most} bytes altogether`);
    }
    this.#bytes += bytes;
  }

  /** A file that was counted in has not been stored. */
  giveBack(bytes: number): void {
    this.#files -= 1;
    this.#bytes -= bytes;
  }
}
