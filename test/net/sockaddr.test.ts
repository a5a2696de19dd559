import { fc, testProp } from '@fast-check/ava';
import test from 'ava';

import { decodeSockaddr, encodeSockaddr } from '#hawser/shared/net/sockaddr.js';
import { canonicalAddress } from '#hawser/shared/net/socket-address.js';

testProp(
  'every address comes back in its canonical spelling',
  [fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(65535)],
  (t, host, port) => {
    const encoded = encodeSockaddr({ host, port }, 6);
    t.deepEqual(decodeSockaddr(encoded!, 0), canonicalAddress({ host, port }));
  },
);

test('an IPv4 address has the layout of the system', (t) => {
  const encoded = encodeSockaddr({ host: '127.0.0.1', port: 0x1234 }, 4);
  t.deepEqual([...encoded!], [2, 0, 0x12, 0x34, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('an IPv6 address has the layout of the system', (t) => {
  const encoded = [...encodeSockaddr({ host: 'fe80::1:2%7', port: 53 }, 6)!];
  t.deepEqual(encoded.slice(0, 8), [10, 0, 0, 53, 0, 0, 0, 0]);
  t.deepEqual(encoded.slice(8, 24), [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]);
  t.deepEqual(encoded.slice(24), [7, 0, 0, 0]);
});

test('IPv4 has no IPv6 address', (t) => {
  t.is(encodeSockaddr({ host: '::1', port: 1 }, 4), undefined);
});
