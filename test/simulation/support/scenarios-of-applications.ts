/** Scenarios about what applications do, and about windows and numbers. */
import {
  chunky,
  geometryFor,
  hurried,
  ordinaryLife,
  ordinarySettings,
  oneOf,
  upTo,
  within,
} from './drawing.js';
import { between, duplex, duplexBut, exchange, SECOND, type Scenarios } from './scenario.js';

export const applicationScenarios: Scenarios = {
  slowReader: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        maximumDeliveryDelayMicros: upTo(random, 5_000),
      };
      return between(random, link, () =>
        duplexBut(random, {
          readPace: {
            pieceBytes: { least: 1, most: 1 + upTo(random, 4_000) },
            pauseRate: within(random, 0.01, 0.5),
            pauseMicros: { least: 0, most: upTo(random, SECOND) },
          },
        }),
      );
    },
  },
  readerThatPausesForLong: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const pausing = duplexBut(random, {
        scripts: [
          [
            { do: 'pause', micros: within(random, SECOND, 20 * SECOND) },
            { do: 'read', bytes: 5_000 },
            { do: 'pause', micros: within(random, SECOND, 40 * SECOND) },
            { do: 'read', bytes: Infinity },
          ],
        ],
      });
      return { ...plan, lives: [plan.lives[0], [pausing]] };
    },
  },
  tinyWindow: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        maximumDeliveryDelayMicros: upTo(random, 20_000),
      };
      return between(random, link, () => {
        const windowSegments = 1 + random.below(3);
        return duplexBut(random, {
          settings: { ...ordinarySettings(random), windowSegments },
          geometry: geometryFor(windowSegments, 64),
          scripts: exchange(upTo(random, 10_000)),
        });
      });
    },
  },
  largeWindow: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        maximumDeliveryDelayMicros: upTo(random, 100_000),
      };
      return between(random, link, () =>
        duplexBut(random, {
          settings: { ...ordinarySettings(random), windowSegments: 1024 },
          geometry: geometryFor(1024, 64),
          scripts: exchange(upTo(random, 100_000)),
          writePace: hurried,
        }),
      );
    },
  },
  stopAndWait: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        maximumDeliveryDelayMicros: upTo(random, 20_000),
      };
      return between(random, link, () =>
        duplexBut(random, { settings: { ...ordinarySettings(random), maximumInFlight: 1 } }),
      );
    },
  },
  wrapAround: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        maximumDeliveryDelayMicros: upTo(random, 50_000),
      };
      const edge = oneOf(random, [2 ** 7, 2 ** 8, 2 ** 15, 2 ** 16, 2 ** 31, 2 ** 32]);
      const initialSegment = (edge - random.below(100)) | 0;
      return between(random, link, () =>
        duplexBut(random, { settings: { ...ordinarySettings(random), initialSegment } }),
      );
    },
  },
  dialogue: {
    success: true,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0, 0.1]),
        maximumDeliveryDelayMicros: upTo(random, 2_000),
      };
      const rounds = 1 + random.below(40);
      const question = 1 + random.below(3_000);
      const answer = 1 + random.below(3_000);
      return between(random, link, (_, side) => {
        const script = Array.from({ length: rounds }, (_round, i) => {
          const asks = { do: 'write', bytes: side === 0 ? question : answer } as const;
          const hears = { do: 'read', bytes: (i + 1) * (side === 0 ? answer : question) } as const;
          return side === 0 ? [asks, hears] : [hears, asks];
        }).flat();
        const chunk = { least: 3_000, most: 3_000 };
        return ordinaryLife(random, {
          scripts: [script],
          writePace: { ...hurried, pieceBytes: chunk },
        });
      });
    },
  },
  halfClose: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const early = duplexBut(random, {
        scripts: [
          [{ do: 'write', bytes: upTo(random, 2_000) }, { do: 'end' }],
          [{ do: 'read', bytes: Infinity }],
        ],
      });
      return { ...plan, lives: [[early], plan.lives[1]] };
    },
  },
  closeWhileThePeerStillSends: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const early = duplexBut(random, {
        scripts: [[{ do: 'read', bytes: upTo(random, 10_000) }]],
      });
      return { ...plan, lives: [[early], plan.lives[1]] };
    },
  },
  smallPieces: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.05]) }, () =>
        duplexBut(random, { writePace: chunky(random, 20), scripts: exchange(4_000) }),
      ),
  },
};
