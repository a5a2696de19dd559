/** What one connection of a running experiment has done. */
import type { Simulation } from '../simulation/simulation.js';
import type { CongestionName } from '../transport/congestion/choice.js';
import type { FlowOutcome } from './outcome.js';

interface SegmentCounts {
  /** Sent for the first time. */
  readonly segments: number;
  readonly sentAgain: number;
  /** Arrived although their data was there already. */
  readonly duplicates: number;
}

export class FlowMeter {
  /** When the reader had all there is; Infinity before. */
  completedAtMicros = Infinity;

  constructor(
    private readonly flow: Simulation,
    private readonly goalBytes: number,
  ) {}

  /** 0 before the reader has started. */
  get bytesRead(): number {
    return this.flow.lives[1].at(0)?.progress.read ?? 0;
  }

  /** To be called after each event. */
  note(): void {
    if (this.completedAtMicros < Infinity || this.bytesRead < this.goalBytes) return;
    this.completedAtMicros = this.flow.agenda.nowMicros;
  }

  counts(): SegmentCounts {
    const sent = this.flow.lives[0].at(0)?.statistics();
    const received = this.flow.lives[1].at(0)?.statistics();
    if (sent === undefined) return { segments: 0, sentAgain: 0, duplicates: 0 };
    const { retransmittedByReordering, retransmittedByTimeout, retransmittedByProbe } = sent;
    return {
      segments: sent.dataSegmentsSent,
      sentAgain: retransmittedByReordering + retransmittedByTimeout + retransmittedByProbe,
      duplicates: received?.duplicates ?? 0,
    };
  }

  outcome(congestion: CongestionName, elapsedSeconds: number, steadyMbit: number): FlowOutcome {
    const { segments, sentAgain } = this.counts();
    const [writer, reader] = this.flow.lives.map((lives) => lives.at(0));
    const startSeconds = (writer?.startedAtMicros ?? 0) / 1e6;
    const failure = writer?.failure ?? reader?.failure;
    return {
      congestion,
      goodputMbit: (this.bytesRead * 8e-6) / Math.max(1e-6, elapsedSeconds - startSeconds),
      steadyMbit,
      segments,
      sentAgain,
      smoothedRttMs: writer?.statistics().smoothedRttMs ?? null,
      ...(failure !== undefined && { failure }),
      ...(reader?.progress.wrongAt !== undefined && { failure: 'ERR_HAWSER_WRONG_DATA' }),
    };
  }
}
