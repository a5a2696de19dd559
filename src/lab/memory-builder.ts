/**
 * How a program declares its shared memory. Every region has a name, which traces use; the explorer
 * hands out tracked views, a worker plain ones over the same bytes.
 */
export interface MemoryBuilder {
  /** Signed 32-bit words: a length (`slot[0]`, `slot[1]` …), or one label a word. */
  int32(name: string, words?: number | readonly string[]): Int32Array;
  /** Unsigned 32-bit words. */
  uint32(name: string, words?: number | readonly string[]): Uint32Array;
  /** Signed 64-bit words. */
  bigInt64(name: string, words?: number | readonly string[]): BigInt64Array;
  /** Doubles; plain access only. */
  float64(name: string, words?: number | readonly string[]): Float64Array;
  /** Bytes. */
  bytes(name: string, byteLength: number): Uint8Array;
  /** A whole buffer, for modules that lay out their own; build the views from it. */
  buffer(name: string, byteLength: number): SharedArrayBuffer;
  /** Names the word at `byteOffset` of a region made with {@link buffer}. */
  label(region: string, byteOffset: number, label: string): void;
}
