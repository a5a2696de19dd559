/** The product's own timer thread, under test as it is. */
import timer from '#hawser/workers/timer.js';
import { member } from '../support/member.js';
import { settingsFor, type SlotTask } from '../support/slot-run.js';

void member((task: SlotTask): string => {
  const { endpoint, buffer } = task;
  const nowhere = { host: 'unused', port: 0 };
  const only = { place: 0, memory: buffer, settings: settingsFor(task), remote: nowhere };
  timer({ memory: endpoint, io: 'dgram', local: nowhere, only });
  return 'stopped';
});
