/**
 * A whole endpoint in the memory of a program: the real layout, initialised as the Streamer does it,
 * in a tiny geometry, with every word named as in the layout.
 */
import type { MemoryBuilder } from '../memory-builder.js';
import { describeConnection, ConnectionMemory } from '../../shared/memory/connection-memory.js';
import {
  connectionDeclarations,
  type Geometry,
  layOut,
  type Offsets,
  receiveDeclarations,
  receiveTimeDeclarations,
  SendWord,
  sendDeclarations,
  sendTimeDeclarations,
  ReceiveWord,
} from '../../shared/memory/layout.js';
import { zeroing } from '../../shared/memory/page-return.js';
import type { Declarations } from '../../shared/memory/words.js';
import { initializeConnection } from '../../shared/transport/connection.js';
import { defaultSettings, type TransportSettings } from '../../shared/transport/settings.js';
import { Timer, TIMER_COUNT } from '../../shared/transport/timers.js';

export const LOCAL_ID = 11;
export const PEER_ID = 22;

export const TINY: Geometry = { sendSlots: 4, receiveSlots: 4, slotBytes: 8 };

export const SETTINGS: TransportSettings = {
  ...defaultSettings,
  windowSegments: TINY.receiveSlots,
  wallClockOffsetMicros: 0,
};

const REGION = 'endpoint';

/** For `memory` of a program. */
export function endpoint(memory: MemoryBuilder, geometry = TINY): ConnectionMemory {
  const { bytes, offsets } = layOut(geometry, TIMER_COUNT);
  const buffer = memory.buffer(REGION, bytes);
  // Also here, because the views below are cut according to it.
  describeConnection(buffer, geometry, LOCAL_ID);
  labelWords(memory, offsets);
  labelSlots(memory, offsets, geometry);
  return new ConnectionMemory(buffer, TIMER_COUNT);
}

/** One that gives pages back: zeros stand for them, so what is lost shows as wrong bytes or states. */
export function endpointWithPages(memory: MemoryBuilder, geometry = TINY): ConnectionMemory {
  const own = endpoint(memory, geometry);
  own.pageReturn = zeroing;
  return own;
}

/** For `init` of a program: at time 0, with a peer that is known and knows us. */
export function establish(memory: ConnectionMemory, settings = SETTINGS): void {
  describeConnection(memory.buffer, memory.geometry, LOCAL_ID);
  initializeConnection(memory, settings, 0);
  const { send, receive } = memory;
  send[SendWord.peerConnectionId] = PEER_ID;
  send[SendWord.peerKnowsUs] = 1;
  send[SendWord.peerWindow] = TINY.receiveSlots;
  send[SendWord.sendLimit] = settings.initialSegment + TINY.receiveSlots;
  receive[ReceiveWord.deliverable] = 1;
}

function labelWords(memory: MemoryBuilder, offsets: Offsets): void {
  const sections: [number, number, Declarations, string][] = [
    [offsets.connectionWords, 4, connectionDeclarations, ''],
    [offsets.sendWords, 4, sendDeclarations, 'send.'],
    [offsets.receiveWords, 4, receiveDeclarations, 'receive.'],
    [offsets.sendTimes, 8, sendTimeDeclarations, ''],
    [offsets.receiveTimes, 8, receiveTimeDeclarations, ''],
  ];
  for (const [start, size, declarations, prefix] of sections) {
    Object.keys(declarations).forEach((name, at) => {
      memory.label(REGION, start + at * size, prefix + name);
    });
  }
  for (const [name, at] of Object.entries(Timer)) {
    memory.label(REGION, offsets.deadlines + 8 * at, `deadline.${name}`);
  }
}

function labelSlots(memory: MemoryBuilder, offsets: Offsets, geometry: Geometry): void {
  const perSlot: [number, number, string, number][] = [
    [offsets.slotState, 4, 'slotState', geometry.sendSlots],
    [offsets.slotLength, 4, 'slotLength', geometry.sendSlots],
    [offsets.slotTimesSent, 4, 'slotTimesSent', geometry.sendSlots],
    [offsets.slotChecksum, 4, 'slotChecksum', geometry.sendSlots],
    [offsets.slotLastSent, 8, 'slotLastSent', geometry.sendSlots],
    [offsets.receivedLength, 4, 'receivedLength', geometry.receiveSlots],
  ];
  for (const [start, size, name, count] of perSlot) {
    for (let slot = 0; slot < count; slot += 1) {
      memory.label(REGION, start + slot * size, `${name}[${slot}]`);
    }
  }
}
