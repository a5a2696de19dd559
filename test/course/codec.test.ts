import test from 'ava';
import { fc, testProp } from '@fast-check/ava';
import { encode, MessageReader } from '#hawser/shared/course/codec.js';
import { describe, type Message } from '#hawser/shared/course/messages.js';

const number = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const text = fc.string({ unit: 'grapheme', maxLength: 100 });
const bytes = fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array));
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((array) => Buffer.from(array));

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    type: fc.constant('CONN_REQ' as const),
    client: text,
    fragmentBytes: number,
    windowPackets: number,
  }),
  fc.record({ type: fc.constant('REQ_TO_SEND' as const), name: text, fileBytes: number }),
  fc.record({ type: fc.constant('PACKET' as const), number, bytes }),
  fc.record({ type: fc.constantFrom('ACK', 'NACK', 'REQ_ACK'), number }),
  fc.record({ type: fc.constant('FILE_END' as const), sha256 }),
  fc.record({ type: fc.constant('FILE_SAVED' as const), name: text }),
  fc.record({ type: fc.constant('REFUSED' as const), reason: text }),
  fc.record({ type: fc.constantFrom('CONN_ACK', 'CLEAR_TO_SEND', 'END', 'END_ACK') }),
);

testProp(
  'messages come out as they went in, however the stream is cut',
  [fc.array(message, { maxLength: 20 }), fc.integer({ min: 1, max: 999 })],
  (t, messages, pieceBytes) => {
    const stream = Buffer.concat(messages.map(encode));
    const reader = new MessageReader();
    const seen: Message[] = [];
    for (let from = 0; from < stream.length; from += pieceBytes) {
      reader.push(stream.subarray(from, from + pieceBytes));
      for (let next = reader.next(); next !== undefined; next = reader.next()) seen.push(next);
    }
    t.deepEqual(seen, messages);
  },
);

testProp(
  'any bytes are messages or a violation, and a message is always a line of text',
  [fc.uint8Array({ maxLength: 200 })],
  (t, noise) => {
    const reader = new MessageReader();
    // Behind the length, or nearly all of it would be too long.
    reader.push(Buffer.from([0, 0, 0, noise.length]));
    reader.push(noise);
    try {
      const seen = reader.next();
      // eslint-disable-next-line no-control-regex
      if (seen !== undefined) t.notRegex(describe(seen), /[\u0000-\u001f\u007f-\u009f]/);
      t.pass();
    } catch (error) {
      t.is((error as { code?: string }).code, 'ERR_HAWSER_PROTOCOL_VIOLATION');
    }
  },
);

const REFUSED: readonly (readonly [string, readonly number[]])[] = [
  ['without even a type', [0, 0, 0, 0]],
  ['of an unknown type', [0, 0, 0, 1, 13]],
  ['longer than any message', [1, 0, 0, 0]],
  ['too short for its numbers', [0, 0, 0, 3, 5, 0, 0]],
  ['longer than its numbers', [0, 0, 0, 8, 5, 0, 0, 0, 0, 0, 1, 0]],
  ['longer than nothing', [0, 0, 0, 2, 11, 0]],
  ['with a hash too short', [0, 0, 0, 2, 8, 0]],
];

for (const [what, frame] of REFUSED) {
  test(`a message ${what} is refused`, (t) => {
    const reader = new MessageReader();
    reader.push(Buffer.from(frame));
    t.throws(() => reader.next(), { code: 'ERR_HAWSER_PROTOCOL_VIOLATION' });
  });
}
