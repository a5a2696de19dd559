/**
 * A libc without a kernel: gives out addresses, and takes `sendmmsg` tables apart as Linux would.
 * What it answers next can be scripted: a number of messages to take, or an error.
 */
import type { Libc, Pointer } from '#hawser/shared/net/libc.js';
import * as abi from '#hawser/shared/net/linux-abi.js';

const PAGE_BYTES = 4096;
/** Beyond 32 bits, so that the upper half of pointers counts. */
const FIRST_ADDRESS = 0x7f12_3400_0000;

interface Answer {
  readonly takes?: number;
  readonly error?: number;
}

export class FakeKernel {
  readonly datagrams: string[] = [];
  /** How many datagrams each message carried. */
  readonly segments: number[] = [];
  /** Answers to the next calls; without one everything is taken. */
  readonly script: Answer[] = [];
  /** An error for every message that is to be cut, as from a device without checksums. */
  refusesToCut: number | undefined;
  waits = 0;
  readonly #regions: { start: Pointer; bytes: Uint8Array }[] = [];
  #nextAddress = FIRST_ADDRESS;
  #errno = 0;

  readonly libc: Libc = {
    ...unavailable(),
    addressOf: (view) => this.#addressOf(view),
    errno: () => this.#errno,
    ppoll: () => {
      this.waits++;
      return 1;
    },
    sendmmsg: (_fd, messages, count) => this.#sendmmsg(messages, count),
  };

  #addressOf(view: Uint8Array): Pointer {
    const known = this.#regions.find(({ bytes }) => bytes.buffer === view.buffer);
    if (known) return known.start + view.byteOffset;
    const bytes = new Uint8Array(view.buffer);
    const start = this.#nextAddress;
    this.#nextAddress += PAGE_BYTES * (Math.ceil(bytes.length / PAGE_BYTES) + 1);
    this.#regions.push({ start, bytes });
    return start + view.byteOffset;
  }

  #sendmmsg(messages: Pointer, count: number): number {
    const answer = this.script.shift() ?? {};
    if (answer.error !== undefined) return this.#fail(answer.error);
    const takes = Math.min(count, answer.takes ?? count);
    for (let taken = 0; taken < takes; taken++) {
      const error = this.#take(this.#view(messages + taken * abi.MMSGHDR_BYTES, abi.MMSGHDR_BYTES));
      if (error !== undefined) return taken > 0 ? taken : this.#fail(error);
    }
    return takes;
  }

  #take(message: DataView): number | undefined {
    const text = this.#gather(message);
    const cutEvery = this.#cutEvery(message) ?? text.length;
    if (cutEvery !== text.length && this.refusesToCut !== undefined) return this.refusesToCut;
    const pieces = text === '' ? [''] : text.match(new RegExp(`.{1,${cutEvery}}`, 'gs'));
    this.datagrams.push(...(pieces ?? []));
    this.segments.push(pieces?.length ?? 0);
    return undefined;
  }

  #gather(message: DataView): string {
    const ranges = Number(message.getBigUint64(abi.MSG_IOV, true));
    let text = '';
    for (let range = 0; range < message.getUint32(abi.MSG_IOVLEN, true); range++) {
      const iovec = this.#view(ranges + range * abi.IOVEC_BYTES, abi.IOVEC_BYTES);
      const base = Number(iovec.getBigUint64(0, true));
      const { buffer, byteOffset, byteLength } = this.#view(
        base,
        Number(iovec.getBigUint64(8, true)),
      );
      text += Buffer.from(new Uint8Array(buffer, byteOffset, byteLength)).toString('latin1');
    }
    return text;
  }

  #cutEvery(message: DataView): number | undefined {
    if (message.getUint32(abi.MSG_CONTROLLEN, true) === 0) return undefined;
    const control = Number(message.getBigUint64(abi.MSG_CONTROL, true));
    return this.#view(control, abi.SMALL_CMSG_BYTES).getUint16(abi.CMSG_DATA, true);
  }

  #view(address: Pointer, length: number): DataView {
    const region = this.#regions.find(({ start, bytes }) => {
      return address >= start && address + length <= start + bytes.length;
    });
    if (!region) throw new Error(`EFAULT: ${length} bytes at ${address}`);
    return new DataView(region.bytes.buffer, address - region.start, length);
  }

  #fail(error: number): -1 {
    this.#errno = error;
    return -1;
  }
}

function unavailable(): Libc {
  return new Proxy({} as Libc, {
    ownKeys: () => ['socket', 'bind', 'getsockname', 'setsockopt', 'recvmmsg', 'recvmsg'],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_target, name) => () => {
      throw new Error(`${String(name)} is not part of this fake`);
    },
  });
}
