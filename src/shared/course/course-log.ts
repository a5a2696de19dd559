/** The message log of the course: who implements it prints, or remembers. Application thread. */

/** `lost`: it was to be sent, and a switch has lost it. `note`: no message, but worth a line. */
export type LogKind = 'sent' | 'received' | 'lost' | 'note';

export interface CourseLog {
  record(kind: LogKind, text: string): void;
}
