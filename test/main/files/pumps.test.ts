import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import test from 'ava';
import { pumpIn, pumpOut } from '#hawser/main/files/pumps.js';
import { Throttle } from '#hawser/main/files/throttle.js';
import { allocateRing, RingConsumer, RingProducer } from '#hawser/shared/memory/slot-ring.js';

function ring(slots = 2) {
  const memory = allocateRing({ slots, slotBytes: 16 });
  return { producer: new RingProducer(memory), consumer: new RingConsumer(memory) };
}

async function everythingIn(consumer: RingConsumer): Promise<string> {
  let text = '';
  while (await consumer.untilFilled()) {
    text += Buffer.from(consumer.take()!).toString();
    consumer.release();
  }
  return text;
}

const LONG = 'more than a ring of two slots of sixteen bytes can hold at once';

/** As a pipe or socket of Node does at its end: `read(0)` emits 'end' also while it is paused. */
class EndsWhilePaused extends Readable {
  override _read(): void {
    // Pushed from outside.
  }

  finish(): void {
    this.push(null);
    this.read(0);
  }
}

test('a stream that ends while its last bytes wait for room loses none of them', async (t) => {
  const { producer, consumer } = ring();
  const stream = new EndsWhilePaused();
  const pumping = pumpIn(stream, producer);
  const ended = new Promise((resolve) => stream.once('end', resolve));
  stream.push(LONG);
  await new Promise((resolve) => stream.once('pause', resolve));
  stream.finish();
  await ended;
  t.is(await everythingIn(consumer), LONG);
  t.is(await pumping, undefined);
});

test('a stream that fails while bytes wait for room hands on those, and then its error', async (t) => {
  const { producer, consumer } = ring();
  const stream = new EndsWhilePaused();
  const pumping = pumpIn(stream, producer);
  stream.push(LONG);
  await new Promise((resolve) => stream.once('pause', resolve));
  stream.destroy(new Error('broken'));
  t.is(await everythingIn(consumer), LONG);
  t.is((await pumping)?.message, 'broken');
});

test('a ring that is cancelled while bytes wait for room lets the stream run to its end', async (t) => {
  const { producer, consumer } = ring();
  const stream = Readable.from([LONG, LONG, LONG], { objectMode: false });
  const pumping = pumpIn(stream, producer);
  await new Promise((resolve) => stream.once('pause', resolve));
  consumer.cancel();
  t.is(await pumping, undefined);
  t.true(stream.readableEnded);
});

test('what is in the ring reaches a stream that is slow', async (t) => {
  const { producer, consumer } = ring();
  let text = '';
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      setImmediate(done);
    },
  });
  const pumping = pumpOut(consumer, slow);
  await pumpIn(Readable.from([LONG, LONG], { objectMode: false }), producer);
  await pumping;
  t.is(text, LONG + LONG);
  t.is(slow.listenerCount('drain'), 0);
});

test('what a stream has failed to write does not pass for written', async (t) => {
  const { producer, consumer } = ring();
  const failing = new Writable({
    write(_chunk, _encoding, done) {
      done(new Error('no space is left'));
    },
  });
  const pumping = pumpOut(consumer, failing);
  const slot = await producer.acquire();
  producer.commit(slot.length);
  await t.throwsAsync(producer.untilReleased(), { code: 'ERR_HAWSER_CLOSED' });
  await pumping;
});

test('a low rate keeps nobody once the stream is closed', async (t) => {
  const { producer, consumer } = ring();
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const sleep = (_ms: number, signal: AbortSignal) => {
    stream.destroy();
    return once(signal, 'abort');
  };
  const slot = await producer.acquire();
  producer.commit(slot.length);
  await pumpOut(consumer, stream, new Throttle(0.001, () => 0, sleep));
  t.true(producer.isCancelled);
});
