/**
 * The checker is checked: on random programs, the reduced search must say the same as brute force.
 * `HAWSER_LAB_PROGRAMS` sets the number of programs a test, `HAWSER_LAB_SEED` the first seed.
 */
import test, { type ExecutionContext } from 'ava';
import {
  defineProgram,
  explore,
  type AnyProgram,
  type ExploreOptions,
  type Report,
} from '#hawser/lab/index.js';
import { randomProgram, type Recipe } from './random-program.js';

const PROGRAMS = Number(process.env['HAWSER_LAB_PROGRAMS'] ?? 120);
const FIRST_SEED = Number(process.env['HAWSER_LAB_SEED'] ?? 1);
const BRUTE_FORCE_LIMIT = 3000;

interface Case {
  readonly recipe: Recipe;
  readonly options: ExploreOptions;
}

test('atomics only: the same outcomes as brute force', (t) => {
  compareMany(t, { recipe: { waits: false, plain: false, invariant: false }, options: {} });
});

test('wait and notify: the same outcomes and deadlocks', (t) => {
  const recipe = { waits: true, plain: false, invariant: false };
  compareMany(t, { recipe, options: { timeouts: 'never' } });
});

test('time-outs when idle: the same outcomes and deadlocks', (t) => {
  const recipe = { waits: true, plain: false, invariant: false };
  compareMany(t, { recipe, options: { timeouts: 'idle' } });
});

test('time-outs at any time: the same outcomes and deadlocks', (t) => {
  const recipe = { waits: true, plain: false, invariant: false };
  compareMany(t, { recipe, options: { timeouts: 'any' } });
});

test('plain accesses as steps: the same outcomes', (t) => {
  const recipe = { waits: true, plain: true, invariant: false };
  compareMany(t, { recipe, options: { plain: 'interleaved', races: 'ignore' } });
});

test('plain accesses race-checked: a race is found if and only if there is one', (t) => {
  const recipe = { waits: true, plain: true, invariant: false };
  compareMany(t, { recipe, options: {} });
});

test('an invariant: broken if and only if some schedule breaks it', (t) => {
  const recipe = { waits: false, plain: false, invariant: true };
  compareMany(t, { recipe, options: {} });
});

test('an invariant over plainly written words: broken if and only if some schedule breaks it', (t) => {
  const recipe = { waits: false, plain: true, invariant: true };
  compareMany(t, { recipe, options: { races: 'ignore', plain: 'interleaved' } });
});

test('plain accesses under a mutex: the same outcomes, and an invariant sees them', (t) => {
  for (const invariant of [false, true]) {
    const recipe = { waits: false, plain: true, invariant, shape: 'locked' } as const;
    compareMany(t, { recipe, options: {} }, PROGRAMS / 8);
  }
});

test('a plain write after a load is seen by an invariant in every order', (t) => {
  const program = defineProgram('test', {
    name: 'flicker',
    memory: (memory) => memory.int32('words', ['a', 'b', 'common']),
    threads: {
      a: (words) => {
        words[0] = 1;
        Atomics.load(words, 2);
        words[0] = 0;
      },
      b: (words) => {
        Atomics.load(words, 2);
        words[1] = 1;
      },
    },
    invariant: (words) => words[0] === 0 || words[1] === 0,
  });
  t.is(explore(program, { mode: 'dpor' }).failure?.kind, 'invariant');
});

test('plain writes that come with a step that only reads: an invariant sees them', (t) => {
  const recipe = { waits: false, plain: true, invariant: true, shape: 'owned' } as const;
  compareMany(t, { recipe, options: {} });
});

test('plain accesses race-checked or as steps: the same verdict', (t) => {
  const recipe = { waits: false, plain: true, invariant: false };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS; seed += 1) {
    const program = randomProgram(seed, recipe);
    const checked = explore(program, { mode: 'dpor', minimise: false });
    const interleaved = explore(program, { mode: 'dpor', plain: 'interleaved', minimise: false });
    t.deepEqual(checked.failureKinds, interleaved.failureKinds, program.name);
  }
});

test('bounded search with ever more preemptions ends with the outcomes of brute force', (t) => {
  const recipe = { waits: true, plain: false, invariant: false };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS / 4; seed += 1) {
    const program = randomProgram(seed, recipe);
    const common = { stopAtFirst: false, minimise: false } as const;
    const brute = explore(program, { ...common, mode: 'dfs', maxSchedules: BRUTE_FORCE_LIMIT });
    if (brute.cuts.includes('budget')) continue;
    compare(
      t,
      program,
      brute,
      explore(program, { ...common, mode: 'bounded', bound: 99 }),
      Infinity,
    );
  }
});

function compareMany(t: ExecutionContext, { recipe, options }: Case, programs = PROGRAMS): void {
  let compared = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + programs; seed += 1) {
    const program = randomProgram(seed, recipe);
    const common = { ...options, stopAtFirst: false, minimise: false };
    const brute = explore(program, { ...common, mode: 'dfs', maxSchedules: BRUTE_FORCE_LIMIT });
    if (brute.cuts.includes('budget')) continue;
    compare(t, program, brute, explore(program, { ...common, mode: 'dpor' }));
    compared += 1;
  }
  t.log(`${compared} of ${programs} programs compared, seeds from ${FIRST_SEED}`);
  t.true(compared > programs / 2);
}

function compare(
  t: ExecutionContext,
  program: AnyProgram,
  brute: Report,
  reduced: Report,
  mostSchedules = brute.schedules,
): void {
  const name = program.name;
  if (reduced.schedules > mostSchedules) t.fail(`${name}: more schedules than brute force`);
  if (!endsRunsEarly(brute)) {
    t.deepEqual(Object.keys(reduced.outcomes).sort(), Object.keys(brute.outcomes).sort(), name);
    t.deepEqual([...reduced.failureKinds].sort(), [...brute.failureKinds].sort(), name);
  } else t.is(reduced.verdict, brute.verdict, name);
}

/** What follows a failure in the middle of a run is not explored, so outcomes may be missing. */
function endsRunsEarly({ failureKinds }: Report): boolean {
  return failureKinds.some((kind) => kind !== 'deadlock' && kind !== 'assertion');
}
