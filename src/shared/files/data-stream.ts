/**
 * The data of one file or stream as frames, from its beginning to its last byte. Stretches of zeros
 * are told instead of sent. File thread.
 */
import type { Breath } from './breath.js';
import type { ByteSource } from './byte-pipe.js';
import { isZero, newHash } from './digest.js';
import type { FrameWriter } from './frame-writer.js';
import { LONGEST_DATA_BYTES } from './messages.js';
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
  while (file.position < file.size) {
    if (context.isCancelled()) return false;
    // Up to a boundary, so that the frames of a sparse file fit its holes.
    const room = LONGEST_DATA_BYTES - (file.position % LONGEST_DATA_BYTES);
    const length = Math.min(room, file.size - file.position);
    const sent = await writer.sendData(length, async (target) => {
      await file.read(target);
      if (length >= SHORTEST_ZEROS && isZero(target)) return 0;
      file.take(target);
      return length;
    });
    if (sent === 0) {
      await file.takeZeros(length, breath);
      await writer.send({ is: 'zeros', count: length });
    }
    context.moved(sent, file.position);
    await breath.after(length);
  }
  return true;
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
