/**
 * What must hold of the two windows whenever their lock is held. Each function returns what does
 * not, in words; an empty list is good news.
 */
import {
  type ConnectionMemory,
  NONE,
  type ReceiveLock,
  type SendLock,
} from '#hawser/shared/memory/connection-memory.js';
import { ConnectionWord, ReceiveWord, SendWord } from '#hawser/shared/memory/layout.js';
import { SlotState } from '#hawser/shared/transport/slot-states.js';
import { advance, distance, segmentNumber } from '#hawser/shared/wire/serial.js';

class Complaints {
  readonly texts: string[] = [];

  unless(holds: boolean, text: () => string): void {
    if (!holds) this.texts.push(text());
  }
}

export function sendComplaints(memory: ConnectionMemory, _held: SendLock): string[] {
  const complaints = new Complaints();
  const { send, slotState } = memory;
  const slots = send[SendWord.ringSlots];
  const word = (at: number) => segmentNumber(send[at]);
  const oldest = word(SendWord.sendUnacknowledged);
  const sent = distance(word(SendWord.sendNext), oldest);
  const filled = distance(word(SendWord.sendTail), oldest);
  complaints.unless(0 <= sent && sent <= filled && filled <= slots, () => {
    return `una ${oldest}, sent ${sent}, filled ${filled} of ${slots}`;
  });
  const counts = new Array<number>(7).fill(0);
  for (let ahead = 0; ahead < slots; ahead++) {
    const state = slotState[advance(oldest, ahead) & (slots - 1)];
    counts[state] += 1;
    complaints.unless(allowedStates(ahead, sent, filled).includes(state), () => {
      return `slot of una + ${ahead} is in state ${state} with ${sent} sent, ${filled} filled`;
    });
  }
  slotState.subarray(slots).forEach((state, at) => {
    complaints.unless(state === SlotState.free, () => `slot ${slots + at} of ${slots} is in use`);
  });
  listComplaints(memory, 'inFlight', counts[SlotState.inFlight], complaints);
  listComplaints(memory, 'lost', counts[SlotState.lost], complaints);
  complaints.unless(
    counts[SlotState.acknowledged] === send[SendWord.selectivelyAcknowledged],
    () => `${counts[SlotState.acknowledged]} acknowledged slots are not what the word says`,
  );
  return complaints.texts;
}

function allowedStates(ahead: number, sent: number, filled: number): readonly number[] {
  const { free, filling, open, queued, inFlight, lost, acknowledged } = SlotState;
  if (ahead === 0 && sent > 0) return [inFlight, lost];
  if (ahead < sent) return [inFlight, lost, acknowledged];
  if (ahead < filled) return [queued];
  return ahead === filled ? [free, filling, open] : [free];
}

function listComplaints(
  { send, slotState, slotPrevious, slotFollowing, slotLastSent }: ConnectionMemory,
  name: 'inFlight' | 'lost',
  expected: number,
  complaints: Complaints,
): void {
  let before = NONE;
  let length = 0;
  for (let slot = send[SendWord[`${name}First`]]; slot !== NONE; slot = slotFollowing[slot]) {
    const linked = slotState[slot] === SlotState[name] && slotPrevious[slot] === before;
    complaints.unless(linked, () => `slot ${slot} does not belong where the ${name} list has it`);
    const inOrder =
      name === 'lost' || before === NONE || slotLastSent[before] <= slotLastSent[slot];
    complaints.unless(inOrder, () => `slot ${slot} is in flight out of order`);
    before = slot;
    length += 1;
    if (length > expected) break;
  }
  complaints.unless(
    length === expected &&
      send[SendWord[`${name}Count`]] === expected &&
      send[SendWord[`${name}Last`]] === before,
    () => `${name}: ${length} in the list, ${expected} in that state`,
  );
}

export function receiveComplaints(memory: ConnectionMemory, _held: ReceiveLock): string[] {
  const complaints = new Complaints();
  const { receive, receivedLength } = memory;
  const slots = receive[ReceiveWord.ringSlots];
  const word = (at: number) => segmentNumber(receive[at]);
  const oldest = word(ReceiveWord.readNext);
  const inOrder = distance(word(ReceiveWord.receiveNext), oldest);
  const reach = distance(word(ReceiveWord.highestReceived), oldest);
  complaints.unless(0 <= inOrder && inOrder <= reach && reach <= slots, () => {
    return `readNext ${oldest}, in order ${inOrder}, reach ${reach} of ${slots}`;
  });
  for (let ahead = 0; ahead < slots; ahead++) {
    const full = receivedLength[advance(oldest, ahead) & (slots - 1)] !== 0;
    const mustBeFull = ahead < inOrder;
    const mustBeEmpty = ahead >= reach || (ahead === inOrder && inOrder < reach);
    complaints.unless((full || !mustBeFull) && (!full || !mustBeEmpty), () => {
      return `slot of readNext + ${ahead} is ${full ? 'full' : 'empty'}; in order ${inOrder}, reach ${reach}`;
    });
  }
  receivedLength.subarray(slots).forEach((length, at) => {
    complaints.unless(length === 0, () => `slot ${slots + at} of ${slots} is full`);
  });
  return complaints.texts;
}

/** After the end of a connection whose streams were read to their ends, with no thread left. */
export function complaintsAtRest(memory: ConnectionMemory): string[] {
  const complaints = new Complaints();
  const { send, receive, words, slotState, receivedLength } = memory;
  const zero = (value: number, what: string) => {
    complaints.unless(value === 0, () => `${what} is ${value}, not 0`);
  };
  slotState.forEach((state, slot) => {
    zero(state, `state of send slot ${slot}`);
  });
  receivedLength.forEach((length, slot) => {
    zero(length, `length of receive slot ${slot}`);
  });
  zero(send[SendWord.lock], 'send lock');
  zero(receive[ReceiveWord.lock], 'receive lock');
  zero(send[SendWord.changeWaiters], 'waiters for a change of the send state');
  zero(receive[ReceiveWord.changeWaiters], 'waiters for a change of the receive state');
  zero(words[ConnectionWord.listenerBellSleepers], 'sleepers at the listener’s bell');
  zero(words[ConnectionWord.timerBellSleepers], 'sleepers at the timer’s bell');
  return complaints.texts;
}
