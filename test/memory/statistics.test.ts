import test from 'ava';
import {
  PortCounter,
  ReceiveCounter,
  ReceiveWord,
  SendCounter,
  SendTime,
  SendWord,
} from '#hawser/shared/memory/layout.js';
import { statisticsOf } from '#hawser/shared/memory/statistics.js';
import { endpointMemory } from './support.js';

test('every counter of every section has its name and its value', (t) => {
  const memory = endpointMemory();
  const sections = [
    [SendCounter, memory.sendCounters],
    [ReceiveCounter, memory.receiveCounters],
    [PortCounter, memory.portCounters],
  ] as const;
  const expected: Record<string, number> = {};
  for (const [names, values] of sections) {
    for (const [name, at] of Object.entries(names)) {
      expected[name] = values[at] = 1 + Object.keys(expected).length;
    }
  }
  t.like(statisticsOf(memory), expected);
});

test('no two counters share a name, or one would hide the other', (t) => {
  const names = [SendCounter, ReceiveCounter, PortCounter].flatMap((names) => Object.keys(names));
  t.is(new Set(names).size, names.length);
});

test('before the first measurement there is no round-trip time', (t) => {
  const memory = endpointMemory();
  memory.sendTimes[SendTime.minimumRtt] = Infinity;
  t.like(statisticsOf(memory), { minimumRttMs: null, smoothedRttMs: null });
});

test('times are in milliseconds, to the microsecond', (t) => {
  const memory = endpointMemory();
  memory.sendTimes[SendTime.minimumRtt] = 1234.4;
  memory.sendTimes[SendTime.smoothedRtt] = 20_000.6;
  memory.sendTimes[SendTime.retransmissionTimeout] = 250_000;
  t.like(statisticsOf(memory), {
    minimumRttMs: 1.234,
    smoothedRttMs: 20.001,
    retransmissionTimeoutMs: 250,
  });
});

test('both locks are free afterwards', (t) => {
  const memory = endpointMemory();
  statisticsOf(memory);
  t.is(memory.send[SendWord.lock], 0);
  t.is(memory.receive[ReceiveWord.lock], 0);
});

test('statistics survive JSON: no NaN, no Infinity', (t) => {
  const statistics = statisticsOf(endpointMemory());
  t.deepEqual(JSON.parse(JSON.stringify(statistics)), statistics);
});
