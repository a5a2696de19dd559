/** What the timer does with its letters: connections join and leave its round. */
import { lettersIn, type ToListener, type ToTimer } from './mail.js';
import type { RoleMail } from './task.js';
import { BerthCache } from './berth-cache.js';
import type { ThreadSide } from './thread-side.js';
import type { Timekeeper } from './timekeeping.js';

export function timerMail(mail: RoleMail | undefined, side: ThreadSide) {
  const cache = new BerthCache((task) => side.objects(task), 0);
  return (keeper: Timekeeper): void => {
    if (mail === undefined) return;
    const readApplication = () => {
      for (const letter of lettersIn(mail.application)) read(letter as ToTimer);
    };
    const read = (letter: ToTimer) => {
      if (letter.kind === 'join') {
        keeper.add(cache.berth(letter.task));
        return;
      }
      // The application's "join" was sent before the listener could say "drop", but on another way:
      // read after the drop, it would bring back a connection whose memory is somebody else's by then.
      readApplication();
      keeper.remove(letter.place);
      const answer: ToListener = { kind: 'dropped', place: letter.place };
      mail.beside.postMessage(answer);
      side.memory.listenerBell.ring();
    };
    readApplication();
    for (const letter of lettersIn(mail.beside)) read(letter as ToTimer);
  };
}
