/**
 * `node build/bench/relay/index.js [--rates 10000,50000] [--seconds 5]`: how exact the relay is, and what
 * it costs: datagrams through it at a steady rate, with a delay that it is told to keep.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Command } from 'commander';

import type { SocketAddress } from '#hawser/shared/net/datagram-port.js';
import type { DelayHistogram } from '#hawser/shared/net/path/delay-histogram.js';
import { addressText } from '#hawser/shared/net/socket-address.js';
import type { RelayReport } from '#hawser/shared/relay/report.js';

import { machine } from '../support/report.js';
import { positiveNumber, positiveWholeNumber } from '../support/flags.js';
import { Generator } from './generator.js';

const DELAY_MS = 10;
const CLOCK_TICKS_PER_SECOND = 100;

const flags = new Command('bench:relay')
  .option('--rates <list>', 'datagrams a second', numbers, [10_000, 25_000, 50_000, 100_000])
  .option('--seconds <seconds>', 'each', positiveNumber, 5)
  .option('--bytes <bytes>', 'of a datagram', positiveWholeNumber, 1200)
  .option('--io <list>', 'batched, dgram', (text: string) => text.split(','), ['batched', 'dgram'])
  .parse()
  .opts<{ rates: number[]; seconds: number; bytes: number; io: string[] }>();

console.log(machine());
console.log(
  `${flags.bytes} bytes a datagram, delay ${DELAY_MS} ms, ${flags.seconds} s each; ms beyond the delay`,
);
for (const io of flags.io) {
  for (const rate of flags.rates) console.log(await measure(io, rate));
}

async function measure(io: string, datagramsPerSecond: number): Promise<string> {
  const generator = new Generator();
  const relay = await startRelay(io, generator.address);
  const cpuBefore = cpuSeconds(relay.child);
  const { sent, received, excess } = generator.run(relay.address, {
    datagramsPerSecond,
    seconds: flags.seconds,
    datagramBytes: flags.bytes,
    delayMicros: DELAY_MS * 1e3,
  });
  const cpu = (cpuSeconds(relay.child) - cpuBefore) / (flags.seconds + 1);
  const report = await relay.end();
  generator.close();
  const { medianMs, p99Ms, maximumMs } = report.lateness;
  return [
    io.padEnd(8),
    `${datagramsPerSecond}/s`.padStart(9),
    `arrived ${((100 * received) / sent).toFixed(2)} %`,
    `CPU ${(100 * cpu).toFixed(0)} %`,
    `end to end: ${quantiles(excess)}`,
    `relay's own: ${medianMs.toFixed(2)} / ${p99Ms.toFixed(2)} / ${maximumMs.toFixed(1)}`,
  ].join('   ');
}

function quantiles(delays: DelayHistogram): string {
  const shown = [0.5, 0.99, 0.999].map((share) => (delays.quantile(share) / 1e3).toFixed(2));
  return `${shown.join(' / ')} / ${(delays.maximumMicros / 1e3).toFixed(1)} (50, 99, 99.9 %, most)`;
}

async function startRelay(io: string, target: SocketAddress) {
  const to = ['--to', addressText(target), '--listen', '127.0.0.1:0', '--delay', `${DELAY_MS}ms`];
  const child = spawn(process.execPath, ['dist/main.js', 'relay', ...to, '--io', io, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const first = (await lines.next()).value as string;
  const port = Number(/:(\d+) to /.exec(first)?.[1]);
  const end = async (): Promise<RelayReport> => {
    child.kill('SIGINT');
    let last = first;
    for await (const line of { [Symbol.asyncIterator]: () => lines }) last = line;
    if (child.exitCode === null) await once(child, 'exit');
    return JSON.parse(last) as RelayReport;
  };
  return { child, address: { host: '127.0.0.1', port }, end };
}

/** User and system time of the process so far. */
function cpuSeconds({ pid }: ChildProcess): number {
  const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
}

function numbers(text: string): number[] {
  return text.split(',').map(positiveNumber);
}
