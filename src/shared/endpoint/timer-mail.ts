/** What the timer does with its letters: connections join and leave its round. */
import { lettersIn, type ToListener, type ToTimer } from './mail.js';
import type { RoleMail } from './task.js';
import type { ThreadSide } from './thread-side.js';
import type { Timekeeper } from './timekeeping.js';

export function timerMail(mail: RoleMail | undefined, side: ThreadSide) {
  return (keeper: Timekeeper): void => {
    if (mail === undefined) return;
    const read = (letter: ToTimer) => {
      if (letter.kind === 'join') {
        keeper.add(side.berth(letter.task));
        return;
      }
      keeper.remove(letter.place);
      const answer: ToListener = { kind: 'dropped', place: letter.place };
      mail.beside.postMessage(answer);
      side.memory.listenerBell.ring();
    };
    for (const letter of lettersIn(mail.application)) read(letter as ToTimer);
    for (const letter of lettersIn(mail.beside)) read(letter as ToTimer);
  };
}
