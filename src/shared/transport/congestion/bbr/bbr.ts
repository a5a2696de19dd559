/**
 * BBR version 3, draft-ietf-ccwg-bbr: models bandwidth and round-trip time of the path, paces by the
 * one and keeps in flight what both together say. What differs from the draft: losses that the path
 * has anyway are no congestion and are made up for (ambient-loss.ts); where datagrams overtake each
 * other the pipe is longer than the smallest RTT (pipe.ts); and an RTT near the smallest counts as
 * seeing it again (minimum-rtt.ts). Needs the send lock.
 */
import type { ConnectionMemory, SendLock } from '../../../memory/connection-memory.js';
import { BbrValue, CongestionValue } from '../../../memory/layout.js';
import type { CongestionAlgorithm, LostSegment } from '../algorithm.js';
import type { RateSample } from '../delivery-rate.js';
import { fullSize, initialWindow } from '../segment-size.js';
import type { BbrControls } from './controls.js';
import type { BbrModel } from './model.js';
import { BbrState, isProbingBandwidth } from './state.js';

export class Bbr implements CongestionAlgorithm {
  constructor(
    private readonly memory: ConnectionMemory,
    private readonly model: BbrModel,
    private readonly controls: BbrControls,
  ) {}

  initialize(nowMicros: number): void {
    this.model.initialize(nowMicros);
  }

  /** BBRHandleRestartFromIdle. */
  restarted(held: SendLock, nowMicros: number): void {
    const { bbr, congestion } = this.memory;
    if (congestion[CongestionValue.applicationLimitedUntil] === 0) return;
    bbr[BbrValue.idleRestart] = 1;
    this.model.aggregation.restart(held, nowMicros);
    const state = bbr[BbrValue.state];
    if (isProbingBandwidth(state)) this.controls.paceAtBandwidth(held);
    else if (state === BbrState.probeRtt) this.model.probeRtt.endIfDone(held, nowMicros);
  }

  /** BBRUpdateOnACK. */
  acknowledged(held: SendLock, sample: RateSample): void {
    this.model.acknowledged(held, sample);
    this.controls.update(held, sample);
  }

  segmentLost(held: SendLock, lost: LostSegment, nowMicros: number): void {
    if (this.model.longTerm.lost(held, lost)) this.model.cycle.down(held, nowMicros);
  }

  /** BBRSaveStateUponLoss. */
  recoveryBegan(): void {
    const { bbr } = this.memory;
    bbr[BbrValue.undoState] = bbr[BbrValue.state];
    bbr[BbrValue.undoBandwidth] = bbr[BbrValue.shortTermBandwidth];
    bbr[BbrValue.undoShortTerm] = bbr[BbrValue.shortTermInFlight];
    bbr[BbrValue.undoLongTerm] = bbr[BbrValue.longTermInFlight];
  }

  /** BBROnEnterRTO. */
  timedOut(): void {
    const { bbr, congestion } = this.memory;
    const window = congestion[CongestionValue.windowBytes];
    this.recoveryBegan();
    bbr[BbrValue.savedWindow] = Math.max(bbr[BbrValue.savedWindow], window);
    const inFlight = congestion[CongestionValue.inFlightBytes];
    congestion[CongestionValue.windowBytes] = Math.min(window, inFlight + fullSize(this.memory));
  }

  /** The window grows again by what is delivered, up to what the model says. */
  persistentlyCongested(): void {
    const { bbr, congestion } = this.memory;
    bbr[BbrValue.savedWindow] = 0;
    congestion[CongestionValue.windowBytes] = initialWindow(this.memory);
  }

  /** BBRHandleSpuriousLossDetection. */
  undo(held: SendLock, nowMicros: number): void {
    this.controls.restoreWindow(held);
    this.model.undo(held, nowMicros);
  }
}
