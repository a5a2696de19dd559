import test from 'ava';
import { ClassroomProgress } from '#hawser/shared/classroom/progress.js';

test('what one view records, another view of the same memory sees', (t) => {
  const application = new ClassroomProgress();
  const main = new ClassroomProgress(application.buffer);
  application.recordSent(7);
  application.recordReceived(1000);
  t.is(main.sent, 7);
  t.is(main.received, 1000);
});

test('milestones are listed in order and stay reached', (t) => {
  const progress = new ClassroomProgress();
  t.deepEqual(progress.milestones, []);
  progress.reach('stage2Sent');
  progress.reach('stage1Passed');
  t.deepEqual(progress.milestones, ['stage1Passed', 'stage2Sent']);
});

test('reaching a milestone rings the bell after the milestone can be seen', async (t) => {
  const progress = new ClassroomProgress();
  const ticket = progress.bell.ticket();
  const woken = progress.bell.waitAsync(ticket).then(() => progress.milestones);
  progress.reach('stage2Passed');
  t.deepEqual(await woken, ['stage2Passed']);
});
