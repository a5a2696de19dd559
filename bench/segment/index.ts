/**
 * What a segment of 1440 bytes costs in our own code, step by step: `node build/bench/segment/index.js`.
 * Each step's figure is the least of thousands of rounds of some 180 segments, so that it hardly
 * depends on what else the machine does; it is what the step costs a core that has nothing else to do.
 */
import { loadLibc } from '#hawser/shared/net/libc.js';
import { PAYLOAD_BYTES, Side } from './pair.js';

const ROUNDS = 8_000;
const WARM_UP_ROUNDS = 3_000;
const CHUNK_BYTES = 1 << 16;
const CHUNKS = 4;
const FEWEST_SEGMENTS = 150;

const STEPS = {
  write: 'copied into slots and summed up',
  output: 'headers, lists and tables for the kernel',
  input: 'compared, checked, copied into slots, published',
  acknowledge: 'acknowledgments composed and taken in',
  read: 'copied out of slots',
} as const;
type Step = keyof typeof STEPS;

const libc = await loadLibc();
const chunk = Uint8Array.from({ length: CHUNK_BYTES }, (_, at) => at * 31);
const piece = Buffer.allocUnsafeSlow(CHUNK_BYTES);
let nowMicros = 1_000;
const sender = new Side(libc, 0x11223344, nowMicros);
const receiver = new Side(libc, 0x55667788, nowMicros);
const spent: Record<Step, number> = { write: 0, output: 0, input: 0, acknowledge: 0, read: 0 };
const least: Record<string, number> = {};

introduce();
for (let round = 0; round < WARM_UP_ROUNDS; round++) play();
for (let round = 0; round < ROUNDS; round++) {
  for (const step of Object.keys(spent) as Step[]) spent[step] = 0;
  const segments = play() / PAYLOAD_BYTES;
  if (segments < FEWEST_SEGMENTS) continue;
  for (const [step, nanos] of Object.entries(spent)) {
    least[step] = Math.min(least[step] ?? Infinity, nanos / segments);
  }
}
for (const [step, what] of Object.entries(STEPS)) {
  console.log(`${least[step].toFixed(0).padStart(5)} ns  ${step.padEnd(12)} ${what}`);
}

/** Both sides write a little, so that each knows the other. */
function introduce(): void {
  for (const side of [sender, receiver]) side.application.writing.write(chunk, 0, 100, nowMicros);
  for (let turn = 0; turn < 6; turn++) {
    nowMicros += 50_000;
    exchange();
    for (const side of [sender, receiver]) side.listener.expire(nowMicros);
  }
  readAll();
}

function exchange(): void {
  sender.listener.output(nowMicros);
  sender.deliverTo(receiver, nowMicros);
  receiver.listener.output(nowMicros);
  receiver.deliverTo(sender, nowMicros);
}

/** One round trip of a bulk transfer. Returns the bytes written. */
function play(): number {
  nowMicros += 200;
  const written = timed('write', () => {
    let bytes = 0;
    for (let i = 0; i < CHUNKS; i++) {
      bytes += sender.application.writing.write(chunk, 0, CHUNK_BYTES, nowMicros);
    }
    return bytes;
  });
  timed('output', () => {
    sender.listener.output(nowMicros);
  });
  timed('input', () => {
    sender.deliverTo(receiver, nowMicros);
  });
  timed('acknowledge', () => {
    receiver.listener.output(nowMicros);
    receiver.deliverTo(sender, nowMicros);
  });
  timed('output', () => {
    sender.listener.output(nowMicros);
  });
  timed('read', readAll);
  return written;
}

function readAll(): void {
  const { reading } = receiver.application;
  for (;;) {
    const bytes = reading.readableBytes(piece.length);
    if (bytes <= 0) return;
    reading.read(piece, 0, bytes);
  }
}

function timed<Result>(step: Step, run: () => Result): Result {
  sender.networkNanos = receiver.networkNanos = 0;
  const began = process.hrtime.bigint();
  const result = run();
  const nanos = Number(process.hrtime.bigint() - began);
  spent[step] += nanos - sender.networkNanos - receiver.networkNanos;
  return result;
}
