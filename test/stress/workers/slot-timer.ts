/** The product's own timer thread, under test as it is. */
import timer from '#hawser/workers/timer.js';
import { member } from '../support/member.js';
import { HASTY, type SlotTask } from '../support/slot-run.js';

void member(({ buffer }: SlotTask): string => {
  const nowhere = { host: 'unused', port: 0 };
  timer({ memory: buffer, settings: HASTY, io: 'dgram', local: nowhere, remote: nowhere });
  return 'stopped';
});
