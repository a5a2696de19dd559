/**
 * The lost wake-up: a notification that nobody is there to hear is not kept for later.
 */
import type { Race } from '../race.js';
import { buggy, fixed, lateTicket } from './programs.js';

export const lostWakeUp: Race = {
  name: 'lost-wake-up',
  title: 'Lost wake-up: notify before wait',
  summary: 'The wake-up comes between the look and the sleep, and the thread sleeps for ever.',
  buggy: { program: buggy, fails: 'deadlock' },
  fixed: { program: fixed },
  variants: { 'late-ticket': { program: lateTicket, fails: 'deadlock' } },
  text: {
    symptom:
      'A transfer stands still. No processor is busy, nothing is on the wire, and everything goes on as soon as anybody sends anything, or a debugger is attached.',
    why: 'The application has looked (no room) and is about to sleep. Now the listener makes room and notifies: nobody sleeps yet, so nobody is woken. Then the application falls asleep, with room to send and nobody left to say so. `Atomics.notify` wakes those who sleep now; it remembers nothing.',
    fix: 'Change a word before notifying, and sleep on that word: `Atomics.wait(words, RINGS, ticket)` compares and falls asleep in one step, and returns at once if the word has changed since the ticket was taken. So: take the ticket, look at the state, then sleep. That is an event count; here it is called a bell. The condition does the same with the number of its broadcasts.',
    cost: 'One atomic increment a wake-up. With a count of the sleepers, as the bell has, the system call of `notify` is saved when nobody sleeps, which is nearly always.',
    exercises: [
      'The variant `late-ticket` uses the bell and still deadlocks. Why? Put it right by moving one line.',
      'The bell adds to its count first and looks for sleepers second; a sleeper counts itself first and compares second. Reverse one of the two and explore. Which litmus test is that?',
      'A wait with a time-out of one second “fixes” the buggy version. What would a user see? Run it with `--timeouts never` and with `--timeouts idle`.',
    ],
    references: [
      'ECMAScript 2025, §25.4: `Atomics.wait`, `Atomics.notify`, and the waiter list they share.',
      'D. P. Reed and R. K. Kanodia, Synchronization with Eventcounts and Sequencers, CACM 22(2), 1979.',
    ],
  },
};
