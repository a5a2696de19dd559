import test from 'ava';
import type { Message } from '#hawser/shared/course/messages.js';
import { Conversation, pattern, patternSource, TERMS } from './support/conversation.js';

const SIZE = 30_123;

function send(conversation: Conversation, sizeBytes = SIZE): void {
  conversation.client.connect();
  conversation.client.sendFile(patternSource(sizeBytes));
  conversation.client.end();
}

test('a file arrives whole, in packets of the agreed size, acknowledged once a window', (t) => {
  const conversation = new Conversation();
  send(conversation);
  t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(SIZE));
  t.true(conversation.server.hasEnded);
  t.is(conversation.logged('--> PACKET').length, 61);
  t.deepEqual(
    conversation.logged('<-- ACK'),
    ['10', '20', '30', '40', '50', '60', '61'].map((number) => `<-- ACK ${number}`),
  );
  t.deepEqual(conversation.waitsMs, []);
});

for (const sizeBytes of [0, 1, 499, 500, 501, 5000, 5001]) {
  test(`a file of ${sizeBytes} bytes arrives whole`, (t) => {
    const conversation = new Conversation();
    send(conversation, sizeBytes);
    t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(sizeBytes));
  });
}

test('packets 12 and 55 are lost once, missed by number, and sent again, and no others', (t) => {
  const conversation = new Conversation({ clientMishaps: { losePackets: [12, 55] } });
  send(conversation);
  t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(SIZE));
  t.deepEqual(conversation.logged('-x'), ['-x PACKET 12, 500 bytes', '-x PACKET 55, 500 bytes']);
  t.deepEqual(conversation.logged('<-- NACK'), ['<-- NACK 12', '<-- NACK 55']);
  t.is(conversation.logged('--> PACKET').length, 61);
  t.deepEqual(conversation.waitsMs, []);
});

test('a packet at the end of a window, which none overtakes, is found missing when asked', (t) => {
  const conversation = new Conversation({ clientMishaps: { losePackets: [61] } });
  send(conversation);
  t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(SIZE));
  t.deepEqual(conversation.logged('--> REQ_ACK'), ['--> REQ_ACK 61']);
  t.deepEqual(conversation.logged('<-- NACK'), ['<-- NACK 61']);
});

test('a lost acknowledgment is asked for again, and the transfer goes on', (t) => {
  const conversation = new Conversation({ serverMishaps: { loseAcknowledgments: 1 } });
  send(conversation);
  t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(SIZE));
  t.deepEqual(conversation.logged('--> REQ_ACK'), ['--> REQ_ACK 10']);
  t.deepEqual(conversation.waitsMs, [100]);
});

test('three requests may be in vain but the last; their waits double', (t) => {
  const conversation = new Conversation({ serverMishaps: { loseAcknowledgments: 3 } });
  send(conversation);
  t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(SIZE));
  t.deepEqual(conversation.waitsMs, [100, 200, 400]);
});

test('after three requests in vain the client fails and says so; nothing is kept', (t) => {
  const conversation = new Conversation({ serverMishaps: { loseAcknowledgments: 4 } });
  const error = t.throws(() => {
    send(conversation);
  });
  t.like(error, { code: 'ERR_HAWSER_NO_ACKNOWLEDGMENT' });
  t.regex(error.message, /did not acknowledge packet 10, although asked 3 times/);
  t.is(conversation.logged('--> REQ_ACK').length, 3);
  t.deepEqual(conversation.waitsMs, [100, 200, 400, 800]);
  conversation.server.abandon();
  t.is(conversation.store.kept.size, 0);
  t.is(conversation.store.open, 0);
});

test('packets mixed up within their windows come out in order', (t) => {
  const conversation = new Conversation({ clientMishaps: { mixOrder: true, seed: 3 } });
  send(conversation);
  t.deepEqual(conversation.store.kept.get('pattern.bin'), pattern(SIZE));
  const numbers = conversation
    .logged('--> PACKET')
    .map((line) => Number(/\d+/.exec(line)?.[0] ?? NaN));
  t.notDeepEqual(numbers.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  t.deepEqual(
    numbers.slice(0, 10).sort((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
});

test('another fragment size is refused with both, and nothing else can be done', (t) => {
  const clientTerms = { ...TERMS, fragmentBytes: 1000 };
  const { client } = new Conversation({ clientTerms });
  const error = t.throws(() => {
    client.connect();
  });
  t.like(error, { code: 'ERR_HAWSER_REFUSED' });
  t.regex(error.message, /fragments of 1000 bytes.*this server has fragments of 500 bytes/);
  t.throws(() => client.sendFile(patternSource(1)), { code: 'ERR_HAWSER_REFUSED' });
});

test('another window is refused with both', (t) => {
  const clientTerms = { ...TERMS, windowPackets: 5 };
  const { client } = new Conversation({ clientTerms });
  t.throws(
    () => {
      client.connect();
    },
    { message: /a window of 5 packets; this server has .* a window of 10 packets/ },
  );
});

test('a client that has not connected is refused, and the server begins no file', (t) => {
  const { client, store } = new Conversation();
  t.throws(() => client.sendFile(patternSource(10)), {
    code: 'ERR_HAWSER_REFUSED',
    message: /from an unknown client: connect first/,
  });
  t.is(store.open, 0);
});

test('a client whose name is not known is refused by name', (t) => {
  const { client } = new Conversation({ knownClients: ['bob', 'carol'] });
  t.throws(
    () => {
      client.connect();
    },
    { code: 'ERR_HAWSER_REFUSED', message: /client "alice" is unknown here/ },
  );
  const { client: known } = new Conversation({ knownClients: ['bob', 'alice'] });
  t.notThrows(() => {
    known.connect();
  });
});

test('a file that is there already is refused, and another can be sent after that', (t) => {
  const { client, store } = new Conversation();
  client.connect();
  client.sendFile(patternSource(700));
  t.throws(() => client.sendFile(patternSource(900)), {
    code: 'ERR_HAWSER_REFUSED',
    message: /already there/,
  });
  client.sendFile(patternSource(900, 'other.bin'));
  client.end();
  t.deepEqual(store.kept.get('pattern.bin'), pattern(700));
  t.deepEqual(store.kept.get('other.bin'), pattern(900));
});

test('a disk that fills up ends the file, not the connection', (t) => {
  const { client, store } = new Conversation();
  store.capacityBytes = 10_000;
  client.connect();
  t.throws(() => client.sendFile(patternSource(SIZE)), {
    code: 'ERR_HAWSER_REFUSED',
    message: /the disk is full/,
  });
  t.is(store.open, 0);
  client.sendFile(patternSource(5000, 'small.bin'));
  t.deepEqual([...store.kept.keys()], ['small.bin']);
});

test('a file that changed while it was sent twice is not kept', (t) => {
  const conversation = new Conversation({ clientMishaps: { losePackets: [2] } });
  const source = patternSource(SIZE);
  let reads = 0;
  const changing = {
    ...source,
    read: (from: number, to: number) => {
      const bytes = source.read(from, to);
      // Packet 2 is read again when the first window is out.
      if (from === 500 && reads++ > 0) bytes[7] ^= 1;
      return bytes;
    },
  };
  conversation.client.connect();
  t.throws(() => conversation.client.sendFile(changing), {
    code: 'ERR_HAWSER_REFUSED',
    message: /SHA-256 differs/,
  });
  t.is(conversation.store.kept.size + conversation.store.open, 0);
});

const VIOLATIONS: readonly (readonly [string, Message])[] = [
  ['number 0', { type: 'PACKET', number: 0, bytes: Buffer.alloc(1) }],
  ['a number behind the window', { type: 'PACKET', number: 11, bytes: Buffer.alloc(1) }],
];

for (const [what, message] of VIOLATIONS) {
  test(`a packet with ${what} is a violation, and what has come is discarded`, (t) => {
    const { client, clientExchange, server, store } = new Conversation();
    client.connect();
    clientExchange.send([{ type: 'REQ_TO_SEND', name: 'a', fileBytes: SIZE }]);
    t.throws(() => server.answer(message), { code: 'ERR_HAWSER_PROTOCOL_VIOLATION' });
    t.is(store.open, 0);
  });
}

test('a server that hangs up ends the transfer at once', (t) => {
  const conversation = new Conversation({ serverMishaps: { loseAcknowledgments: 1 } });
  conversation.client.connect();
  conversation.hangUp();
  t.throws(() => conversation.client.sendFile(patternSource(SIZE)), {
    code: 'ERR_HAWSER_ENDED_BY_PEER',
  });
});

test('the end of a file before its last byte is refused', (t) => {
  const { client, clientExchange, store } = new Conversation();
  client.connect();
  clientExchange.send([{ type: 'REQ_TO_SEND', name: 'a', fileBytes: 600 }]);
  clientExchange.send([{ type: 'PACKET', number: 1, bytes: Buffer.alloc(500) }]);
  clientExchange.send([{ type: 'FILE_END', sha256: Buffer.alloc(32) }]);
  t.is(clientExchange.receive(0)?.type, 'CLEAR_TO_SEND');
  t.like(clientExchange.receive(0), {
    type: 'REFUSED',
    reason: 'only 500 of 600 bytes have come',
  });
  t.is(store.kept.size + store.open, 0);
});

test('a message out of turn is refused, whatever the state', (t) => {
  const { client, clientExchange } = new Conversation();
  client.connect();
  clientExchange.send([{ type: 'CONN_REQ', client: 'alice', ...TERMS }]);
  t.regex(JSON.stringify(clientExchange.receive(0)), /CONN_REQ is out of turn/);
  client.end();
  clientExchange.send([{ type: 'END' }]);
  t.regex(JSON.stringify(clientExchange.receive(0)), /END is out of turn: the connection is ended/);
});
