/**
 * The receive window over virtual networks: it grows to what the path and the reader are worth, and
 * no further.
 */
import test from 'ava';

import { ReceiveWord, SendWord, TuningValue } from '#hawser/shared/memory/layout.js';
import { type LinkConditions, CLEAN_LINK } from '#hawser/shared/simulation/link-conditions.js';
import type { LifePlan, Script, SimulationPlan } from '#hawser/shared/simulation/plan.js';
import { Simulation } from '#hawser/shared/simulation/simulation.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';

import { hurried, ordinaryLife } from './support/drawing.js';

const MEGABYTE = 1e6;
/** 100 ms × 1 Gbit/s, with a queue of as much. */
const LONG_AND_FAT = { delayMicros: 50_000, bytesPerSecond: 125e6, queueBytes: 12.5e6 };
const PRODUCT_BYTES = 12.5e6;

const write = (bytes: number): Script => [{ do: 'write', bytes }, { do: 'end' }];
const readAll: Script = [{ do: 'read', bytes: Infinity }];

interface Case {
  readonly bytes: number;
  readonly link: Partial<LinkConditions>;
  readonly slotBytes?: number;
  readonly readPace?: LifePlan['readPace'];
  readonly settings?: Partial<LifePlan['settings']>;
  readonly rings?: Partial<LifePlan['geometry']>;
}

function planOf({ bytes, link, slotBytes = 1440, ...one }: Case): SimulationPlan {
  const [random] = randomStreams(1, 1);
  const conditions = { ...CLEAN_LINK, maximumDatagramBytes: Infinity, ...link };
  const life = (scripts: readonly Script[]) =>
    ordinaryLife(random, {
      scripts,
      startAfterMicros: 0,
      wakeLatencyMicros: 50,
      writePace: { ...hurried, pieceBytes: { least: 65_536, most: 65_536 } },
      readPace: one.readPace ?? { ...hurried, pieceBytes: { least: 65_536, most: 65_536 } },
      geometry: { sendSlots: 16_384, receiveSlots: 16_384, slotBytes, ...one.rings },
      settings: {
        ...defaultSettings,
        windowSegments: 16_000,
        initialWindowSegments: 128,
        receiveBytes: 32 * MEGABYTE,
        maximumDatagramBytes: slotBytes + 32,
        initialDatagramBytes: slotBytes + 32,
        ...one.settings,
      },
    });
  return {
    seed: 1,
    lives: [[life([write(bytes), readAll])], [life([write(0), readAll])]],
    links: [conditions, conditions],
    limitMicros: 600e6,
    limitEvents: 5e6,
  };
}

interface Outcome {
  readonly seconds: number;
  readonly windowBytes: number;
  /** Slots in use at the end: the sender's, the receiver's. */
  readonly rings: readonly number[];
}

/** Without the judges of other simulations: they look at every slot after every event. */
function outcomeOf(t: { is(a: unknown, b: unknown): void }, one: Case): Outcome {
  const simulation = new Simulation(planOf(one));
  t.is(simulation.run(), 'all ended');
  const receiver = simulation.lives[1][0];
  t.is(receiver.progress.wrongAt, undefined);
  t.is(receiver.statistics().payloadBytesDelivered, one.bytes);
  return {
    seconds: simulation.agenda.nowMicros / 1e6,
    windowBytes: receiver.endpoint.memory.tuning[TuningValue.windowBytes],
    rings: [
      simulation.lives[0][0].endpoint.memory.send[SendWord.ringSlots],
      receiver.endpoint.memory.receive[ReceiveWord.ringSlots],
    ],
  };
}

test('a window that begins small grows to fill a path of 100 ms and 1 Gbit/s', (t) => {
  const { seconds, windowBytes } = outcomeOf(t, { bytes: 40 * MEGABYTE, link: LONG_AND_FAT });
  t.true(windowBytes >= PRODUCT_BYTES, `${windowBytes} bytes`);
  t.true(seconds < 2, `${seconds} s, of which the link alone takes 0.4`);
});

test('rings that begin small grow with it, on both sides', (t) => {
  const bounds = { congestion: 'bbr', receiveBytes: 2 ** 24, sendBytes: 2 ** 24 } as const;
  const { seconds, rings } = outcomeOf(t, {
    bytes: 60 * MEGABYTE,
    link: LONG_AND_FAT,
    settings: { ...bounds, initialSendBytes: 2 ** 20, maximumDatagramBytes: 1472 },
    rings: { firstSendSlots: 256, firstReceiveSlots: 256 },
  });
  t.log(`${seconds.toFixed(2)} s, rings of ${rings.join(' and ')} slots`);
  for (const slots of rings) t.true(slots * 1440 > PRODUCT_BYTES, `${slots} slots`);
  t.true(seconds < 3, `${seconds} s, of which the link alone takes 0.5`);
});

test('it grows no further than the limit in bytes, whatever the size of segments', (t) => {
  for (const slotBytes of [1440, 8936]) {
    const settings = { receiveBytes: 2 * MEGABYTE };
    const one = { bytes: 20 * MEGABYTE, link: LONG_AND_FAT, slotBytes, settings };
    const { windowBytes, seconds } = outcomeOf(t, one);
    t.true(windowBytes <= 2 * MEGABYTE, `${windowBytes} bytes`);
    // Not more than a window a round trip.
    t.true(seconds > 1, `${seconds} s`);
  }
});

test('a slow reader does not let it grow', (t) => {
  const readPace = {
    pieceBytes: { least: 10_000, most: 10_000 },
    pauseRate: 1,
    pauseMicros: { least: 100_000, most: 100_000 },
  };
  const { windowBytes } = outcomeOf(t, { bytes: 2 * MEGABYTE, link: LONG_AND_FAT, readPace });
  t.true(windowBytes < 2 * 128 * 1440, `${windowBytes} bytes`);
});

test('a window that begins at its largest never changes', (t) => {
  const settings = {
    windowSegments: 1024,
    initialWindowSegments: Infinity,
    receiveBytes: Infinity,
  };
  const { windowBytes } = outcomeOf(t, { bytes: 5 * MEGABYTE, link: LONG_AND_FAT, settings });
  t.is(windowBytes, 0);
});
