import test from 'ava';
import { AddressTokens } from '#hawser/shared/endpoint/address-token.js';

const SOURCE = { host: '192.0.2.1', port: 4711 };
const ID = -77;
const NOW = 1_000_000;

test('a token holds for the address and the connection ID that it was made for', (t) => {
  const tokens = new AddressTokens();
  const token = tokens.issue(SOURCE, ID, NOW);
  t.true(tokens.verify(token, SOURCE, ID, NOW + 5));
  t.false(tokens.verify(token, { ...SOURCE, port: 4712 }, ID, NOW + 5));
  t.false(tokens.verify(token, { ...SOURCE, host: '192.0.2.2' }, ID, NOW + 5));
  t.false(tokens.verify(token, SOURCE, ID + 1, NOW + 5));
});

test('a token holds for a while only, and not before its time', (t) => {
  const tokens = new AddressTokens();
  const token = tokens.issue(SOURCE, ID, NOW);
  t.true(tokens.verify(token, SOURCE, ID, NOW + 30));
  t.false(tokens.verify(token, SOURCE, ID, NOW + 31));
  t.false(tokens.verify(token, SOURCE, ID, NOW - 1));
});

test('the clock of tokens may pass 2^32', (t) => {
  const tokens = new AddressTokens();
  const token = tokens.issue(SOURCE, ID, 2 ** 32 - 2);
  t.true(tokens.verify(token, SOURCE, ID, 2 ** 32 + 3));
});

test('another endpoint, a changed bit, another length: no token', (t) => {
  const tokens = new AddressTokens();
  const token = tokens.issue(SOURCE, ID, NOW);
  t.false(new AddressTokens().verify(token, SOURCE, ID, NOW));
  token.forEach((_, at) => {
    const changed = Uint8Array.from(token);
    changed[at] ^= 1;
    t.false(tokens.verify(changed, SOURCE, ID, NOW), `byte ${at}`);
  });
  t.false(tokens.verify(token.subarray(0, -1), SOURCE, ID, NOW));
  t.false(tokens.verify(new Uint8Array(0), SOURCE, ID, NOW));
});
