/**
 * Repeatable randomness for simulated networks: xoroshiro128+ of pure-rand, frozen by golden tests.
 * The same seed gives the same decisions on every machine, Node version and release. Any thread.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export class RandomStream {
  constructor(private readonly generator: RandomGenerator) {}

  /** Uniform in [0, 1), with 53 random bits. */
  next(): number {
    const high = this.generator.next() >>> 5;
    const low = this.generator.next() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A uniform whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

/**
 * `count` streams of one seed that never overlap: 2^64 draws lie between their beginnings. With a
 * stream for each kind of decision, turning one impairment off leaves the others' decisions as
 * they were.
 */
export function randomStreams(seed: number, count: number): RandomStream[] {
  const generator = xoroshiro128plus(seed);
  return Array.from({ length: count }, () => {
    // Also before the first stream: the first draws after seeding differ little between small seeds.
    generator.jump();
    return new RandomStream(generator.clone());
  });
}
