/** Scenarios about processes: when they start, how they end, and who comes after them. */
import { ordinaryLife, oneOf, upTo, within } from './drawing.js';
import { between, duplex, duplexBut, SECOND, type Scenarios } from './scenario.js';

export const lifeScenarios: Scenarios = {
  nothingToSay: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.2]) }, () =>
        ordinaryLife(random, { startAfterMicros: upTo(random, SECOND), scripts: [[]] }),
      ),
  },
  abort: {
    success: false,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.1]) }, duplex);
      const fails = { afterMicros: upTo(random, SECOND), code: 'ERR_HAWSER_INTERRUPTED' } as const;
      return { ...plan, lives: [[{ ...plan.lives[0][0], fails }], plan.lives[1]] };
    },
  },
  lateStart: {
    success: true,
    draw: (random) => {
      const plan = between(random, { lossRate: oneOf(random, [0, 0.2]) }, duplex);
      const late = { ...plan.lives[1][0], startAfterMicros: upTo(random, 20 * SECOND) };
      return { ...plan, lives: [plan.lives[0], [late]] };
    },
  },
  nobodyThere: {
    success: false,
    draw: (random) => ({ ...between(random, {}, duplex), lives: [[duplex(random)], []] }),
  },
  wrongWallClock: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.1]) }, () =>
        duplexBut(random, { wallClockErrorMicros: within(random, -3600 * SECOND, 3600 * SECOND) }),
      ),
  },
  peerMoves: {
    success: true,
    draw: (random) =>
      between(random, { lossRate: oneOf(random, [0, 0.1]) }, (stream) => {
        const life = duplex(stream);
        const congestion = oneOf(stream, ['bbr', 'cubic', 'none'] as const);
        const moment = () => upTo(stream, oneOf(stream, [50_000, SECOND]));
        return {
          ...life,
          settings: { ...life.settings, congestion },
          peerMovesAfterMicros: [moment(), moment()],
        };
      }),
  },
  restartOfOne: {
    success: false,
    draw: (random) => {
      const plan = between(
        random,
        { lossRate: oneOf(random, [0, 0.1]), maximumDeliveryDelayMicros: upTo(random, 100_000) },
        duplex,
      );
      const killed = { ...plan.lives[0][0], killedAfterMicros: upTo(random, 2 * SECOND) };
      const again = duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) });
      return { ...plan, lives: [[killed, again], plan.lives[1]] };
    },
  },
  restartOfBoth: {
    success: false,
    draw: (random) => {
      const link = {
        lossRate: oneOf(random, [0, 0.1]),
        duplicationRate: oneOf(random, [0, 0.2]),
        maximumDeliveryDelayMicros: upTo(random, 250_000),
      };
      const pair = between(random, link, duplex);
      const lives = pair.lives.map(([first]) => [
        random.chance(0.5) ? { ...first, killedAfterMicros: upTo(random, 2 * SECOND) } : first,
        duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) }),
        duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) }),
      ]);
      return { ...pair, lives: [lives[0], lives[1]] };
    },
  },
  restartAmongStragglers: {
    success: false,
    draw: (random) => {
      const maximumDeliveryDelayMicros = within(random, 0.5 * SECOND, 3 * SECOND);
      const pair = between(random, { maximumDeliveryDelayMicros, duplicationRate: 0.1 }, duplex);
      const lives = pair.lives.map(([first]) => [
        { ...first, killedAfterMicros: upTo(random, 2 * SECOND) },
        duplexBut(random, { startAfterMicros: 250_000 + upTo(random, SECOND) }),
      ]);
      return { ...pair, lives: [lives[0], lives[1]] };
    },
  },
  oneRunAfterTheOther: {
    success: true,
    draw: (random) => {
      const pair = between(
        random,
        { maximumDeliveryDelayMicros: upTo(random, 100_000), duplicationRate: 0.2 },
        duplex,
      );
      // Longer than a side can lag behind the other at their end.
      const second = () =>
        duplexBut(random, { startAfterMicros: 3 * SECOND + upTo(random, SECOND) });
      return {
        ...pair,
        lives: [
          [pair.lives[0][0], second()],
          [pair.lives[1][0], second()],
        ],
      };
    },
  },
};
