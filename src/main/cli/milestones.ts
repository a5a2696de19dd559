/**
 * Prints the course's words as soon as the application has reached them. Main thread; sleeps on the
 * progress bell, because the application thread is busy or blocked and sends no messages.
 */
import type { ClassroomProgress, Milestone } from '../../shared/classroom/progress.js';
import type { ProgressView } from './progress-view.js';

export const MILESTONE_TEXTS: Readonly<Record<Milestone, string>> = {
  stage1Passed: 'STAGE 1 TEST PASSED!',
  stage2Sent: 'CHECK THE OTHER SCRIPT FOR STAGE 2 RESULTS.',
  stage2Passed: 'STAGE 2 TEST PASSED!',
};

export interface Announcing {
  /** Resolves once everything reached so far has been printed, and stops. */
  end(): Promise<void>;
}

export function announceMilestones(progress: ClassroomProgress, view: ProgressView): Announcing {
  let over = false;
  const announcing = announceUntil(progress, view, () => over);
  return {
    async end() {
      over = true;
      progress.bell.ring();
      await announcing;
    },
  };
}

async function announceUntil(
  progress: ClassroomProgress,
  view: ProgressView,
  isOver: () => boolean,
): Promise<void> {
  const announced = new Set<Milestone>();
  for (;;) {
    const ticket = progress.bell.ticket();
    const over = isOver();
    for (const milestone of progress.milestones) {
      if (announced.has(milestone)) continue;
      announced.add(milestone);
      view.say(MILESTONE_TEXTS[milestone]);
    }
    if (over) return;
    await progress.bell.waitAsync(ticket);
  }
}
