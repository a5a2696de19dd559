/** Looks at a running experiment at equal distances of virtual time. */
import type { Bottleneck } from '../net/path/bottleneck.js';
import type { Agenda } from '../simulation/agenda.js';
import type { FlowMeter } from './flow-meter.js';
import type { Series } from './outcome.js';

const SAMPLES = 120;

export class Sampler {
  readonly #atMs: number[] = [];
  readonly #queueMs: number[] = [];
  /** By connection, then by look. */
  readonly #bytes: number[][];

  constructor(
    private readonly agenda: Agenda,
    private readonly bottleneck: Bottleneck,
    private readonly meters: readonly FlowMeter[],
    seconds: number,
  ) {
    this.#bytes = meters.map(() => []);
    const intervalMicros = (seconds * 1e6) / SAMPLES;
    for (let sample = 0; sample <= SAMPLES; sample++) {
      agenda.at(sample * intervalMicros, () => {
        this.#look();
      });
    }
  }

  series(): Series {
    const kilobytes = this.#bytes.map((looks) => looks.map((bytes) => Math.round(bytes / 1e3)));
    return { atMs: this.#atMs, queueMs: this.#queueMs, kilobytes };
  }

  /** Bytes read by connection `index` by the first look at or after `seconds`. */
  bytesAt(index: number, seconds: number): number {
    const look = this.#atMs.findIndex((atMs) => atMs >= 1e3 * seconds);
    return this.#bytes[index].at(look) ?? 0;
  }

  #look(): void {
    const { nowMicros } = this.agenda;
    this.#atMs.push(Math.round(nowMicros / 1e3));
    this.#queueMs.push(Math.round(this.bottleneck.waitMicros(nowMicros) / 10) / 100);
    this.meters.forEach((meter, index) => {
      this.#bytes[index].push(meter.bytesRead);
    });
  }
}
