import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { Breath } from '#hawser/shared/files/breath.js';
import { FolderStorage } from '#hawser/shared/files/folder-storage.js';
import { FrameReader } from '#hawser/shared/files/frame-reader.js';
import { FrameWriter } from '#hawser/shared/files/frame-writer.js';
import { ownGreeting } from '#hawser/shared/files/greeting.js';
import { Kind, OFFER_WINDOW } from '#hawser/shared/files/messages.js';
import { Receiver } from '#hawser/shared/files/receiver.js';
import { Pipe } from './support/pipe.js';
import { sharedStorage } from './support/transfer.js';
import { temporaryFolder } from './support/trees.js';

const OFFERS = 10 * OFFER_WINDOW;
/** Far more than it takes to read them all. */
const TURNS = 10_000;

test('a sender that offers on and on and does not listen is not heard until it does', async (t) => {
  const narrow = { capacity: 1, roomBytes: 65_536 };
  const [forward, back] = [new Pipe(narrow), new Pipe(narrow)];
  const { signal } = new AbortController();
  const options = { root: temporaryFolder(t), conflict: 'refuse', names: 'portable' } as const;
  const storage = new FolderStorage(options, sharedStorage(), new Breath(signal));
  const [reader, writer] = [new FrameReader(forward), new FrameWriter(back)];
  const receiver = new Receiver(reader, writer, { storage, report: () => undefined, signal });
  const result = receiver.run();

  let offered = 0;
  const sending = (async () => {
    const out = new FrameWriter(forward);
    await out.send(ownGreeting);
    const rest = { size: 0, mode: 0, modifiedNs: 0n, name: Buffer.from('..') };
    for (; offered < OFFERS; offered++) {
      await out.send({ is: 'offer', id: offered, kind: Kind.file, ...rest });
    }
    await out.send({ is: 'done' });
    out.flush();
  })();
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  t.true(offered < OFFERS, `all ${offered} offers were taken`);

  const answers = new FrameReader(back);
  while ((await answers.next())?.is !== 'goodbye');
  await sending;
  t.deepEqual((await result).counts, { name: OFFERS });
});
