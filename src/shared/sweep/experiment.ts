/** Plays a scenario in virtual time and measures. Any thread, which is busy until the end. */
import { SharedBottleneck } from '../simulation/shared-bottleneck.js';
import { FlowMeter } from './flow-meter.js';
import { jainIndex, type Outcome, type QueueingOutcome } from './outcome.js';
import { flowPlan } from './flow-plan.js';
import { Sampler } from './sampler.js';
import { bytesPerSecond, queueBytes, type Scenario } from './scenario.js';

/** What comes before is the start, which fairness and steady goodput leave out. */
const STEADY_FROM = 1 / 3;

export function runExperiment(scenario: Scenario): Outcome {
  const bottleneck = { bytesPerSecond: bytesPerSecond(scenario), queueBytes: queueBytes(scenario) };
  const plans = scenario.flows.map((_, index) => flowPlan(scenario, index));
  const network = new SharedBottleneck([bottleneck, bottleneck], plans, (_life, simulation) => {
    meters[network.flows.indexOf(simulation)].note();
  });
  const meters = network.flows.map((flow) => new FlowMeter(flow, goalOf(scenario)));
  const sampler = new Sampler(network.agenda, network.bottlenecks[0], meters, scenario.seconds);
  network.run(scenario.seconds * 1e6);
  return outcomeOf(scenario, network, meters, sampler);
}

function goalOf({ megabytes }: Scenario): number {
  return megabytes === null ? Infinity : megabytes * 1e6;
}

function outcomeOf(
  scenario: Scenario,
  network: SharedBottleneck,
  meters: readonly FlowMeter[],
  sampler: Sampler,
): Outcome {
  const elapsedSeconds = Math.min(
    scenario.seconds,
    Math.max(...meters.map(({ completedAtMicros }) => completedAtMicros)) / 1e6,
  );
  const flows = meters.map((meter, index) => {
    const steadyBytes = meter.bytesRead - sampler.bytesAt(index, STEADY_FROM * elapsedSeconds);
    const steadyMbit = megabits(steadyBytes, (1 - STEADY_FROM) * elapsedSeconds);
    return meter.outcome(scenario.flows[index], elapsedSeconds, steadyMbit);
  });
  const goodputMbit = megabits(sumOf(meters.map((meter) => meter.bytesRead)), elapsedSeconds);
  return {
    elapsedSeconds,
    goodputMbit,
    share: shareOf(scenario, goodputMbit),
    steadyShare: shareOf(scenario, sumOf(flows.map(({ steadyMbit }) => steadyMbit))),
    queueing: queueingOf(scenario, network),
    ...sharesOfDatagrams(network, meters),
    fairness: jainIndex(flows.map(({ steadyMbit }) => steadyMbit)),
    flows,
    series: sampler.series(),
  };
}

function shareOf(scenario: Scenario, mbit: number): number | null {
  return scenario.rateMbit === null ? null : mbit / (scenario.rateMbit * (1 - scenario.lossRate));
}

function queueingOf(scenario: Scenario, network: SharedBottleneck): QueueingOutcome {
  const delays = network.queueing();
  const medianMs = delays.quantile(0.5) / 1e3;
  const fullMs = (1e3 * queueBytes(scenario)) / bytesPerSecond(scenario);
  return {
    medianMs,
    p95Ms: delays.quantile(0.95) / 1e3,
    maximumMs: delays.maximumMicros / 1e3,
    medianShare: scenario.rateMbit === null ? null : medianMs / fullMs,
  };
}

function sharesOfDatagrams({ flows }: SharedBottleneck, meters: readonly FlowMeter[]) {
  const counts = meters.map((meter) => meter.counts());
  const again = sumOf(counts.map(({ sentAgain }) => sentAgain));
  const withData = again + sumOf(counts.map(({ segments }) => segments));
  const needless = sumOf(counts.map(({ duplicates }) => duplicates));
  const forward = flows.map(({ links: [link] }) => link.figures);
  const dropped = sumOf(forward.map(({ droppedByQueue }) => droppedByQueue));
  const sent = sumOf(forward.map((figures) => figures.sent));
  const answers = sumOf(flows.map(({ links: [, link] }) => link.figures.sent));
  return {
    retransmittedShare: ratio(again, withData),
    needlessShare: ratio(needless, withData),
    droppedShare: ratio(dropped, sent),
    answersShare: ratio(answers, sent),
  };
}

function megabits(bytes: number, seconds: number): number {
  return ratio(bytes * 8e-6, seconds);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
