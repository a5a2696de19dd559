/** Datagrams that no honest peer would send, drawn from a seed. */
import type { RandomStream } from '#hawser/shared/net/random.js';

const LARGEST_DATAGRAM_BYTES = 65_507;

/** The first two bits of a segment of this version, so that the parser gets further. */
const VERSION_BITS = 0b0100_0000;

/** Noise of every length: empty, huge, random through and through, and with a plausible start. */
export function noise(random: RandomStream): Uint8Array {
  const length = random.chance(0.02)
    ? random.below(LARGEST_DATAGRAM_BYTES + 1)
    : random.below(random.chance(0.5) ? 40 : 1600);
  const bytes = Uint8Array.from({ length }, () => random.below(256));
  if (random.chance(0.6) && length > 0) bytes[0] = VERSION_BITS | (bytes[0] & 0b0011_1111);
  if (random.chance(0.3)) bytes.fill(0, 1, 5);
  return bytes;
}

/** A real datagram with bits flipped, cut off, or with bytes appended. */
export function mutation(datagram: Uint8Array, random: RandomStream): Uint8Array {
  const kind = random.below(3);
  if (kind === 0) return datagram.slice(0, random.below(datagram.length));
  if (kind === 1) return Uint8Array.from([...datagram, ...noise(random).subarray(0, 20)]);
  const bytes = datagram.slice();
  const flips = 1 + random.below(4);
  for (let flip = 0; flip < flips; flip++) {
    // In the header more often than not: that is where a wrong bit can do most.
    const reach = random.chance(0.7) ? Math.min(24, bytes.length) : bytes.length;
    bytes[random.below(reach)] ^= 1 << random.below(8);
  }
  return bytes;
}
