import test from 'ava';
import { connectArguments, connectRequest } from '#hawser/main/api/options/connect-options.js';
import { listenArguments } from '#hawser/main/api/options/listen-options.js';

const callback = () => undefined;

test('connect takes a port, a port and a host, or options, each with a listener or without', (t) => {
  const given = { port: 7, host: 'a.example' };
  t.deepEqual(connectArguments([7]), { options: { port: 7 }, onConnect: undefined });
  t.deepEqual(connectArguments([7, callback]), { options: { port: 7 }, onConnect: callback });
  t.deepEqual(connectArguments([7, 'a.example']), { options: given, onConnect: undefined });
  t.deepEqual(connectArguments([7, 'a.example', callback]), {
    options: given,
    onConnect: callback,
  });
  t.deepEqual(connectArguments([7, undefined, callback]), {
    options: { port: 7, host: undefined },
    onConnect: callback,
  });
  t.deepEqual(connectArguments([given, callback]), { options: given, onConnect: callback });
});

test('a port of null is refused by name', (t) => {
  const { options } = connectArguments([null as never]);
  t.throws(() => connectRequest(options), { message: /^port is null/ });
});

test('a listener of connect that is no function is refused by name', (t) => {
  t.throws(() => connectArguments([7, 'host', 3 as never]), { message: /^onConnect is 3/ });
});

test('listen takes a port, a host, a backlog, or options, each with a listener or without', (t) => {
  const shape = (options: object) => ({
    port: undefined,
    host: undefined,
    backlog: undefined,
    ...options,
  });
  t.deepEqual(listenArguments([]).options, shape({}));
  t.deepEqual(listenArguments([callback]), { options: shape({}), onListening: callback });
  t.deepEqual(listenArguments([7, callback]), {
    options: shape({ port: 7 }),
    onListening: callback,
  });
  t.deepEqual(listenArguments([7, '::1']).options, shape({ port: 7, host: '::1' }));
  t.deepEqual(listenArguments([7, '::1', 5]).options, shape({ port: 7, host: '::1', backlog: 5 }));
  t.deepEqual(listenArguments([7, 5]).options, shape({ port: 7, backlog: 5 }));
  t.deepEqual(listenArguments([{ port: 7 }, callback]), {
    options: { port: 7 },
    onListening: callback,
  });
});
