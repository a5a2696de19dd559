/**
 * Bulk transfers over one bottleneck in virtual time: what each flow gets, what the queue is like,
 * and what is sent again. Each flow writes for ever; the run is cut off at its end.
 */
import { connectionOptions } from '#hawser/main/api/options/connection-options.js';
import { geometryOf, settingsOf } from '#hawser/shared/endpoint/plan.js';
import type { TransportStatistics } from '#hawser/shared/memory/statistics.js';
import { DelayHistogram } from '#hawser/shared/net/path/delay-histogram.js';
import { CLEAN_LINK, type LinkConditions } from '#hawser/shared/simulation/link-conditions.js';
import type { Life } from '#hawser/shared/simulation/life.js';
import type { LifePlan, Script, SimulationPlan } from '#hawser/shared/simulation/plan.js';
import { SharedBottleneck } from '#hawser/shared/simulation/shared-bottleneck.js';
import type { CongestionName } from '#hawser/shared/transport/congestion/choice.js';

/** A peer that is not on this host. */
const REMOTE = { host: '192.0.2.1', port: 1 };
const ENDLESS = 1e12;
const SAMPLE_MICROS = 1_000;

export interface Flow {
  readonly congestion: CongestionName;
  readonly startMs?: number;
  /** Stops writing after so many bytes. */
  readonly bytes?: number;
}

export interface Scene {
  readonly seed: number;
  readonly seconds: number;
  /** From when on rates and delays are measured; 0 by default. */
  readonly settledAfterSeconds?: number;
  readonly rttMs: number;
  /** Infinity by default. */
  readonly bytesPerSecond?: number;
  /** In bandwidth–delay products; 1 by default. */
  readonly queue?: number;
  /** The way of the data, and that of the acknowledgments; by default they only delay. */
  readonly link?: Partial<LinkConditions>;
  readonly backLink?: Partial<LinkConditions>;
  readonly flows: readonly Flow[];
}

export interface FlowResult {
  /** Stream bytes that have arrived at the peer, each once, a second of the settled time. */
  readonly bytesPerSecond: number;
  readonly bytes: number;
  readonly statistics: TransportStatistics;
  readonly retransmissions: number;
  /** When each 100 ms ended, the bytes read so far. */
  readonly course: readonly number[];
  readonly writer: Life;
}

export interface SceneResult {
  readonly flows: readonly FlowResult[];
  readonly queueing: DelayHistogram;
}

const WRITE_PACE = {
  pieceBytes: { least: 65_536, most: 65_536 },
  pauseRate: 0,
  pauseMicros: { least: 0, most: 0 },
};

/** Bytes a second that a link of so many megabits a second carries. */
export function megabits(count: number): number {
  return (count * 1e6) / 8;
}

export function playScene(scene: Scene): SceneResult {
  const { bytesPerSecond = Infinity, queue = 1, rttMs, seconds } = scene;
  const queueBytes = bytesPerSecond < Infinity ? bytesPerSecond * (rttMs / 1e3) * queue : Infinity;
  const plans = scene.flows.map((flow, at) => planOf(scene, flow, at));
  const unlimited = { bytesPerSecond: Infinity, queueBytes: Infinity };
  const shared = new SharedBottleneck([{ bytesPerSecond, queueBytes }, unlimited], plans);
  const recorder = new SceneRecorder(shared, scene);
  shared.run(seconds * 1e6);
  return recorder.result();
}

class SceneRecorder {
  readonly #queueing = new DelayHistogram();
  readonly #courses: number[][];
  #settledBytes: number[];

  constructor(
    private readonly shared: SharedBottleneck,
    private readonly scene: Scene,
  ) {
    const { settledAfterSeconds = 0 } = scene;
    this.#courses = scene.flows.map(() => []);
    this.#settledBytes = scene.flows.map(() => 0);
    const { agenda } = shared;
    agenda.at(settledAfterSeconds * 1e6, () => {
      this.#settledBytes = this.#arrived();
      this.#sampleQueue();
    });
    agenda.at(1e5, () => {
      this.#sampleCourse();
    });
  }

  result(): SceneResult {
    const { seconds, settledAfterSeconds = 0 } = this.scene;
    const read = this.#read();
    const arrived = this.#arrived();
    const flows = this.shared.flows.map(({ lives }, at) => {
      const writer = lives[0][0];
      const statistics = writer.statistics();
      return {
        bytesPerSecond: (arrived[at] - this.#settledBytes[at]) / (seconds - settledAfterSeconds),
        bytes: read[at],
        statistics,
        retransmissions:
          statistics.retransmittedByProbe +
          statistics.retransmittedByReordering +
          statistics.retransmittedByTimeout,
        course: this.#courses[at],
        writer,
      };
    });
    return { flows, queueing: this.#queueing };
  }

  /** Also behind a gap: what is read comes in jumps where datagrams are lost. */
  #arrived(): number[] {
    return this.shared.flows.map(
      ({ lives }) => lives[1].at(0)?.statistics().payloadBytesReceived ?? 0,
    );
  }

  #read(): number[] {
    return this.shared.flows.map(({ lives }) => lives[1].at(0)?.progress.read ?? 0);
  }

  #sampleQueue(): void {
    const { agenda, bottlenecks } = this.shared;
    this.#queueing.add(bottlenecks[0].waitMicros(agenda.nowMicros));
    agenda.after(SAMPLE_MICROS, () => {
      this.#sampleQueue();
    });
  }

  #sampleCourse(): void {
    this.#read().forEach((bytes, at) => this.#courses[at].push(bytes));
    this.shared.agenda.after(1e5, () => {
      this.#sampleCourse();
    });
  }
}

function planOf(scene: Scene, flow: Flow, at: number): SimulationPlan {
  const { bytes = ENDLESS } = flow;
  const write: Script = [{ do: 'write', bytes }, { do: 'end' }];
  const read: Script = [{ do: 'read', bytes: Infinity }];
  const back = { ...CLEAN_LINK, delayMicros: (scene.rttMs * 1e3) / 2 };
  return {
    seed: scene.seed * 64 + at,
    lives: [[lifeOf(flow, write, true)], [lifeOf(flow, read, false)]],
    links: [
      { ...back, ...scene.link },
      { ...back, ...scene.backLink },
    ],
    limitMicros: Infinity,
    limitEvents: Infinity,
  };
}

function lifeOf({ congestion, startMs = 0 }: Flow, script: Script, isOpener: boolean): LifePlan {
  const plan = connectionOptions({ congestion, noDelay: true });
  return {
    settings: settingsOf(plan, isOpener, REMOTE),
    geometry: geometryOf(plan, REMOTE),
    startAfterMicros: startMs * 1e3,
    scripts: [script],
    writePace: WRITE_PACE,
    readPace: WRITE_PACE,
    clockOriginMicros: 0,
    wallClockErrorMicros: 0,
    wakeLatencyMicros: 50,
    sendIntervalMicros: 0,
  };
}
