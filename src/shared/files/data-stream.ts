/**
 * The data of one file or stream as frames, from its beginning to its last byte. Stretches of zeros
 * are told instead of sent. File thread.
 */
import type { Breath } from './breath.js';
import type { ByteSource } from './byte-pipe.js';
import { isZero, newHash } from './digest.js';
import type { FrameWriter } from './frame-writer.js';
import { LONGEST_DATA_BYTES, LONGEST_ZEROS_BYTES } from './messages.js';
import type { OutgoingFile } from './outgoing-file.js';

/** Shorter ones are sent: a frame for them costs as much. */
const SHORTEST_ZEROS = 4096;

export interface DataContext {
  readonly writer: FrameWriter;
  readonly breath: Breath;
  /** So many bytes are on their way, `position` of the file altogether. */
  readonly moved: (count: number, position: number) => void;
  /** Whether there is no use in sending more. */
  readonly isCancelled: () => boolean;
}

/** From the file's position on. Resolves with false if it was cancelled. */
export async function sendFileData(file: OutgoingFile, context: DataContext): Promise<boolean> {
  const { writer, breath } = context;
  // Behind zeros there are often more, and what is read beyond them is read in vain.
  let most = LONGEST_DATA_BYTES;
  while (file.position < file.size) {
    if (context.isCancelled()) return false;
    const length = Math.min(toBoundary(file.position, most), file.size - file.position);
    const sent = await writer.sendData(length, async (target) => {
      await file.read(target);
      const data = target.subarray(0, bytesBeforeZeros(target, file.position));
      file.take(data);
      return data.length;
    });
    if (sent === 0) await sendZeros(file, context);
    most = sent === 0 ? LONGEST_ZEROS_BYTES : LONGEST_DATA_BYTES;
    context.moved(sent, file.position);
    await breath.after(length);
  }
  return true;
}

/** So that the frames of a sparse file fit its holes. */
function toBoundary(position: number, most: number): number {
  return most - (position % most);
}

async function sendZeros(file: OutgoingFile, { writer, breath }: DataContext): Promise<void> {
  const room = toBoundary(file.position, LONGEST_ZEROS_BYTES);
  const count = Math.min(room, file.size - file.position);
  await file.takeZeros(count, breath);
  await writer.send({ is: 'zeros', count });
}

/** How much of these bytes, which stand at `position` of the file, is to be sent as they are. */
function bytesBeforeZeros(bytes: Uint8Array, position: number): number {
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + toBoundary(position + at, LONGEST_ZEROS_BYTES));
    if (end - at >= SHORTEST_ZEROS && isZero(bytes.subarray(at, end))) return at;
    at = end;
  }
  return bytes.length;
}

/** Resolves with what the stream was, or with `undefined` if it was cancelled. */
export async function sendStreamData(
  stream: ByteSource,
  { writer, breath, moved, isCancelled }: DataContext,
): Promise<{ size: number; digest: Buffer } | undefined> {
  const hash = newHash();
  let size = 0;
  for (;;) {
    if (stream.isDry) writer.flush();
    const bytes = await stream.next().finally(() => {
      breath.signal.throwIfAborted();
    });
    if (bytes === undefined) return { size, digest: hash.digest() };
    if (isCancelled()) return undefined;
    hash.update(bytes);
    size += bytes.length;
    for (let at = 0; at < bytes.length; at += LONGEST_DATA_BYTES) {
      const piece = bytes.subarray(at, at + LONGEST_DATA_BYTES);
      await writer.sendData(piece.length, (target) => {
        target.set(piece);
        return piece.length;
      });
    }
    moved(bytes.length, size);
    await breath.after(bytes.length);
  }
}
