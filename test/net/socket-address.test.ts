import test from 'ava';

import {
  addressFamily,
  addressText,
  bindError,
  canonicalAddress,
  hostForFamily,
} from '#hawser/shared/net/socket-address.js';

test('an address has one spelling', (t) => {
  const spelled = (host: string) => canonicalAddress({ host, port: 7 }).host;
  t.is(spelled('10.0.0.1'), '10.0.0.1');
  t.is(spelled('0:0:0:0:0:0:0:1'), '::1');
  t.is(spelled('2001:DB8::0:1'), '2001:db8::1');
  t.is(spelled('::ffff:10.0.0.1'), '10.0.0.1');
  t.is(spelled('fe80:0::1%eth0'), 'fe80::1%eth0');
});

test('an IPv6 host is bracketed in messages', (t) => {
  t.is(addressText({ host: '::1', port: 80 }), '[::1]:80');
  t.is(addressText({ host: '127.0.0.1', port: 80 }), '127.0.0.1:80');
});

test('IPv4 is mapped for an IPv6 socket only', (t) => {
  t.is(hostForFamily('127.0.0.1', 6), '::ffff:127.0.0.1');
  t.is(hostForFamily('127.0.0.1', 4), '127.0.0.1');
  t.is(hostForFamily('::1', 6), '::1');
});

test('host names and ports out of range are no addresses', (t) => {
  for (const address of [
    { host: 'localhost', port: 1 },
    { host: '1.2.3', port: 1 },
    { host: '::1', port: -1 },
    { host: '::1', port: 1.5 },
    { host: '::1', port: 65536 },
  ]) {
    t.throws(() => addressFamily(address), { code: 'ERR_HAWSER_ADDRESS_INVALID' });
  }
});

test('a failed bind says what the matter is', (t) => {
  const address = { host: '127.0.0.1', port: 53 };
  t.is(bindError(address, 'EADDRINUSE').code, 'ERR_HAWSER_ADDRESS_IN_USE');
  t.is(bindError(address, 'EADDRNOTAVAIL').code, 'ERR_HAWSER_ADDRESS_INVALID');
  t.is(bindError(address, 'EACCES').code, 'ERR_HAWSER_SOCKET');
  t.true(bindError(address, 'EACCES').message.includes('127.0.0.1:53'));
});
