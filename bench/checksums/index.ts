/**
 * What a CRC-32 of a segment of 1440 bytes in shared memory costs, by whatever can compute it:
 * `node build/bench/checksums/index.js`. Least of many rounds, over a ring of segments as long as a
 * window.
 */
import { createRequire } from 'node:module';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { crc32, loadNativeCrc32 } from '#hawser/shared/wire/checksum.js';
import { installPeer } from '../peers/install.js';
import { HASH_WASM } from '../peers/packages.js';
import { machine } from '../support/report.js';

const SEGMENT_BYTES = 1440;
const SEGMENTS = 1024;
/** What one train of the kernel holds. */
const TRAIN_SEGMENTS = 44;
const TRAINS = Math.floor(SEGMENTS / TRAIN_SEGMENTS);
const ROUNDS = 300;

const ring = new Uint8Array(new SharedArrayBuffer(SEGMENTS * SEGMENT_BYTES));
for (let at = 0; at < ring.length; at++) ring[at] = at * 31;
const expected = zlibCrc32(segment(1));

console.log(machine());
await report();

async function report(): Promise<void> {
  const native = loadNativeCrc32(createRequire(import.meta.url));
  show('zlib.crc32', (at) => zlibCrc32(segment(at)));
  show('@node-rs/crc32', (at) => native(segment(at), 0));
  const wasm = await loadWasm();
  if (typeof wasm === 'string') console.log(`without WebAssembly: ${wasm}`);
  else show('WebAssembly, hash-wasm', (at) => wasm(segment(at)));
  show('@node-rs/crc32, 44 segments a call', (at) => native(train(at % TRAINS), 0), TRAIN_SEGMENTS);
  show('what Hawser calls', (at) => crc32(ring, at * SEGMENT_BYTES, (at + 1) * SEGMENT_BYTES, 0));
}

function segment(at: number): Uint8Array {
  return new Uint8Array(ring.buffer, at * SEGMENT_BYTES, SEGMENT_BYTES);
}

function train(at: number): Uint8Array {
  const bytes = TRAIN_SEGMENTS * SEGMENT_BYTES;
  return new Uint8Array(ring.buffer, at * bytes, bytes);
}

function show(name: string, sum: (at: number) => number, segments = 1): void {
  if (segments === 1 && sum(1) >>> 0 !== expected)
    throw new Error(`${name} computes something else`);
  const calls = segments === 1 ? SEGMENTS : TRAINS;
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.hrtime.bigint();
    for (let at = 0; at < calls; at++) sum(at);
    least = Math.min(least, Number(process.hrtime.bigint() - began) / calls / segments);
  }
  console.log(`${least.toFixed(0).padStart(6)} ns a segment  ${name}`);
}

interface HashWasm {
  readonly createCRC32: () => Promise<{
    init(): void;
    update(bytes: Uint8Array): void;
    digest(kind: 'hex'): string;
  }>;
}

/** The sum, or why there is none. */
async function loadWasm(): Promise<((bytes: Uint8Array) => number) | string> {
  const installation = await installPeer(HASH_WASM);
  if ('reason' in installation) return installation.reason;
  const { createCRC32 } = (await import(installation.entry)) as HashWasm;
  const hasher = await createCRC32();
  return (bytes) => {
    hasher.init();
    hasher.update(bytes);
    return Number.parseInt(hasher.digest('hex'), 16);
  };
}
