/** What a connection is made of, by its options and by where its peer is. */
import test from 'ava';
import { fc, testProp } from '@fast-check/ava';

import { DEFAULT_CONNECTION } from '#hawser/shared/endpoint/default-connection.js';
import { geometryOf, settingsOf } from '#hawser/shared/endpoint/plan.js';
import { HEADER_RESERVE_BYTES } from '#hawser/shared/wire/segment.js';

const REMOTE = { host: '192.0.2.1', port: 1 };
const LOOPBACK = { host: '127.0.0.1', port: 1 };

testProp(
  'a slot holds the largest payload that a peer may send',
  [fc.integer({ min: 512, max: 65_507 })],
  (t, maximumDatagramBytes) => {
    for (const remote of [REMOTE, LOOPBACK]) {
      const plan = { ...DEFAULT_CONNECTION, maximumDatagramBytes };
      const told = settingsOf(plan, true, remote).maximumDatagramBytes;
      t.true(told <= maximumDatagramBytes && told > maximumDatagramBytes - 8);
      t.true(geometryOf(plan, remote).slotBytes >= told - HEADER_RESERVE_BYTES);
    }
  },
);

test('rings begin small and may grow to what the buffers hold of ordinary segments', (t) => {
  for (const remote of [REMOTE, LOOPBACK]) {
    const { firstSendSlots, sendSlots, slotBytes } = geometryOf(DEFAULT_CONNECTION, remote);
    t.true(firstSendSlots <= 256);
    t.true(sendSlots * slotBytes >= DEFAULT_CONNECTION.sendBufferBytes);
  }
});

test('large slots take no more address space than 64 MiB a ring, or up to 256 for larger buffers', (t) => {
  for (const receiveBufferBytes of [2 ** 20, 2 ** 24, 2 ** 27, 2 ** 30]) {
    const plan = { ...DEFAULT_CONNECTION, receiveBufferBytes };
    const { receiveSlots, slotBytes } = geometryOf(plan, LOOPBACK);
    const most = Math.min(Math.max(2 ** 26, receiveBufferBytes), 2 ** 28);
    t.true(receiveSlots * slotBytes <= most);
  }
});

test('what is taken at first fits into the first ring; without congestion control there is no such limit', (t) => {
  const { firstSendSlots } = geometryOf(DEFAULT_CONNECTION, LOOPBACK);
  t.is(settingsOf(DEFAULT_CONNECTION, true, LOOPBACK).initialSendSegments, firstSendSlots - 1);
  const unlimited = { ...DEFAULT_CONNECTION, congestion: 'none' } as const;
  for (const remote of [REMOTE, LOOPBACK]) {
    const { initialSendBytes, initialSendSegments } = settingsOf(unlimited, true, remote);
    t.deepEqual([initialSendBytes, initialSendSegments], [Infinity, Infinity]);
  }
});
