/** A sender by hand: says what it likes to a receiver, and hears what that says. */
import { Breath } from '#hawser/shared/files/breath.js';
import { FolderStorage } from '#hawser/shared/files/folder-storage.js';
import { FrameReader } from '#hawser/shared/files/frame-reader.js';
import { FrameWriter } from '#hawser/shared/files/frame-writer.js';
import { ownGreeting } from '#hawser/shared/files/greeting.js';
import { Kind, type Message, type MessageOf } from '#hawser/shared/files/messages.js';
import { newHash } from '#hawser/shared/files/digest.js';
import type { Conflict } from '#hawser/shared/files/placing.js';
import { Receiver } from '#hawser/shared/files/receiver.js';
import type { TransferResult } from '#hawser/shared/files/report.js';
import { Pipe } from './pipe.js';
import { sharedStorage } from './transfer.js';

export class Hand {
  readonly result: Promise<TransferResult>;
  readonly #out = new Pipe();
  /** It need not listen all the time. */
  readonly #back = new Pipe({ capacity: Infinity });
  readonly #writer = new FrameWriter(this.#out);
  readonly #reader = new FrameReader(this.#back);

  constructor(into: string, conflict: Conflict = 'refuse', shared = sharedStorage()) {
    const { signal } = new AbortController();
    const storage = new FolderStorage(
      { root: into, conflict, names: 'portable' },
      shared,
      new Breath(signal),
    );
    const receiver = new Receiver(new FrameReader(this.#out), new FrameWriter(this.#back), {
      storage,
      report: () => undefined,
      signal,
    });
    this.result = receiver.run();
  }

  async greet(): Promise<void> {
    await this.say(ownGreeting);
    await this.hear('greeting');
  }

  async say(message: Message): Promise<void> {
    await this.#writer.send(message);
    this.#writer.flush();
  }

  async data(bytes: Uint8Array): Promise<void> {
    await this.#writer.sendData(bytes.length, (target) => {
      target.set(bytes);
      return bytes.length;
    });
    this.#writer.flush();
  }

  /** Bytes that need not be frames. */
  async raw(bytes: Uint8Array): Promise<void> {
    const room = await this.#out.acquire();
    room.set(bytes);
    this.#out.commit(bytes.length);
  }

  end(): void {
    this.#out.end();
  }

  async hear<Name extends Message['is']>(name: Name): Promise<MessageOf<Name>> {
    const message = await this.#reader.next();
    if (message?.is !== name) throw new Error(`heard ${JSON.stringify(message)}, not ${name}`);
    return message as unknown as MessageOf<Name>;
  }

  /** A small file under any name. */
  offer(id: number, name: Uint8Array | string, size = 3): MessageOf<'offer'> {
    const bytes = Buffer.from(name);
    return { is: 'offer', id, kind: Kind.file, size, mode: 0o644, modifiedNs: 0n, name: bytes };
  }

  whole(id: number, bytes: Uint8Array): MessageOf<'end'> {
    const digest = newHash().update(bytes).digest();
    return { is: 'end', id, outcome: 0, size: bytes.length, digest, text: '' };
  }
}
