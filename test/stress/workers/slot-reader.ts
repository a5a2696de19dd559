/** The application's receiving half: waits for bytes, reads pieces of any size, checks each byte. */
import { nowMicros } from '#hawser/shared/clock.js';
import type { ConnectionMemory } from '#hawser/shared/memory/connection-memory.js';
import { Connection } from '#hawser/shared/transport/connection.js';
import type { TransportSettings } from '#hawser/shared/transport/settings.js';
import { member, Pauses } from '../support/member.js';
import { firstWrong } from '../support/pattern.js';
import {
  type ApplicationOutcome,
  openSlots,
  settingsFor,
  type SlotTask,
} from '../support/slot-run.js';

const LARGEST_PIECE_BYTES = 700;

void member((task: SlotTask): ApplicationOutcome => {
  const { seed } = task;
  const { memory } = openSlots(task);
  const { reading, output } = connectionOf(memory, settingsFor(task));
  const pauses = new Pauses(seed, 2);
  let waits = 0;
  let wrongAt = -1;

  /** True at the end of the stream. */
  const waitForBytes = () =>
    memory.receiveMutex.hold((held) => {
      if (!reading.isReady(held)) waits += 1;
      memory.receiveChanged.waitFor(held, () => reading.isReady(held));
      return reading.atEnd(held);
    });

  let position = 0;
  while (!waitForBytes()) {
    const most = 1 + pauses.random.below(LARGEST_PIECE_BYTES);
    const piece = new Uint8Array(Math.min(reading.readableBytes(), most));
    if (reading.read(piece, 0, piece.length)) output();
    if (wrongAt < 0) wrongAt = firstWrong(piece, position);
    position += piece.length;
    pauses.pause();
  }
  return { bytes: position, waits, wrongAt, resizes: 0 };
});

function connectionOf(memory: ConnectionMemory, settings: TransportSettings) {
  const connection = new Connection(memory, settings);
  const output = () => {
    connection.output(nowMicros());
  };
  return { reading: connection.reading, output };
}
