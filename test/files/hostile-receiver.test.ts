import test, { type ExecutionContext } from 'ava';
import { realDisk } from '#hawser/shared/files/disk.js';
import { FrameReader } from '#hawser/shared/files/frame-reader.js';
import { FrameWriter } from '#hawser/shared/files/frame-writer.js';
import { ownGreeting } from '#hawser/shared/files/greeting.js';
import { Decision, type Message } from '#hawser/shared/files/messages.js';
import { Sender } from '#hawser/shared/files/sender.js';
import { items } from '#hawser/shared/files/sources.js';
import { Pipe } from './support/pipe.js';
import { temporaryFolder, write } from './support/trees.js';

/** A sender of one file, and the two ends of a receiver by hand. */
function sender(t: ExecutionContext) {
  const path = write('abc', temporaryFolder(t), 'x');
  const [forward, back] = [new Pipe(), new Pipe()];
  const running = new Sender(new FrameReader(back), new FrameWriter(forward), {
    items: () => items({ paths: [path], streamName: 'stdin' }),
    disk: realDisk,
    stream: undefined,
    report: () => undefined,
    signal: new AbortController().signal,
  });
  const writer = new FrameWriter(back);
  const say = async (message: Message) => {
    await writer.send(message);
    writer.flush();
  };
  return { result: running.run(), say, reader: new FrameReader(forward) };
}

const goodbye: Message = { is: 'goodbye', stored: 1, bytes: 3 };

test('a goodbye before anything was answered ends the transfer', async (t) => {
  const { result, say } = sender(t);
  await say(ownGreeting);
  await say(goodbye);
  t.is((await result).failure?.status, 'protocol');
});

test('a goodbye without a verdict is not taken for one', async (t) => {
  const { result, say, reader } = sender(t);
  await say(ownGreeting);
  const answer = { decision: Decision.send, status: 0, offset: 0, digest: Buffer.of(), text: '' };
  for (;;) {
    const frame = await reader.next();
    if (frame?.is === 'offer') await say({ is: 'answer', id: frame.id, ...answer });
    if (frame?.is === 'data') while ((await reader.piece()).length > 0);
    if (frame?.is === 'done') break;
  }
  await say(goodbye);
  const { counts, failure } = await result;
  t.is(failure?.status, 'protocol');
  t.deepEqual(counts, {});
});

test('a receiver that gives up has failed, whatever reason it gives', async (t) => {
  const { result, say } = sender(t);
  await say(ownGreeting);
  await say({ is: 'abort', status: 0, text: 'all is well' });
  t.is((await result).failure?.status, 'protocol');
});
