/** A line of the message log. Main thread. */
import type { LogEntry } from '../../shared/course/line.js';
import type { LogKind } from '../../shared/course/course-log.js';

const MARKS: Readonly<Record<LogKind, string>> = {
  sent: '-->',
  received: '<--',
  lost: '-x ',
  note: '   ',
};

/** Time in seconds since the start, the direction, the message. */
export function logLine({ kind, text, elapsedMs }: LogEntry): string {
  const seconds = (elapsedMs / 1e3).toFixed(3).padStart(9);
  const suffix = kind === 'lost' ? ', lost on purpose' : '';
  return `${seconds} ${MARKS[kind]} ${text}${suffix}`;
}
