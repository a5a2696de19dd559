/**
 * What a thread works in while it is busy with one connection: too large for each connection to have
 * its own. Private to its thread. Nothing in it outlives a call, except that what arrives is staged
 * until `Input.endBatch`, which therefore comes before another connection's datagrams.
 */
import { HeaderSequence } from '../wire/header-sequence.js';
import { Segment } from '../wire/segment.js';
import { TrainVerifier } from '../wire/train.js';
import { Staging } from './staging.js';

export class Scratch {
  readonly outgoing = new Segment();
  readonly reset = new Segment();
  /** Ended before each run. */
  readonly sequence = new HeaderSequence();
  #incoming: Incoming | undefined;

  /** Made when first asked for: only listeners receive. */
  get incoming(): Incoming {
    return (this.#incoming ??= {
      segment: new Segment(),
      verifier: new TrainVerifier(),
      staging: new Staging(),
    });
  }
}

export interface Incoming {
  readonly segment: Segment;
  readonly verifier: TrainVerifier;
  readonly staging: Staging;
}
