/** A whole transfer on one thread: a sender and a receiver with two pipes between them. */
import { Breath } from '#hawser/shared/files/breath.js';
import { type Disk, realDisk } from '#hawser/shared/files/disk.js';
import { FolderStorage, type SharedStorage } from '#hawser/shared/files/folder-storage.js';
import { FrameReader } from '#hawser/shared/files/frame-reader.js';
import { FrameWriter } from '#hawser/shared/files/frame-writer.js';
import { Limits } from '#hawser/shared/files/limits.js';
import type { NameRules } from '#hawser/shared/files/names.js';
import type { Conflict } from '#hawser/shared/files/placing.js';
import { Receiver } from '#hawser/shared/files/receiver.js';
import type { Settled, TransferEvent, TransferResult } from '#hawser/shared/files/report.js';
import { Sender } from '#hawser/shared/files/sender.js';
import { type Item, items } from '#hawser/shared/files/sources.js';
import { Pipe, type PipeOptions } from './pipe.js';

export interface TransferOptions {
  readonly paths?: readonly string[];
  readonly items?: () => Iterable<Item>;
  readonly stream?: Pipe;
  readonly into: string;
  readonly conflict?: Conflict;
  readonly names?: NameRules;
  readonly disk?: Disk;
  readonly sourceDisk?: Disk;
  readonly shared?: SharedStorage;
  /** From the sender to the receiver. */
  readonly forward?: PipeOptions;
  readonly back?: PipeOptions;
  readonly senderSignal?: AbortSignal;
  readonly receiverSignal?: AbortSignal;
}

export interface SideOutcome extends TransferResult {
  readonly events: readonly TransferEvent[];
}

export interface Outcomes {
  readonly sent: SideOutcome;
  readonly received: SideOutcome;
  /** Bytes that went from the sender to the receiver, frames and all. */
  readonly forwardBytes: number;
}

export function sharedStorage(disk: Disk = realDisk, limits: Limits = noLimits()): SharedStorage {
  return { disk, limits, claims: new Set() };
}

export function noLimits(): Limits {
  return new Limits({ files: Infinity, bytes: Infinity });
}

export async function transfer(options: TransferOptions): Promise<Outcomes> {
  const forward = new Pipe(options.forward);
  const back = new Pipe(options.back);
  const [sent, received] = await Promise.all([
    send(options, forward, back),
    receive(options, forward, back),
  ]);
  return { sent, received, forwardBytes: forward.passed };
}

async function send(options: TransferOptions, out: Pipe, from: Pipe): Promise<SideOutcome> {
  const events: TransferEvent[] = [];
  const { paths = [] } = options;
  const sender = new Sender(new FrameReader(from), new FrameWriter(out), {
    items: options.items ?? (() => items({ paths, streamName: 'stdin' })),
    disk: options.sourceDisk ?? realDisk,
    stream: options.stream,
    report: (event) => events.push(event),
    signal: options.senderSignal ?? new AbortController().signal,
  });
  const result = await sender.run();
  // As the end of a process does: the other side must not wait for bytes that nobody sends.
  if (result.failure !== undefined) from.break();
  return { ...result, events };
}

async function receive(options: TransferOptions, from: Pipe, out: Pipe): Promise<SideOutcome> {
  const events: TransferEvent[] = [];
  const signal = options.receiverSignal ?? new AbortController().signal;
  const { conflict = 'refuse', names = 'portable' } = options;
  const shared = options.shared ?? sharedStorage(options.disk);
  const storage = new FolderStorage(
    { root: options.into, conflict, names },
    shared,
    new Breath(signal),
  );
  const receiver = new Receiver(new FrameReader(from), new FrameWriter(out), {
    storage,
    report: (event) => events.push(event),
    signal,
  });
  const result = await receiver.run();
  if (result.failure !== undefined) from.break();
  return { ...result, events };
}

export function settledOf({ events }: SideOutcome): Settled[] {
  return events.filter((event) => event.is === 'settled');
}
