import { MessageChannel } from 'node:worker_threads';
import test from 'ava';
import { timerMail } from '#hawser/shared/endpoint/timer-mail.js';
import type { ConnectionTask, RoleMail } from '#hawser/shared/endpoint/task.js';
import type { Berth } from '#hawser/shared/endpoint/berth-cache.js';
import { ThreadSide } from '#hawser/shared/endpoint/thread-side.js';
import type { Timekeeper } from '#hawser/shared/endpoint/timekeeping.js';
import { allocateConnection } from '#hawser/shared/memory/connection-memory.js';
import { allocateEndpoint, EndpointMemory } from '#hawser/shared/memory/endpoint-memory.js';
import { defaultSettings } from '#hawser/shared/transport/settings.js';
import { TIMER_COUNT } from '#hawser/shared/transport/timers.js';
import { SMALL } from '../memory/support.js';

const PLACE = 3;

test('a connection that has come and gone between two looks at the mail is not kept', (t) => {
  const application = new MessageChannel();
  const beside = new MessageChannel();
  t.teardown(() => {
    application.port1.close();
    beside.port1.close();
  });
  const memory = allocateConnection(SMALL, TIMER_COUNT, 7);
  const settings = { ...defaultSettings, wallClockOffsetMicros: 0 };
  const task: ConnectionTask = { place: PLACE, memory, settings };
  // Just after the application's letters were read, it writes one, and the listener the next.
  let written = false;
  const writeBoth = () => {
    if (written) return;
    written = true;
    application.port1.postMessage({ kind: 'join', task });
    beside.port1.postMessage({ kind: 'drop', place: PLACE });
  };
  const mail: RoleMail = {
    application: application.port2,
    get beside() {
      writeBoth();
      return beside.port2;
    },
  };
  const kept = new Set<number>();
  const keeper = {
    add: ({ place }: Berth) => kept.add(place),
    remove: (place: number) => kept.delete(place),
  } as unknown as Timekeeper;
  const side = new ThreadSide(new EndpointMemory(allocateEndpoint(64)), {}, undefined);
  const take = timerMail(mail, side);
  take(keeper);
  take(keeper);
  t.deepEqual([...kept], []);
});
