import test from 'ava';
import { Command } from 'commander';
import {
  addClassroomOptions,
  argumentsOf,
  type ClassroomFlags,
  settingsOf,
} from '#hawser/main/cli/classroom-options.js';
import { streamerOptions } from '#hawser/main/cli/streamer-options.js';

function settingsFrom(...args: string[]) {
  const command = addClassroomOptions(new Command()).exitOverride();
  command.parse(args, { from: 'user' });
  return settingsOf(command.opts<ClassroomFlags>());
}

test('without flags nothing is impaired, and there are a thousand numbers', (t) => {
  t.like(settingsFrom(), {
    lossRate: 0,
    corruptionRate: 0,
    maxDeliveryDelaySeconds: 0,
    sendIntervalMs: 0,
    nums: 1000,
  });
});

const parts: [part: string, loss: number, corruption: number, delaySeconds: number][] = [
  ['1', 0, 0, 0],
  ['2', 0, 0, 0.1],
  ['3', 0.1, 0, 0],
  ['4', 0, 0.1, 0],
  ['5', 0.1, 0.1, 0.1],
  ['all', 0.1, 0.1, 0.1],
];

for (const [part, lossRate, corruptionRate, maxDeliveryDelaySeconds] of parts) {
  test(`part ${part} sets what the course sets`, (t) => {
    t.like(settingsFrom('--part', part), { lossRate, corruptionRate, maxDeliveryDelaySeconds });
  });
}

test('a flag overrides its part, before it or after it, and leaves the rest', (t) => {
  const expected = { lossRate: 0, corruptionRate: 0.1, maxDeliveryDelaySeconds: 0.1 };
  t.like(settingsFrom('--part', 'all', '--loss-rate', '0'), expected);
  t.like(settingsFrom('--loss-rate', '0', '--part', 'all'), expected);
});

test('settings survive the way to another process as flags', (t) => {
  const settings = settingsFrom(
    ...['--part', '3', '--loss-rate', '1e-7', '--become-reliable-after', '2.5', '--seed', '9'],
    ...['--window', '32', '--io', 'dgram', '--idle-timeout', '0.5', '--send-interval', '10'],
  );
  t.deepEqual(settingsFrom(...argumentsOf(settings)), settings);
});

test('seconds of the flags become milliseconds of the Streamer', (t) => {
  const settings = settingsFrom('--part', 'all', '--idle-timeout', '2', '--seed', '7');
  t.like(streamerOptions(settings, 1), {
    idleTimeoutMs: 2000,
    connectTimeoutMs: 2000,
    impairment: { maxDeliveryDelayMs: 100, becomeReliableAfterMs: Infinity, seed: 7 },
  });
});

test('the two roles draw their misfortune from different seeds', (t) => {
  const settings = settingsFrom('--part', 'all');
  t.not(
    streamerOptions(settings, 1).impairment?.seed,
    streamerOptions(settings, 2).impairment?.seed,
  );
});

test('where nothing is impaired there is no simulator in the way', (t) => {
  t.is(streamerOptions(settingsFrom(), 1).impairment, undefined);
});
