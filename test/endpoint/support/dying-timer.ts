/** A timer that comes up, and dies of a bug when the first connection joins it. */
import { EndpointHandle } from '#hawser/shared/endpoint/handle.js';
import { lettersIn } from '#hawser/shared/endpoint/mail.js';
import type { RoleTask } from '#hawser/shared/endpoint/task.js';

export default function dyingTimer(task: RoleTask): void {
  const { memory } = new EndpointHandle(task);
  memory.noteThreadReady();
  for (;;) {
    const ticket = memory.timerBell.ticket();
    if (memory.stopRequested || task.mail === undefined) return;
    for (const letter of lettersIn(task.mail.application)) {
      throw new TypeError(`no idea what to do with ${typeof letter}`);
    }
    memory.timerBell.wait(ticket);
  }
}
