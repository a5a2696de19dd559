/** A bad option is refused at once, with a message that names it, its value and what it may be. */
import test from 'ava';
import { HawserError } from '#hawser/shared/errors.js';
import { connectRequest } from '#hawser/main/api/options/connect-options.js';
import { listenRequest, serverRequest } from '#hawser/main/api/options/listen-options.js';
import { socketOptions } from '#hawser/main/api/options/socket-options.js';

type Option = Readonly<Record<string, unknown>>;

const checks = {
  connect: (option: Option) => connectRequest({ port: 1, ...option }),
  listen: (option: Option) => listenRequest(option),
  createServer: (option: Option) => serverRequest(option),
  HawserSocket: (option: Option) => socketOptions(option),
};

const BUFFER = '16384 to 1073741824';
const DURATION = '1 to 604800000';
const DELAY = '0 to 604800000';

/** Option, values it refuses, and what the message says of values it takes. */
const refused: readonly [keyof typeof checks, string, readonly unknown[], string][] = [
  ['connect', 'port', [0, 65_536, -1, 1.5, '1a', null, undefined], '65535'],
  ['connect', 'host', ['', 7, {}], 'a host name or a numeric address'],
  ['connect', 'family', [5, '4', null], '0, 4, 6'],
  ['connect', 'hints', [-1, 'x'], '0 to 2147483647'],
  ['connect', 'lookup', ['dns', 3], 'a function'],
  ['connect', 'localAddress', ['localhost', 1], 'a numeric IPv4 or IPv6 address'],
  ['connect', 'localPort', [70_000, -1], '0 to 65535'],
  ['connect', 'path', ['/tmp/socket'], 'not pipes'],
  ['connect', 'timeout', [-1, 0.5, Infinity, '9'], DELAY],
  ['connect', 'connectTimeoutMs', [0, -1, NaN, Infinity], DURATION],
  ['connect', 'idleTimeoutMs', [0, 604_800_001], DURATION],
  ['connect', 'keepAlive', ['yes', 1], 'true or false'],
  ['connect', 'keepAliveInitialDelay', [-1, Infinity], DELAY],
  ['connect', 'noDelay', [1, 'true'], 'true or false'],
  ['connect', 'receiveBufferBytes', [0, 16_383, 2 ** 30 + 1, '1mb'], BUFFER],
  ['connect', 'sendBufferBytes', [-1, 16_384.5], BUFFER],
  ['connect', 'congestion', ['reno', '', null], "'bbr', 'cubic', 'none'"],
  ['connect', 'maximumDatagramBytes', [1, 511, 65_508], '512 to 65507'],
  ['connect', 'integrity', ['md5', true], "'crc32', 'none'"],
  ['connect', 'io', ['uring', 2], "'auto', 'dgram', 'batched'"],
  ['connect', 'impairments', ['lossy', null], 'an object'],
  ['listen', 'port', [65_536, -1, 'http'], '0 to 65535'],
  ['listen', 'host', ['', true], 'a host name'],
  ['listen', 'backlog', [0, 65_536, 1.5], '1 to 65535'],
  ['listen', 'retry', ['sometimes', true], "'auto', 'always', 'never'"],
  ['listen', 'maximumConnections', [0, 1_000_001], '1 to 1000000'],
  ['listen', 'maximumMemoryBytes', [0, 2 ** 40 + 1], '1048576 to 1099511627776'],
  ['listen', 'signal', [{}, 'abort'], 'an AbortSignal'],
  ['listen', 'path', ['/tmp/socket'], 'not pipes'],
  ['createServer', 'pauseOnConnect', [1, 'no'], 'true or false'],
  ['createServer', 'allowHalfOpen', [0, 'no'], 'true or false'],
  ['createServer', 'receiveBufferBytes', [1], BUFFER],
  ['HawserSocket', 'highWaterMark', [-1, 2 ** 30 + 1, '64k'], '0 to 1073741824'],
  ['HawserSocket', 'signal', [{}], 'an AbortSignal'],
];

for (const [place, name, values, range] of refused) {
  test(`${place} refuses the option ${name} unless it is ${range}`, (t) => {
    for (const value of values) {
      const check = () => checks[place]({ [name]: value });
      const error = t.throws(check, { instanceOf: HawserError });
      t.is(error.code, 'ERR_HAWSER_BAD_OPTION');
      t.true(error.message.startsWith(`${name} is `), error.message);
      t.true(error.message.includes(range), error.message);
    }
  });
}

test('an impairment that makes no sense is refused by its name', (t) => {
  const error = t.throws(() => checks.connect({ impairments: { lossRate: 2 } }), {
    instanceOf: HawserError,
  });
  t.is(error.code, 'ERR_HAWSER_BAD_OPTION');
  t.regex(error.message, /lossRate is 2/);
});

test('what is not given, or undefined, is the default', (t) => {
  const names = refused.map(([, name]) => name).filter((name) => name !== 'port');
  const undefinedEverywhere: Option = Object.fromEntries(names.map((name) => [name, undefined]));
  t.deepEqual(checks.connect(undefinedEverywhere), checks.connect({}));
  t.deepEqual(checks.listen(undefinedEverywhere), checks.listen({}));
  t.deepEqual(checks.createServer(undefinedEverywhere), checks.createServer({}));
});

test('the limits themselves are taken', (t) => {
  t.notThrows(() => checks.connect({ receiveBufferBytes: 16_384, sendBufferBytes: 2 ** 30 }));
  t.notThrows(() => checks.connect({ connectTimeoutMs: 1, idleTimeoutMs: 604_800_000 }));
  t.notThrows(() => checks.connect({ maximumDatagramBytes: 0, port: 65_535 }));
  t.notThrows(() => checks.connect({ maximumDatagramBytes: 512, port: '65535', path: null }));
  t.notThrows(() => checks.listen({ port: 0, backlog: 65_535, maximumConnections: 1 }));
});

test('keepAlive without a delay, or with 0, is a third of the idle time-out; false is never', (t) => {
  const keepAliveMs = (option: Option) =>
    connectRequest({ port: 1, ...option }).connection.keepAliveMs;
  t.is(keepAliveMs({}), 10_000);
  t.is(keepAliveMs({ keepAlive: true, keepAliveInitialDelay: 0, idleTimeoutMs: 100 }), 34);
  t.is(keepAliveMs({ keepAlive: true, keepAliveInitialDelay: 77 }), 77);
  t.is(keepAliveMs({ keepAliveInitialDelay: 60_000 }), 20_000, 'in time for the idle time-out');
  t.is(keepAliveMs({ keepAlive: false, keepAliveInitialDelay: 77 }), 0);
});
