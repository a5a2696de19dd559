import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  Decision,
  Kind,
  LONGEST_MESSAGE_BYTES,
  OFFER_WINDOW,
} from '#hawser/shared/files/messages.js';
import { realDisk } from '#hawser/shared/files/disk.js';
import { Limits } from '#hawser/shared/files/limits.js';
import type { Conflict } from '#hawser/shared/files/placing.js';
import { statusOfNumber } from '#hawser/shared/files/status.js';
import { Hand } from './support/hand.js';
import { GOOD_NAMES, HOSTILE_NAMES } from './support/names.js';
import { sharedStorage } from './support/transfer.js';
import { contents, makeFolder, temporaryFolder, write } from './support/trees.js';

/** A receiver's folder with something around it that is not to be touched. */
function scene(t: ExecutionContext) {
  const root = temporaryFolder(t);
  const into = makeFolder(root, 'outer', 'into');
  write('do not touch', root, 'outer', 'x');
  write('do not touch', root, 'x');
  write('do not touch', root, 'secret', 'x');
  return { root, into };
}

const CONTENT = Buffer.from('abc');

/** Offers one file and sends it if the receiver wants it. Returns what became of it. */
async function attempt(
  hand: Hand,
  id: number,
  name: Uint8Array | string,
  kind: number = Kind.file,
) {
  await hand.say({ ...hand.offer(id, name), kind, size: kind === Kind.folder ? 0 : 3 });
  const answer = await hand.hear('answer');
  if (answer.decision === Decision.settled) return statusOfNumber(answer.status);
  await hand.say({ is: 'begin', id, offset: 0 });
  await hand.data(CONTENT);
  await hand.say(hand.whole(id, CONTENT));
  return statusOfNumber((await hand.hear('verdict')).status);
}

test('no hostile name leaves a trace, in the folder or around it', async (t) => {
  const { root, into } = scene(t);
  const before = contents(root);
  const hand = new Hand(into, 'overwrite');
  await hand.greet();
  let id = 0;
  for (const [what, name] of HOSTILE_NAMES) {
    for (const kind of [Kind.file, Kind.folder, Kind.stream]) {
      t.is(await attempt(hand, id, name, kind), 'name', what);
      id += 1;
    }
  }
  await hand.say({ is: 'done' });
  await hand.hear('goodbye');
  await hand.result;
  t.deepEqual(contents(root), before);
});

test('good names arrive as they are, byte for byte', async (t) => {
  const { into } = scene(t);
  const hand = new Hand(into);
  await hand.greet();
  for (const [id, name] of GOOD_NAMES.entries()) {
    t.is(await attempt(hand, id, name), 'stored', name);
    t.deepEqual(readFileSync(join(into, name)), CONTENT, name);
  }
});

const obstacles: [what: string, name: string, build: (into: string, root: string) => void][] = [
  [
    'a link to a folder outside',
    'link/x',
    (into, root) => {
      symlinkSync(join(root, 'secret'), join(into, 'link'));
    },
  ],
  [
    'a link to the folder above',
    'link/x',
    (into) => {
      symlinkSync('..', join(into, 'link'));
    },
  ],
  [
    'a link further down',
    'a/b/link/x',
    (into, root) => {
      mkdirSync(join(into, 'a', 'b'), { recursive: true });
      symlinkSync(root, join(into, 'a', 'b', 'link'));
    },
  ],
  [
    'a link to a file outside',
    'link',
    (into, root) => {
      symlinkSync(join(root, 'secret', 'x'), join(into, 'link'));
    },
  ],
  [
    'a link to nothing',
    'link',
    (into, root) => {
      symlinkSync(join(root, 'secret', 'new'), join(into, 'link'));
    },
  ],
  [
    'a link to a device',
    'link',
    (into) => {
      symlinkSync('/dev/null', join(into, 'link'));
    },
  ],
  [
    'a link to itself',
    'link/x',
    (into) => {
      symlinkSync('link', join(into, 'link'));
    },
  ],
  [
    'a file where a folder should be',
    'file/x',
    (into) => {
      write('here', into, 'file');
    },
  ],
  [
    'a folder where the file should be',
    'folder',
    (into) => {
      mkdirSync(join(into, 'folder'));
    },
  ],
  [
    'a named pipe',
    'pipe',
    (into) => {
      execFileSync('mkfifo', [join(into, 'pipe')]);
    },
  ],
  [
    'a named pipe where a folder should be',
    'pipe/x',
    (into) => {
      execFileSync('mkfifo', [join(into, 'pipe')]);
    },
  ],
];

for (const conflict of ['refuse', 'overwrite'] satisfies Conflict[]) {
  for (const [what, name, build] of obstacles) {
    test(`with "${conflict}" nothing is written through what stands in the way: ${what}`, async (t) => {
      const { root, into } = scene(t);
      build(into, root);
      const before = contents(root);
      const hand = new Hand(into, conflict);
      await hand.greet();
      t.is(await attempt(hand, 0, name), 'obstructed');
      t.deepEqual(contents(root), before);
    });
  }
}

test('with "rename" a file is put beside what stands in the way', async (t) => {
  const { root, into } = scene(t);
  symlinkSync(join(root, 'secret', 'x'), join(into, 'link'));
  const hand = new Hand(into, 'rename');
  await hand.greet();
  t.is(await attempt(hand, 0, 'link'), 'stored');
  t.is(readFileSync(join(into, 'link (1)'), 'utf8'), 'abc');
  t.is(readFileSync(join(root, 'secret', 'x'), 'utf8'), 'do not touch');
});

test('permissions that would give more than reading, writing and executing are dropped', async (t) => {
  const { into } = scene(t);
  const hand = new Hand(into);
  await hand.greet();
  await hand.say({ ...hand.offer(0, 'x'), mode: 0o7777 });
  await hand.hear('answer');
  await hand.say({ is: 'begin', id: 0, offset: 0 });
  await hand.data(CONTENT);
  await hand.say(hand.whole(0, CONTENT));
  await hand.hear('verdict');
  t.is(contents(into)['x'].mode & 0o7777, 0o777);
});

const violations: [what: string, act: (hand: Hand) => Promise<void>][] = [
  ['no greeting', (hand) => hand.say({ is: 'done' })],
  [
    'another greeting',
    (hand) => hand.say({ is: 'greeting', magic: 'HTTP/1.1', version: 1, offerWindow: 1 }),
  ],
  ['bytes that are no frame', (hand) => hand.raw(Buffer.from('GET / HTTP/1.1\r\n\r\n'))],
];

for (const [what, act] of violations) {
  test(`a conversation does not begin with ${what}`, async (t) => {
    const { into } = scene(t);
    const hand = new Hand(into);
    await act(hand);
    hand.end();
    t.is((await hand.result).failure?.status, 'protocol');
    t.deepEqual(contents(into), {});
  });
}

test('a peer of another version is told so', async (t) => {
  const hand = new Hand(scene(t).into);
  await hand.say({ is: 'greeting', magic: 'HAWSFILE', version: 2, offerWindow: 1 });
  const { failure } = await hand.result;
  t.is(failure?.status, 'version');
  t.regex(failure?.text ?? '', /version 2 .* this is 1/);
  await hand.hear('greeting');
  t.is(statusOfNumber((await hand.hear('abort')).status), 'version');
});

const oddities: [what: string, act: (hand: Hand) => Promise<void>][] = [
  ['data of no file', (hand) => hand.data(CONTENT)],
  ['zeros of no file', (hand) => hand.say({ is: 'zeros', count: 1 })],
  ['a beginning without an offer', (hand) => hand.say({ is: 'begin', id: 0, offset: 0 })],
  ['an end without an offer', (hand) => hand.say(hand.whole(0, CONTENT))],
  ['an offer out of order', (hand) => hand.say(hand.offer(1, 'x'))],
  [
    'the same offer twice',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say(hand.offer(0, 'y'));
    },
  ],
  [
    'more offers than the window',
    async (hand) => {
      for (let id = 0; id <= OFFER_WINDOW; id++) await hand.say(hand.offer(id, `x${id}`));
    },
  ],
  [
    'a beginning at an offset that was not offered',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say({ is: 'begin', id: 0, offset: 1 });
    },
  ],
  [
    'a beginning in the middle of a file',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say(hand.offer(1, 'y'));
      await hand.say({ is: 'begin', id: 0, offset: 0 });
      await hand.say({ is: 'begin', id: 1, offset: 0 });
    },
  ],
  [
    'more data than was offered',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say({ is: 'begin', id: 0, offset: 0 });
      await hand.data(Buffer.from('abcd'));
    },
  ],
  [
    'more zeros than was offered',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say({ is: 'begin', id: 0, offset: 0 });
      await hand.say({ is: 'zeros', count: 2 ** 52 });
    },
  ],
  [
    'more zeros at once than data',
    async (hand) => {
      await hand.say(hand.offer(0, 'x', 2 ** 52));
      await hand.say({ is: 'begin', id: 0, offset: 0 });
      await hand.say({ is: 'zeros', count: 2 ** 52 });
    },
  ],
  [
    'an end without data',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say(hand.whole(0, CONTENT));
    },
  ],
  [
    'a second greeting',
    (hand) => hand.say({ is: 'greeting', magic: 'HAWSFILE', version: 1, offerWindow: 1 }),
  ],
  [
    'a verdict, which is not its to give',
    (hand) => hand.say({ is: 'verdict', id: 0, status: 0, name: Buffer.of(), text: '' }),
  ],
  [
    'being done before a file that was offered',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say({ is: 'done' });
    },
  ],
  [
    'being done in the middle of a file',
    async (hand) => {
      await hand.say(hand.offer(0, 'x'));
      await hand.say({ is: 'begin', id: 0, offset: 0 });
      await hand.say({ is: 'done' });
    },
  ],
  ['giving up because all is well', (hand) => hand.say({ is: 'abort', status: 0, text: '' })],
  ['a message of no known type', (hand) => hand.raw(Buffer.of(99, 0, 0, 0, 0))],
  ['a message longer than any', (hand) => hand.raw(Buffer.of(3, 0xff, 0xff, 0xff, 0xff))],
  [
    'a message a little too long',
    (hand) => {
      const header = Buffer.alloc(5);
      header.writeUInt8(3);
      header.writeUInt32BE(LONGEST_MESSAGE_BYTES + 1, 1);
      return hand.raw(header);
    },
  ],
  ['a message with bytes left over', (hand) => hand.raw(Buffer.of(10, 0, 0, 0, 1, 0))],
  ['a message that is cut short', (hand) => hand.raw(Buffer.of(5, 0, 0, 0, 2, 0, 0))],
  ['a text that is not UTF-8', (hand) => hand.raw(Buffer.of(12, 0, 0, 0, 4, 0, 0, 1, 0xff))],
  [
    'a number beyond counting',
    (hand) => hand.raw(Buffer.of(7, 0, 0, 0, 8, 0xff, 0, 0, 0, 0, 0, 0, 0)),
  ],
];

for (const [what, act] of oddities) {
  test(`a transfer ends at ${what}, and nothing has its name`, async (t) => {
    const { into } = scene(t);
    const hand = new Hand(into);
    await hand.greet();
    await act(hand);
    t.is((await hand.result).failure?.status, 'protocol');
    t.deepEqual(contents(into), {});
  });
}

test('data whose digest is another is not stored', async (t) => {
  const { into } = scene(t);
  const hand = new Hand(into);
  await hand.greet();
  await hand.say(hand.offer(0, 'x'));
  await hand.hear('answer');
  await hand.say({ is: 'begin', id: 0, offset: 0 });
  await hand.data(Buffer.from('abd'));
  await hand.say(hand.whole(0, CONTENT));
  t.is(statusOfNumber((await hand.hear('verdict')).status), 'corrupt');
  t.deepEqual(contents(into), {});
});

test('data that is shorter than was offered is not stored', async (t) => {
  const { into } = scene(t);
  const hand = new Hand(into);
  await hand.greet();
  await hand.say(hand.offer(0, 'x', 4));
  await hand.hear('answer');
  await hand.say({ is: 'begin', id: 0, offset: 0 });
  await hand.data(CONTENT);
  await hand.say(hand.whole(0, CONTENT));
  t.is(statusOfNumber((await hand.hear('verdict')).status), 'corrupt');
  t.deepEqual(contents(into), {});
});

test('a name that was offered and never sent is free again', async (t) => {
  const { into } = scene(t);
  const shared = sharedStorage();
  const first = new Hand(into, 'refuse', shared);
  await first.greet();
  await first.say(first.offer(0, 'x'));
  await first.say({ is: 'done' });
  await first.result;
  const second = new Hand(into, 'refuse', shared);
  await second.greet();
  t.is(await attempt(second, 0, 'x'), 'stored');
});

test('folders count as files, also those on the way, and a refused file makes none', async (t) => {
  const { into } = scene(t);
  const shared = sharedStorage(realDisk, new Limits({ files: 3, bytes: Infinity }));
  const hand = new Hand(into, 'refuse', shared);
  await hand.greet();
  t.is(await attempt(hand, 0, 'a', Kind.folder), 'stored');
  t.is(await attempt(hand, 1, 'a', Kind.folder), 'stored', 'it is there already');
  t.is(await attempt(hand, 2, 'b/x'), 'stored');
  t.is(await attempt(hand, 3, 'c', Kind.folder), 'limit');
  t.is(await attempt(hand, 4, 'd/e/y'), 'limit');
  t.deepEqual(Object.keys(contents(into)).sort(), ['a', 'b', 'b/x']);
});

test('a folder that is offered again and again is one folder', async (t) => {
  const { into } = scene(t);
  let timesSet = 0;
  const disk = {
    ...realDisk,
    setTime: (fd: number, seconds: number) => {
      timesSet += 1;
      realDisk.setTime(fd, seconds);
    },
  };
  const hand = new Hand(into, 'refuse', sharedStorage(disk));
  await hand.greet();
  for (let id = 0; id < 20; id++) {
    const folder = { kind: Kind.folder, size: 0, mode: id === 19 ? 0o750 : 0o700 };
    await hand.say({ ...hand.offer(id, 'a'), ...folder });
    await hand.hear('answer');
  }
  await hand.say({ is: 'done' });
  await hand.hear('goodbye');
  t.is(timesSet, 1);
  t.is(statSync(join(into, 'a')).mode & 0o777, 0o750);
});

test('a transfer whose stream ends within a frame is broken', async (t) => {
  const { into } = scene(t);
  const hand = new Hand(into);
  await hand.greet();
  await hand.raw(Buffer.of(7, 0, 0));
  hand.end();
  t.is((await hand.result).failure?.status, 'broken');
});
