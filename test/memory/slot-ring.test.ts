import test from 'ava';
import { HawserError } from '#hawser/shared/errors.js';
import { allocateRing, RingConsumer, RingProducer } from '#hawser/shared/memory/slot-ring.js';
import { randomStreams } from '#hawser/shared/net/random.js';

function ring(slots = 4) {
  const memory = allocateRing({ slots, slotBytes: 16 });
  return { producer: new RingProducer(memory), consumer: new RingConsumer(memory) };
}

async function put(producer: RingProducer, text: string): Promise<void> {
  const slot = await producer.acquire();
  slot.set(Buffer.from(text));
  producer.commit(text.length);
}

function taken(consumer: RingConsumer): string | undefined {
  const bytes = consumer.take();
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}

test('what is committed is taken in order, each piece as long as it was', async (t) => {
  const { producer, consumer } = ring();
  for (const text of ['a', 'bcd', '', 'efgh']) await put(producer, text);
  t.deepEqual(
    [1, 2, 3, 4].map(() => taken(consumer)),
    ['a', 'bcd', '', 'efgh'],
  );
  t.is(taken(consumer), undefined);
});

test('a full ring makes the producer wait until a slot is released, not until it is taken', async (t) => {
  const { producer, consumer } = ring(2);
  await put(producer, 'a');
  await put(producer, 'b');
  t.is(producer.tryAcquire(), undefined);
  let acquired = false;
  const waiting = producer.acquire().then(() => (acquired = true));
  taken(consumer);
  await Promise.resolve();
  t.false(acquired);
  consumer.release();
  t.true(await waiting);
});

test('a producer may wait until everything it has committed is released', async (t) => {
  const { producer, consumer } = ring();
  await producer.untilReleased();
  await put(producer, 'a');
  await put(producer, 'b');
  let released = false;
  const waiting = producer.untilReleased().then(() => (released = true));
  taken(consumer);
  taken(consumer);
  consumer.release();
  await Promise.resolve();
  t.false(released);
  consumer.release();
  t.true(await waiting);
});

test('an empty ring makes the consumer wait until something is committed', async (t) => {
  const { producer, consumer } = ring();
  const waiting = consumer.untilFilled();
  await put(producer, 'a');
  t.true(await waiting);
  t.is(taken(consumer), 'a');
});

test('the end comes behind everything that was committed', async (t) => {
  const { producer, consumer } = ring();
  await put(producer, 'a');
  producer.end();
  t.true(await consumer.untilFilled());
  t.is(taken(consumer), 'a');
  t.false(await consumer.untilFilled());
});

test('a cancelled ring wakes whoever waits, on both sides', async (t) => {
  const full = ring(1);
  await put(full.producer, 'a');
  const acquiring = full.producer.acquire();
  full.consumer.cancel();
  const error = await t.throwsAsync(acquiring, { instanceOf: HawserError });
  t.is(error.code, 'ERR_HAWSER_CLOSED');
  t.is(full.consumer.take(), undefined);
  const empty = ring();
  const filling = empty.consumer.untilFilled();
  empty.producer.cancel();
  t.false(await filling);
});

for (let seed = 1; seed <= 5; seed++) {
  test(`bytes pass through unchanged whoever is faster, with seed ${seed}`, async (t) => {
    const [random] = randomStreams(seed, 1);
    const { producer, consumer } = ring(4);
    const pieces = Array.from({ length: 3000 }, () =>
      Array.from({ length: random.below(17) }, () => random.below(256)),
    );
    const pause = async () => {
      if (random.chance(0.2)) await new Promise(setImmediate);
    };
    const produce = async () => {
      for (const piece of pieces) {
        (await producer.acquire()).set(piece);
        producer.commit(piece.length);
        await pause();
      }
      producer.end();
    };
    const received: number[][] = [];
    const consume = async () => {
      let held = 0;
      while (await consumer.untilFilled()) {
        received.push([...consumer.take()!]);
        held += 1;
        for (; held > 0 && random.chance(0.7); held--) consumer.release();
        if (held === 4) for (; held > 0; held--) consumer.release();
        await pause();
      }
    };
    await Promise.all([produce(), consume()]);
    t.deepEqual(received, pieces, `seed ${seed}`);
  });
}
