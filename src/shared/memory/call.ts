/**
 * How one connection of many calls a thread of its endpoint: it puts itself on that thread's roll
 * and rings the bell that the thread sleeps on.
 */
import type { Ringer } from './bell.js';
import type { Roll } from './roll.js';

export class Call implements Ringer {
  constructor(
    private readonly roll: Roll,
    private readonly place: number,
    private readonly bell: Ringer,
  ) {}

  ring(): void {
    this.roll.mark(this.place);
    this.bell.ring();
  }
}
