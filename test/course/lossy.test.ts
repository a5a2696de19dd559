import { fc, testProp } from '@fast-check/ava';
import type { Message } from '#hawser/shared/course/messages.js';
import { randomStreams } from '#hawser/shared/net/random.js';
import { Conversation, pattern, patternSource } from './support/conversation.js';

/** What is lost by the network of these tests; on a connection of Hawser's, nothing is. */
function losing(types: readonly string[], rate: number, seed: number) {
  const [random] = randomStreams(seed, 1);
  return ({ type }: Message) => types.includes(type) && random.chance(rate);
}

const circumstances = {
  sizeBytes: fc.integer({ min: 0, max: 40_000 }),
  fragmentBytes: fc.integer({ min: 50, max: 1400 }),
  windowPackets: fc.integer({ min: 1, max: 30 }),
  rate: fc.double({ min: 0, max: 0.4, noNaN: true }),
  mixOrder: fc.boolean(),
  seed: fc.nat(),
};

testProp(
  'whatever packets and NACKs are lost, and however mixed, the file arrives whole',
  [fc.record(circumstances)],
  (t, { sizeBytes, fragmentBytes, windowPackets, rate, mixOrder, seed }) => {
    const terms = { fragmentBytes, windowPackets };
    const conversation = new Conversation({
      clientTerms: terms,
      serverTerms: terms,
      clientMishaps: { mixOrder },
      loses: losing(['PACKET', 'NACK'], rate, seed),
      seed,
    });
    conversation.client.connect();
    conversation.client.sendFile(patternSource(sizeBytes));
    t.true(conversation.store.kept.get('pattern.bin')?.equals(pattern(sizeBytes)));
  },
  { numRuns: 60 },
);

testProp(
  'where acknowledgments and requests are lost as well, it arrives whole or the client fails clearly',
  [fc.record(circumstances)],
  (t, { sizeBytes, fragmentBytes, windowPackets, rate, mixOrder, seed }) => {
    const terms = { fragmentBytes, windowPackets };
    const conversation = new Conversation({
      clientTerms: terms,
      serverTerms: terms,
      clientMishaps: { mixOrder },
      loses: losing(['PACKET', 'NACK', 'ACK', 'REQ_ACK'], rate, seed),
      seed,
    });
    conversation.client.connect();
    try {
      conversation.client.sendFile(patternSource(sizeBytes));
      t.true(conversation.store.kept.get('pattern.bin')?.equals(pattern(sizeBytes)));
    } catch (error) {
      t.is((error as { code?: string }).code, 'ERR_HAWSER_NO_ACKNOWLEDGMENT');
      t.is(conversation.store.kept.size, 0);
    }
  },
  { numRuns: 60 },
);
