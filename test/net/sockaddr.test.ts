import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

import { fc, testProp } from '@fast-check/ava';
import test from 'ava';

import { decodeSockaddr, encodeSockaddr } from '#hawser/shared/net/sockaddr.js';
import { canonicalAddress } from '#hawser/shared/net/socket-address.js';

const SCOPE = 7;

/** Runs `body` on a machine whose only interface has these addresses. */
function withInterface(name: string, addresses: string[], body: (scope: number) => void): void {
  const { networkInterfaces } = os;
  os.networkInterfaces = () => ({ [name]: addresses.map(infoOf) });
  syncBuiltinESMExports();
  try {
    body(SCOPE);
  } finally {
    os.networkInterfaces = networkInterfaces;
    syncBuiltinESMExports();
  }
}

function infoOf(address: string): os.NetworkInterfaceInfo {
  const scopeid = address.startsWith('fe80') ? SCOPE : 0;
  const rest = { netmask: 'ffff:ffff:ffff:ffff::', mac: '', internal: false, cidr: null };
  return { address, family: 'IPv6', scopeid, ...rest };
}

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

test('a zone is the interface of the link-local address, whatever else it has', (t) => {
  withInterface('lan0', ['2001:db8::1', 'fe80::1'], (scope) => {
    const encoded = encodeSockaddr({ host: 'fe80::2%lan0', port: 53 }, 6)!;
    t.is(encoded[24], scope);
    t.deepEqual(decodeSockaddr(encoded, 0), { host: 'fe80::2%lan0', port: 53 });
  });
});

test('an interface may have a name that Node does not take for one', (t) => {
  withInterface('br_lan', ['fe80::1'], () => {
    const peer = { host: 'fe80::2%br_lan', port: 53 };
    t.deepEqual(decodeSockaddr(encodeSockaddr(peer, 6)!, 0), peer);
  });
});

test('IPv4 has no IPv6 address', (t) => {
  t.is(encodeSockaddr({ host: '::1', port: 1 }, 4), undefined);
});
