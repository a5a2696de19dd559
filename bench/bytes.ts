/**
 * `npm run bench:bytes [runs]`: how close the classroom's run comes to the fewest possible bytes.
 *
 * Nothing can beat 3 datagrams each way, 2 × (3890 + 3 × 46) = 8056 Ethernet bytes. Under the
 * course's impairments a perfect sender pays that divided by the probability that a datagram
 * arrives whole, 0.9 × 0.9.
 */
import { playClassroom } from './support/classroom-run.js';
import { countFromArguments, machine, show, spread } from './support/report.js';

const FLOOR_BYTES = 8056;
const DELIVERY_PROBABILITY = 0.9 * 0.9;
const PORTS = [28_100, 28_101] as const;

const runs = countFromArguments(7);
console.log(machine());

const clean = await playAll(() => []);
console.log(`\nunimpaired, 1000 numbers, ${runs} runs: median (least – most)`);
console.log(
  `  Ethernet bytes, both sides   ${show(spread(clean.map((run) => run.ethernetBytes)), 0)}`,
);
console.log(`  over the floor of ${FLOOR_BYTES}       ${ratio(clean, FLOOR_BYTES)}`);
console.log(`  datagrams                    ${show(spread(clean.map((run) => run.datagrams)), 0)}`);
console.log(`  start to finish, ms          ${show(spread(clean.map((run) => run.wallMs)), 0)}`);

const expected = FLOOR_BYTES / DELIVERY_PROBABILITY;
const seeds = (run: number) => [
  '--part',
  'all',
  '--send-interval',
  '10',
  '--seed',
  String(run + 1),
];
const impaired = await playAll(seeds);
console.log(`\nloss 0.1, corruption 0.1, delay 0.1 s, send interval 10 ms, ${runs} seeds`);
console.log(
  `  Ethernet bytes, both sides   ${show(spread(impaired.map((run) => run.ethernetBytes)), 0)}`,
);
console.log(`  over a perfect sender, ${expected.toFixed(0)}  ${ratio(impaired, expected)}`);
console.log(`  start to finish, ms          ${show(spread(impaired.map((run) => run.wallMs)), 0)}`);

async function playAll(flagsOf: (run: number) => readonly string[]) {
  const outcomes = [];
  for (let i = 0; i < runs; i++) outcomes.push(await playClassroom(PORTS, flagsOf(i)));
  return outcomes;
}

function ratio(outcomes: Awaited<ReturnType<typeof playAll>>, base: number): string {
  return show(spread(outcomes.map((run) => run.ethernetBytes / base)), 3);
}
