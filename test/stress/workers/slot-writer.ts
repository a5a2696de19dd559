/** The application's sending half: writes the stream in pieces of any size, waits for room, ends it. */
import { nowMicros } from '#hawser/shared/clock.js';
import { Connection } from '#hawser/shared/transport/connection.js';
import { SendWindow } from '#hawser/shared/transport/send-window.js';
import { member, Pauses } from '../support/member.js';
import { pattern } from '../support/pattern.js';
import {
  type ApplicationOutcome,
  openSlots,
  settingsFor,
  type SlotTask,
} from '../support/slot-run.js';

const LARGEST_PIECE_BYTES = 900;

void member((task: SlotTask): ApplicationOutcome => {
  const { seed, bytesOut, resizes } = task;
  const { memory } = openSlots(task);
  const connection = new Connection(memory, settingsFor(task));
  const pauses = new Pauses(seed, 1);
  const window = new SendWindow(memory);
  let waits = 0;
  let resized = 0;

  const resize = () => {
    memory.sendMutex.hold((held) => {
      const done = pauses.random.chance(1 / 2) ? window.double(held) : window.halve(held);
      if (done) resized += 1;
    });
  };
  const waitForRoom = () => {
    waits += 1;
    memory.sendMutex.hold((held) => {
      memory.sendChanged.waitFor(held, () => connection.writing.hasRoom(held));
    });
  };
  const writeAll = (piece: Uint8Array) => {
    for (let from = 0; from < piece.length;) {
      const count = connection.write(piece, from, piece.length, nowMicros());
      if (count === 0) waitForRoom();
      from += count;
      pauses.pause();
    }
  };

  for (let position = 0; position < bytesOut;) {
    const size = Math.min(1 + pauses.random.below(LARGEST_PIECE_BYTES), bytesOut - position);
    if (resizes) resize();
    writeAll(pattern(position, size));
    position += size;
  }
  connection.writing.end(nowMicros());
  connection.output(nowMicros());
  return { bytes: bytesOut, waits, wrongAt: -1, resizes: resized };
});
