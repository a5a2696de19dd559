/**
 * `npm run bench:guard`: have the ratios moved since they were committed? Ends with 1 if one has got
 * worse by more than the noise. Not part of the tests: it needs a machine that is left alone.
 */
import { Command } from 'commander';
import { selfTest } from '#hawser/shared/net/batched-self-test.js';
import { positiveNumber, positiveWholeNumber } from '../support/flags.js';
import { machine } from '../support/report.js';
import { compare, readBaseline, writeBaseline } from './baseline.js';
import { measureRatios } from './ratios.js';

interface Flags {
  readonly runs: number;
  readonly seconds: number;
  readonly update?: true;
}

const flags = new Command('bench:guard')
  .description('Compares Hawser’s ratios to TCP and to copying memory with the committed ones.')
  .option('--runs <n>', 'how often each is measured', positiveWholeNumber, 7)
  .option('--seconds <s>', 'how long each measurement should take', positiveNumber, 1)
  .option('--update', 'write what is measured as the new baseline')
  .parse()
  .opts<Flags>();

const refusal = await selfTest();
if (refusal !== undefined) console.log(`watching dgram, not batched: ${refusal}`);
const contender = refusal === undefined ? 'hawser-batched' : 'hawser-dgram';
const ratios = await measureRatios(contender, flags.runs, flags.seconds);

if (flags.update === true) {
  writeBaseline({
    machine: machine(),
    measuredAt: new Date().toISOString(),
    runs: flags.runs,
    ratios,
  });
  console.log('bench/baseline.json written');
  for (const { line } of compare(ratios, {})) console.log(line);
} else {
  const baseline = readBaseline();
  const measured = baseline && `${baseline.machine}, ${baseline.measuredAt}`;
  console.log(
    `now:      ${machine()}\nbaseline: ${measured ?? 'none yet, write one with --update'}`,
  );
  const comparisons = compare(ratios, baseline?.ratios ?? {});
  for (const { line } of comparisons) console.log(line);
  process.exitCode = comparisons.some(({ verdict }) => verdict === 'worse') ? 1 : 0;
}
