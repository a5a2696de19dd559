import test, { type ExecutionContext } from 'ava';
import { sharedWords } from '../memory/support.js';
import { runCrew } from './support/crew.js';
import { type BellOutcome, type BellTask, bellWords } from './workers/bell-user.js';

type Role = BellTask['role'];

async function ringInTurns(
  t: ExecutionContext,
  { seed, ringers, rounds }: { seed: number; ringers: number; rounds: number },
  sleeper: Role,
): Promise<void> {
  const words = sharedWords(bellWords(ringers));
  const roles = [...Array.from({ length: ringers }, (): Role => 'ringer'), sleeper];
  const posts = roles.map((role, id) => ({
    name: `${role} ${id}`,
    module: 'bell-user',
    task: { words, role, id, ringers, rounds, seed } satisfies BellTask,
  }));
  const outcomes = await runCrew<BellOutcome>(posts);
  t.log(JSON.stringify({ seed, waits: outcomes.map(({ waits }) => waits) }));
  t.true(
    outcomes.every(({ waits }) => waits > 0),
    'somebody never had to wait',
  );
  t.is(words[1], 0, 'a sleeper was not counted out');
}

test.serial('no ring of one ringer is lost', async (t) => {
  await ringInTurns(t, { seed: 21, ringers: 1, rounds: 16_000 }, 'sleeper');
});

test.serial('no ring is lost among three ringers', async (t) => {
  await ringInTurns(t, { seed: 22, ringers: 3, rounds: 8_000 }, 'sleeper');
});

test.serial('no ring is lost by a sleeper with an event loop', async (t) => {
  await ringInTurns(t, { seed: 23, ringers: 2, rounds: 8_000 }, 'sleeper with an event loop');
});
