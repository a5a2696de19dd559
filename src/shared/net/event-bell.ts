/**
 * A bell for a listener that sleeps in the kernel instead of in `Atomics.wait`: ringing it writes
 * to an eventfd, which the listener polls together with its socket. Any thread may ring; only the
 * listener sleeps. As with every {@link Bell}, a ring between the ticket and the sleep is not lost,
 * and a ring without a sleeper costs no system call.
 */
import { Bell } from '../memory/bell.js';
import type { Libc } from './libc.js';
import { NativeMemory } from './native-memory.js';

const AWAKE = 0;
const ASLEEP = 1;
const COUNTER_BYTES = 8;

export class EventBell extends Bell {
  readonly #words: Int32Array;
  readonly #count: number;
  readonly #asleep: number;
  readonly #one: NativeMemory;

  /** Shared words: `count` of rings, added to by ringers, and `asleep`, the listener's flag. */
  constructor(
    words: Int32Array,
    count: number,
    asleep: number,
    private readonly libc: Libc,
    private readonly eventFd: number,
  ) {
    super(words, count, asleep);
    this.#words = words;
    this.#count = count;
    this.#asleep = asleep;
    this.#one = new NativeMemory(libc, 2 * COUNTER_BYTES);
    this.#one.setWord(0, 1);
  }

  override ring(): void {
    // Count first, look second; the listener does it the other way round.
    Atomics.add(this.#words, this.#count, 1);
    if (Atomics.load(this.#words, this.#asleep) === AWAKE) return;
    // Of many ringers, one pays for the system call.
    if (Atomics.exchange(this.#words, this.#asleep, AWAKE) === AWAKE) return;
    this.libc.write(this.eventFd, this.#one.address, COUNTER_BYTES);
  }

  /** The listener: says that it sleeps; false if the bell has rung since `ticket`. */
  fallAsleep(ticket: number): boolean {
    Atomics.store(this.#words, this.#asleep, ASLEEP);
    if (this.ticket() === ticket) return true;
    this.wakeUp(false);
    return false;
  }

  /** The listener, back from its sleep; `rang` if the eventfd has to be read. */
  wakeUp(rang: boolean): void {
    Atomics.store(this.#words, this.#asleep, AWAKE);
    if (rang) this.libc.read(this.eventFd, this.#one.address + COUNTER_BYTES, COUNTER_BYTES);
  }
}
