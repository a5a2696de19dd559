/**
 * One file on its way out, once its offer is answered: compared, resumed or sent from its beginning,
 * and ended in every case, so that the receiver always knows. File thread.
 */
import type { Breath } from './breath.js';
import type { ByteSource } from './byte-pipe.js';
import { type DataContext, sendFileData, sendStreamData } from './data-stream.js';
import type { Disk } from './disk.js';
import { violation } from './fields.js';
import type { FrameWriter } from './frame-writer.js';
import { Decision, Outcome } from './messages.js';
import type { Answer, Offered } from './offered-items.js';
import { OutgoingFile } from './outgoing-file.js';
import type { Tally } from './report.js';
import type { FileItem } from './sources.js';
import { FileFailure } from './status.js';

export interface SentItemContext {
  readonly disk: Disk;
  readonly stream: ByteSource | undefined;
  readonly writer: FrameWriter;
  readonly breath: Breath;
  readonly tally: Tally;
}

const NO_DIGEST = new Uint8Array(0);
const CANCELLED = 'the receiver has given it up';

export class SentItem {
  readonly #data: DataContext;

  constructor(
    private readonly offered: Offered,
    private readonly context: SentItemContext,
  ) {
    const { writer, breath, tally } = context;
    this.#data = {
      writer,
      breath,
      moved: (count, position) => {
        tally.moved(count, position);
      },
      isCancelled: () => offered.isSettled,
    };
  }

  async send(answer: Answer): Promise<void> {
    const { item } = this.offered;
    try {
      if (item.is === 'file') await this.#sendFile(item, answer);
      else if (item.is === 'stream') await this.#sendStream();
      else throw violation('a folder has no data');
    } catch (error) {
      if (!(error instanceof FileFailure) || isOfTransfer(error)) throw error;
      const outcome = error.status === 'changed' ? Outcome.changed : Outcome.unreadable;
      await this.#end(outcome, 0, NO_DIGEST, error.message);
    }
  }

  async #sendFile(item: FileItem, answer: Answer): Promise<void> {
    const { disk, breath } = this.context;
    const file = OutgoingFile.open(disk, item);
    try {
      const compares = answer.decision !== Decision.send;
      const offset = compares ? file.size : answer.offset;
      const isSame = (await file.goOnFrom(offset, answer.digest, breath)) === offset;
      if (compares && isSame) await file.checkEnd();
      if (compares && isSame) await this.#end(Outcome.same);
      else if (answer.decision === Decision.compare) await this.#end(Outcome.different);
      else await this.#sendFrom(file);
    } finally {
      file.close();
    }
  }

  async #sendFrom(file: OutgoingFile): Promise<void> {
    await this.#begin(file.position);
    const isComplete = await sendFileData(file, this.#data);
    if (!isComplete) {
      await this.#end(Outcome.cancelled, 0, NO_DIGEST, CANCELLED);
      return;
    }
    file.checkUnchanged();
    await file.checkEnd();
    await this.#end(Outcome.whole, file.size, file.digest());
  }

  async #sendStream(): Promise<void> {
    await this.#begin(0);
    const sent = await sendStreamData(this.context.stream!, this.#data);
    if (sent === undefined) await this.#end(Outcome.cancelled, 0, NO_DIGEST, CANCELLED);
    else await this.#end(Outcome.whole, sent.size, sent.digest);
  }

  async #begin(offset: number): Promise<void> {
    const { id, item, size } = this.offered;
    this.context.tally.begun(item.name, item.is === 'file' ? size : undefined, offset);
    await this.context.writer.send({ is: 'begin', id, offset });
  }

  async #end(outcome: number, size = 0, digest: Uint8Array = NO_DIGEST, text = ''): Promise<void> {
    const { id } = this.offered;
    await this.context.writer.send({ is: 'end', id, outcome, size, digest, text });
  }
}

/** Not about this file alone. */
function isOfTransfer({ status }: FileFailure): boolean {
  return ['protocol', 'broken', 'interrupted', 'version'].includes(status);
}
