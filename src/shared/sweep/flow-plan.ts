/** The simulation of one connection of a sweep: one side writes, the other reads. */
import type { Pace } from '../simulation/applications.js';
import { CLEAN_LINK } from '../simulation/link-conditions.js';
import type { LifePlan, Script, SimulationPlan } from '../simulation/plan.js';
import type { CongestionName } from '../transport/congestion/choice.js';
import { defaultSettings } from '../transport/settings.js';
import type { Scenario } from './scenario.js';

const SLOT_BYTES = 1440;
/** Connections start one after the other, so that the later ones have to find room. */
const STAGGER_SHARE = 0.05;

const HURRIED: Pace = {
  pieceBytes: { least: 65_536, most: 65_536 },
  pauseRate: 0,
  pauseMicros: { least: 0, most: 0 },
};

/** Connection number `index` of the scenario. */
export function flowPlan(scenario: Scenario, index: number): SimulationPlan {
  const { rttMs, lossRate, reorderingMs, megabytes, seconds, seed } = scenario;
  const startAfterMicros = index * seconds * STAGGER_SHARE * 1e6;
  const congestion = scenario.flows[index];
  const bytes = megabytes === null ? Infinity : megabytes * 1e6;
  const life = (script: Script) => lifePlan(scenario, congestion, script, startAfterMicros);
  const link = {
    ...CLEAN_LINK,
    delayMicros: rttMs * 500,
    lossRate,
    maximumDeliveryDelayMicros: reorderingMs * 1e3,
  };
  return {
    seed: 1000 * seed + index,
    lives: [
      [life([{ do: 'write', bytes }, { do: 'end' }])],
      [life([{ do: 'read', bytes: Infinity }])],
    ],
    links: [link, link],
    limitMicros: Infinity,
    limitEvents: Infinity,
  };
}

function lifePlan(
  { windowSegments, acknowledgeEvery, acknowledgmentDelayMs, wakeLatencyMs }: Scenario,
  congestion: CongestionName,
  script: Script,
  startAfterMicros: number,
): LifePlan {
  // More slots than the window told, as a Streamer has them.
  const slots = 2 ** Math.ceil(Math.log2(Math.max(4, windowSegments * 1.25)));
  return {
    settings: {
      ...defaultSettings,
      congestion,
      windowSegments,
      acknowledgeEvery,
      acknowledgmentDelayMicros: acknowledgmentDelayMs * 1e3,
    },
    geometry: { sendSlots: slots, receiveSlots: slots, slotBytes: SLOT_BYTES },
    startAfterMicros,
    scripts: [script],
    writePace: HURRIED,
    readPace: HURRIED,
    clockOriginMicros: 1e9,
    wallClockErrorMicros: 0,
    wakeLatencyMicros: wakeLatencyMs * 1e3,
    sendIntervalMicros: 0,
  };
}
