import test from 'ava';
import { Bell } from '#hawser/shared/memory/bell.js';
import { sharedWords } from './support.js';

const COUNT = 0;
const SLEEPERS = 1;

function bellOn(words = sharedWords(2)) {
  return { words, bell: new Bell(words, COUNT, SLEEPERS) };
}

test('a ring after the ticket ends the wait before it begins', (t) => {
  const { words, bell } = bellOn();
  const ticket = bell.ticket();
  bell.ring();
  bell.wait(ticket);
  t.is(words[SLEEPERS], 0);
});

test('many rings are one reason to look, and the next ticket starts afresh', (t) => {
  const { bell } = bellOn();
  const before = bell.ticket();
  for (let ring = 0; ring < 5; ring++) bell.ring();
  bell.wait(before);
  const after = bell.ticket();
  t.not(after, before);
  t.is(bell.ticket(), after);
});

test('a wait without a ring ends with its time-out and counts the sleeper out', (t) => {
  const { words, bell } = bellOn();
  bell.wait(bell.ticket(), 1);
  t.is(words[SLEEPERS], 0);
  t.is(words[COUNT], 0);
});

test('waitAsync ends with a ring', async (t) => {
  const { words, bell } = bellOn();
  const waiting = bell.waitAsync(bell.ticket());
  t.is(words[SLEEPERS], 1);
  bell.ring();
  await waiting;
  t.is(words[SLEEPERS], 0);
});

test('waitAsync with an old ticket ends at once', async (t) => {
  const { words, bell } = bellOn();
  const ticket = bell.ticket();
  bell.ring();
  await bell.waitAsync(ticket);
  t.is(words[SLEEPERS], 0);
});

test('one ring ends the wait of every sleeper', async (t) => {
  const { words, bell } = bellOn();
  const ticket = bell.ticket();
  const waiting = [1, 2, 3].map(() => bell.waitAsync(ticket));
  t.is(words[SLEEPERS], 3);
  bell.ring();
  await Promise.all(waiting);
  t.is(words[SLEEPERS], 0);
});

test('the count wraps and goes on telling rings apart', (t) => {
  const { words, bell } = bellOn();
  words[COUNT] = 0x7fffffff;
  const ticket = bell.ticket();
  bell.ring();
  t.is(words[COUNT], -0x80000000);
  bell.wait(ticket);
  t.not(bell.ticket(), ticket);
});
