/**
 * The places of one owner, and the memories for connections there. Private to its owner's thread: the
 * application's has the lower half of the places, the listener's the upper.
 */
import { ConnectionMemory, describeConnection } from '../memory/connection-memory.js';
import type { EndpointMemory } from '../memory/endpoint-memory.js';
import {
  fixedCost,
  type Geometry,
  ReceiveWord,
  receiveSlotCost,
  sendSlotCost,
  SendWord,
} from '../memory/layout.js';
import type { PageReturn } from '../memory/page-return.js';
import { TIMER_COUNT } from '../transport/timers.js';
import { Slabs, type Span } from './slabs.js';

export interface Vacancy extends Span {
  readonly place: number;
}

export class Berths {
  readonly #free: number[] = [];
  readonly #slabs = new Map<string, Slabs>();
  readonly #occupied = new Map<number, { span: Span; slabs: Slabs }>();
  #next: number;
  readonly #end: number;

  constructor(
    private readonly memory: EndpointMemory,
    owner: 'application' | 'listener',
    /** Where this thread can. */
    private readonly pageReturn: () => PageReturn | undefined = () => undefined,
  ) {
    const half = memory.places / 2;
    this.#next = owner === 'application' ? 0 : half;
    this.#end = this.#next + half;
  }

  get count(): number {
    return this.#occupied.size;
  }

  /** A place with a memory that is zero but for its description; undefined if a limit is reached. */
  take(geometry: Geometry, localConnectionId: number): Vacancy | undefined {
    const slabs = this.#slabsOf(geometry);
    if (this.#free.length === 0 && this.#next === this.#end) return undefined;
    if (!this.memory.claim(firstCost(geometry))) return undefined;
    const span = slabs.take();
    if (span === undefined) {
      this.memory.unclaim(firstCost(geometry));
      return undefined;
    }
    const place = this.#free.pop() ?? this.#next++;
    describeConnection(span.buffer, geometry, localConnectionId, span.base);
    this.#occupied.set(place, { span, slabs });
    return { ...span, place };
  }

  /** No thread touches this place any more. */
  giveBack(place: number): void {
    const berth = this.#occupied.get(place);
    if (berth === undefined) return;
    this.#occupied.delete(place);
    this.#free.push(place);
    const { span, slabs } = berth;
    const memory = new ConnectionMemory(span.buffer, TIMER_COUNT, span.base);
    memory.pageReturn = this.pageReturn();
    this.#unclaim(memory);
    memory.clear();
    slabs.giveBack(span);
  }

  /** Also what the rings have come to: that the connection has claimed itself. */
  #unclaim({ geometry, send, receive }: ConnectionMemory): void {
    const [sendSlot, receiveSlot] = [sendSlotCost(geometry), receiveSlotCost(geometry)];
    const { firstSendSlots, firstReceiveSlots } = geometry;
    const sendSlots = Math.max(send[SendWord.ringSlotsMost], firstSendSlots);
    const receiveSlots = Math.max(receive[ReceiveWord.ringSlotsMost], firstReceiveSlots);
    this.memory.unclaim(sendSlots * sendSlot, firstSendSlots * sendSlot);
    this.memory.unclaim(receiveSlots * receiveSlot, firstReceiveSlots * receiveSlot);
    this.memory.unclaim(firstCost(geometry));
  }

  #slabsOf(geometry: Geometry): Slabs {
    const key = Object.values(geometry).join(' ');
    const known = this.#slabs.get(key);
    if (known !== undefined) return known;
    const slabs = new Slabs(geometry, (bytes) => this.pageReturn()?.prepare(bytes));
    this.#slabs.set(key, slabs);
    return slabs;
  }
}

/** What a connection takes that has not yet had to grow; all else it claims itself. */
function firstCost(geometry: Geometry): number {
  const { sendSlots, receiveSlots } = geometry;
  const { firstSendSlots = sendSlots, firstReceiveSlots = receiveSlots } = geometry;
  const rings =
    firstSendSlots * sendSlotCost(geometry) + firstReceiveSlots * receiveSlotCost(geometry);
  return fixedCost(geometry) + rings;
}
