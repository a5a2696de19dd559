/**
 * Which bytes of segments that come in parts are there (docs/wire-format.md, A.10). The bytes lie in
 * their receive slot already; a slot is published when nothing is missing. The listener's own, on its
 * thread alone: parts are not acknowledged, so they may be forgotten at any time.
 */
import type { Segment } from '../wire/segment.js';
import { distance, type SegmentNumber } from '../wire/serial.js';

/** Parts of more segments at once, or with more gaps in one, are not kept. */
const MAXIMUM_SEGMENTS = 1024;
const MAXIMUM_RANGES = 128;

interface Coverage {
  readonly totalBytes: number;
  readonly fin: boolean;
  /** What has arrived: ascending, with gaps between. */
  readonly ranges: [start: number, end: number][];
}

export class Assemblies {
  readonly #bySegment = new Map<SegmentNumber, Coverage>();

  /**
   * Whether the whole of a segment, of which this may be a part, is as its parts so far have said. It is
   * if there are none.
   */
  agreesWith({ segmentNumber: number, fin }: Segment, totalBytes: number): boolean {
    const known = this.#bySegment.get(number);
    return known === undefined || (known.totalBytes === totalBytes && known.fin === fin);
  }

  /**
   * Notes a part that agrees with those before, bytes [start, end) of `totalBytes`. True if its segment
   * is complete with it, which is then forgotten here.
   */
  add(segment: Segment, start: number, end: number, totalBytes: number): boolean {
    const number = segment.segmentNumber;
    const coverage = this.#coverageOf(number, segment.fin, totalBytes);
    if (coverage === undefined) return false;
    insert(coverage.ranges, start, end);
    const complete = coverage.ranges[0][0] === 0 && coverage.ranges[0][1] === totalBytes;
    if (complete || coverage.ranges.length > MAXIMUM_RANGES) this.#bySegment.delete(number);
    return complete;
  }

  /** Forgets what is before `receiveNext`: it came whole in the end. */
  forgetBefore(receiveNext: SegmentNumber): void {
    for (const segment of this.#bySegment.keys()) {
      if (distance(segment, receiveNext) < 0) this.#bySegment.delete(segment);
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#bySegment.clear();
  }

  #coverageOf(number: SegmentNumber, fin: boolean, totalBytes: number): Coverage | undefined {
    const known = this.#bySegment.get(number);
    if (known !== undefined) return known;
    if (this.#bySegment.size === MAXIMUM_SEGMENTS && !this.#makeRoomFor(number)) return undefined;
    const coverage: Coverage = { totalBytes, fin, ranges: [] };
    this.#bySegment.set(number, coverage);
    return coverage;
  }

  /** All wait for what is missing first, so the one furthest ahead gives way to it. */
  #makeRoomFor(number: SegmentNumber): boolean {
    let furthest = number;
    for (const segment of this.#bySegment.keys()) {
      if (distance(segment, furthest) > 0) furthest = segment;
    }
    return this.#bySegment.delete(furthest);
  }
}

/** Adds [start, end), and joins it with the ranges it touches. */
function insert(ranges: [start: number, end: number][], start: number, end: number): void {
  const first = ranges.findIndex((range) => range[1] >= start);
  if (first === -1) {
    ranges.push([start, end]);
    return;
  }
  let after = first;
  let from = start;
  let to = end;
  for (; after < ranges.length && ranges[after][0] <= end; after++) {
    from = Math.min(from, ranges[after][0]);
    to = Math.max(to, ranges[after][1]);
  }
  ranges.splice(first, after - first, [from, to]);
}
