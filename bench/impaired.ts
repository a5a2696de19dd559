/**
 * `npm run bench:impaired [runs]`: goodput through the classroom's simulator, every byte checked.
 *
 * With the course's pause of 10 ms the simulator lets 100 datagrams a second through, of which
 * 0.9 × 0.9 arrive whole: that is the most a transport can do. Without the pause there is no such
 * bound, and what breaks most transports is reordering taken for loss.
 */
import { machine, show, spread, countFromArguments } from './support/report.js';
import { runTransfer, type TransferResult } from './support/transfer.js';

const PAYLOAD_BYTES = 1440;
const DATAGRAMS_PER_SECOND = 100;
const DELIVERY_PROBABILITY = 0.9 * 0.9;
const IDEAL_MEGABYTES = (DATAGRAMS_PER_SECOND * PAYLOAD_BYTES * DELIVERY_PROBABILITY) / 1e6;
const STORM = { lossRate: 0.1, corruptionRate: 0.1, maxDeliveryDelayMs: 100 };

const runs = countFromArguments(5);
console.log(machine());

const paced = await transfers(3e6, 1024, { ...STORM, sendIntervalMs: 10 });
console.log(`\nstorm with a send interval of 10 ms, 3 MB, ${runs} seeds: median (least – most)`);
console.log(`  MB/s                              ${rates(paced, 1, 4)}`);
console.log(`  share of what can get through     ${rates(paced, IDEAL_MEGABYTES, 3)}`);

const storm = await transfers(100e6, 16_384, STORM);
console.log(`\nstorm without a rate limit, 100 MB, window 16384, ${runs} seeds`);
console.log(`  MB/s                              ${rates(storm, 1, 1)}`);
console.log(`  datagrams sent a segment          ${perSegment(storm)}`);

const shuffled = await transfers(100e6, 4096, { maxDeliveryDelayMs: 100 });
console.log(`\nonly reordering, 0–100 ms, 100 MB, window 4096, ${runs} seeds`);
console.log(`  MB/s                              ${rates(shuffled, 1, 1)}`);
console.log(`  datagrams sent a segment          ${perSegment(shuffled)}`);

async function transfers(bytes: number, windowSegments: number, impairment: object) {
  const results: TransferResult[] = [];
  for (let run = 0; run < runs; run++) {
    const seedOf = (direction: string) => 2 * run + (direction === 'send' ? 1 : 2);
    results.push(
      await runTransfer(bytes, (direction) => ({
        windowSegments,
        impairment: { ...impairment, seed: seedOf(direction) },
      })),
    );
  }
  return results;
}

function rates(results: readonly TransferResult[], unit: number, digits: number): string {
  return show(spread(results.map((result) => result.megabytesPerSecond / unit)), digits);
}

function perSegment(results: readonly TransferResult[]): string {
  const costs = results.map(({ sender }) => {
    const { datagramsSent, dataSegmentsSent } = sender.statistics;
    return datagramsSent / dataSegmentsSent;
  });
  return show(spread(costs), 3);
}
