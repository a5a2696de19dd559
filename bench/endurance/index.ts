/**
 * `npm run bench:endurance -- [--gigabytes 20]`: does memory grow while one connection carries much?
 * Two processes on loopback, the blocking API; the receiver compares every byte.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findFreePorts } from '#hawser/main/cli/free-ports.js';
import { Command } from 'commander';
import { positiveNumber } from '../support/flags.js';
import { machine } from '../support/report.js';
import { type EnduranceOutcome, type EnduranceTask, SAMPLES } from './application.js';

interface ProcessOutcome extends EnduranceOutcome {
  readonly peakMegabytes: number;
}

const SCRIPT = fileURLToPath(new URL('./process.js', import.meta.url));
const run = promisify(execFile);

const { gigabytes } = new Command('bench:endurance')
  .description('Resident memory of both processes while one connection carries much.')
  .option('--gigabytes <n>', 'how much it carries', positiveNumber, 20)
  .parse()
  .opts<{ gigabytes: number }>();

const [receiverPort, senderPort] = await findFreePorts(2);
const bytes = Math.ceil(gigabytes * 1e9);
console.log(machine());
const [receiver, sender] = await Promise.all([
  play({ direction: 'receive', bytes, localPort: receiverPort, remotePort: senderPort }),
  play({ direction: 'send', bytes, localPort: senderPort, remotePort: receiverPort }),
]);
console.log(`${gigabytes} GB in ${receiver.seconds.toFixed(1)} s, every byte compared`);
console.log(`resident MB after each ${100 / SAMPLES} % of it`);
report('sender', sender);
report('receiver', receiver);

async function play(task: EnduranceTask): Promise<ProcessOutcome> {
  const { stdout } = await run(process.execPath, [SCRIPT, JSON.stringify(task)]);
  return JSON.parse(stdout) as ProcessOutcome;
}

function report(side: string, { residentMegabytes, peakMegabytes }: ProcessOutcome): void {
  const samples = residentMegabytes.map((megabytes) => megabytes.toFixed(0).padStart(4)).join(' ');
  console.log(`  ${side.padEnd(9)}${samples}   peak ${peakMegabytes.toFixed(0)}`);
}
