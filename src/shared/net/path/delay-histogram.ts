/**
 * How long datagrams waited: counts by logarithmic buckets, 16 to an octave, so that a quantile is
 * right to 4 % whatever the number of samples. One thread.
 */
const PER_OCTAVE = 16;
/** The last bucket begins at 2^40 µs, twelve days. */
const BUCKETS = 40 * PER_OCTAVE + 1;

export class DelayHistogram {
  count = 0;
  maximumMicros = 0;
  #sumMicros = 0;
  readonly #buckets = new Float64Array(BUCKETS);

  get meanMicros(): number {
    return this.count === 0 ? 0 : this.#sumMicros / this.count;
  }

  add(micros: number): void {
    this.count += 1;
    this.#sumMicros += micros;
    if (micros > this.maximumMicros) this.maximumMicros = micros;
    const bucket = Math.floor(PER_OCTAVE * Math.log2(1 + micros));
    this.#buckets[Math.min(bucket, BUCKETS - 1)] += 1;
  }

  addAll(other: DelayHistogram): void {
    this.count += other.count;
    this.maximumMicros = Math.max(this.maximumMicros, other.maximumMicros);
    this.#sumMicros += other.#sumMicros;
    other.#buckets.forEach((count, bucket) => (this.#buckets[bucket] += count));
  }

  /** The value that `share` of the samples do not exceed, in microseconds; 0 without samples. */
  quantile(share: number): number {
    let left = share * this.count;
    if (this.count === 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#buckets[bucket];
      if (left <= 0 && this.#buckets[bucket] > 0) return this.#middleOf(bucket);
    }
    return this.maximumMicros;
  }

  #middleOf(bucket: number): number {
    if (bucket === 0) return 0;
    return Math.min(2 ** ((bucket + 0.5) / PER_OCTAVE) - 1, this.maximumMicros);
  }
}
