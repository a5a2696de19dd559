/** The simulation of one connection of a sweep: one side writes, the other reads. */
import { DEFAULT_CONNECTION } from '../endpoint/default-connection.js';
import { geometryOf, settingsOf } from '../endpoint/plan.js';
import type { Pace } from '../simulation/applications.js';
import { CLEAN_LINK } from '../simulation/link-conditions.js';
import type { LifePlan, Script, SimulationPlan } from '../simulation/plan.js';
import type { CongestionName } from '../transport/congestion/choice.js';
import { defaultSettings } from '../transport/settings.js';
import type { Scenario } from './scenario.js';

const SLOT_BYTES = 1440;
/** A documentation address of RFC 5737: not this host, so on the way is an Ethernet. */
const ELSEWHERE = { host: '192.0.2.1', port: 1 };
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
  const life = (script: Script, isOpener: boolean) =>
    lifePlan(scenario, congestion, script, startAfterMicros, isOpener);
  const link = {
    ...CLEAN_LINK,
    delayMicros: rttMs * 500,
    lossRate,
    maximumDeliveryDelayMicros: reorderingMs * 1e3,
  };
  return {
    seed: 1000 * seed + index,
    lives: [
      [life([{ do: 'write', bytes }, { do: 'end' }], true)],
      [life([{ do: 'read', bytes: Infinity }], false)],
    ],
    links: [link, link],
    limitMicros: Infinity,
    limitEvents: Infinity,
  };
}

function lifePlan(
  scenario: Scenario,
  congestion: CongestionName,
  script: Script,
  startAfterMicros: number,
  isOpener: boolean,
): LifePlan {
  const { windowSegments, acknowledgeEvery, acknowledgmentDelayMs, wakeLatencyMs } = scenario;
  const { settings, geometry } =
    windowSegments === null ? growing(congestion, isOpener) : fixed(congestion, windowSegments);
  return {
    settings: {
      ...settings,
      acknowledgeEvery,
      acknowledgmentDelayMicros: acknowledgmentDelayMs * 1e3,
    },
    geometry,
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

type Buffers = Pick<LifePlan, 'settings' | 'geometry'>;

/** Connections of the asynchronous API, between two hosts. */
function growing(congestion: CongestionName, isOpener: boolean): Buffers {
  const plan = { ...DEFAULT_CONNECTION, congestion };
  return { settings: settingsOf(plan, isOpener, ELSEWHERE), geometry: geometryOf(plan, ELSEWHERE) };
}

/** More slots than the window told, as a Streamer has them. */
function fixed(congestion: CongestionName, windowSegments: number): Buffers {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(4, windowSegments * 1.25)));
  return {
    settings: { ...defaultSettings, congestion, windowSegments },
    geometry: { sendSlots: slots, receiveSlots: slots, slotBytes: SLOT_BYTES },
  };
}
