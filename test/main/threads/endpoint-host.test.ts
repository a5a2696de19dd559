import test, { type ExecutionContext } from 'ava';
import { EndpointHost } from '#hawser/main/threads/endpoint-host.js';
import { FixtureControl, type FixtureTask } from './fixtures/control.js';

const fixture = (name: string) => new URL(`./fixtures/${name}.js`, import.meta.url);

interface Story {
  listener?: string;
  timer?: string;
  endpoints?: number;
}

/** A host whose endpoints run fixture roles; `announce` does what a Streamer does on its worker. */
function hostOf(t: ExecutionContext, { listener, timer, endpoints = 1 }: Story = {}) {
  const known: FixtureControl[] = [];
  const host = new EndpointHost<FixtureTask, FixtureControl>({
    endpoints,
    applications: 1,
    open: ({ memory }) => known.find((control) => control.memory === memory) ?? adopt(memory),
    roleModules: {
      listener: fixture(listener ?? 'waiting-role'),
      timer: fixture(timer ?? 'waiting-role'),
    },
  });
  const adopt = (memory: SharedArrayBuffer) => {
    const control = new FixtureControl(memory);
    known.push(control);
    return control;
  };
  t.teardown(() => host.close());
  const announce = async (...controls: FixtureControl[]) => {
    const memories = controls.map(({ memory }) => memory);
    await host.runApplication(fixture('announcing-application'), memories);
  };
  return { host, announce, known };
}

// A host answers every announcement in the process, so these run one after the other.

test.serial('an announced endpoint gets a listener and a timer of its own', async (t) => {
  const { host, announce } = hostOf(t);
  const control = new FixtureControl();
  await announce(control);
  await control.untilStarted(2);
  t.is(host.endpoints().length, 1);
  t.is(control.failure(), undefined);
});

test.serial('closing the host stops the roles and waits until they have returned', async (t) => {
  const { host, announce } = hostOf(t);
  const control = new FixtureControl();
  await announce(control);
  await control.untilStarted(2);
  await host.close();
  t.true(control.stopped);
  t.deepEqual(host.failures(), []);
});

for (const role of ['listener', 'timer'] as const) {
  test.serial(`a ${role} that throws fails the endpoint and leaves its stack`, async (t) => {
    const { host, announce } = hostOf(t, { [role]: 'throwing-role' });
    const control = new FixtureControl();
    await announce(control);
    await control.untilFailed();
    await host.close();
    t.is(control.failure()?.code, 'ERR_HAWSER_INTERNAL');
    t.like(host.failures(), [{ role, error: { message: 'slot 7 is not a slot' } }]);
    t.regex(host.failures()[0].error.stack ?? '', /throwing-role/);
    t.is(host.endpoints()[0].detail, `${role}: slot 7 is not a slot`);
  });

  test.serial(
    `a ${role} that returns without having been stopped fails the endpoint`,
    async (t) => {
      const { announce, host } = hostOf(t, { [role]: 'returning-role' });
      const control = new FixtureControl();
      await announce(control);
      await control.untilFailed();
      t.is(control.failure()?.code, 'ERR_HAWSER_INTERNAL');
      t.regex(host.failures()[0].error.message, new RegExp(`the ${role} thread returned`));
    },
  );
}

test.serial('a role that gave its reason keeps its code', async (t) => {
  const { host, announce } = hostOf(t, { listener: 'explaining-role' });
  const control = new FixtureControl();
  await announce(control);
  await control.untilFailed();
  await host.close();
  t.is(control.failure()?.code, 'ERR_HAWSER_ADDRESS_IN_USE');
});

test.serial(
  'an endpoint beyond the threads of the host is refused, the first goes on',
  async (t) => {
    const { announce, known } = hostOf(t, { endpoints: 1 });
    const [first, second] = [new FixtureControl(), new FixtureControl()];
    await announce(first, second);
    await first.untilStarted(2);
    await second.untilFailed();
    t.is(first.failure(), undefined);
    t.is(second.failure()?.code, 'ERR_HAWSER_NO_HOST');
    t.is(known.length, 2);
  },
);

test.serial('an interruption fails every endpoint, one announced later too', async (t) => {
  const { host, announce } = hostOf(t, { endpoints: 2 });
  const [early, late] = [new FixtureControl(), new FixtureControl()];
  await announce(early);
  await early.untilStarted(2);
  host.failAll('ERR_HAWSER_INTERRUPTED', 'by the test');
  await announce(late);
  await late.untilFailed();
  t.is(early.failure()?.code, 'ERR_HAWSER_INTERRUPTED');
  t.is(late.failure()?.code, 'ERR_HAWSER_INTERRUPTED');
});

test.serial('an application that throws rejects with its message', async (t) => {
  const { host } = hostOf(t);
  await t.throwsAsync(host.runApplication(fixture('throwing-role'), undefined), {
    message: 'slot 7 is not a slot',
  });
});

test.serial(
  'a thread imports its module: ended amid a require, it would abort the process',
  async (t) => {
    const { host } = hostOf(t);
    const stack = await host.runApplication<string>(fixture('loaded'), undefined);
    t.regex(stack, /loaded/);
    t.notRegex(stack, /require/i);
  },
);
