/**
 * What the main thread asks of the file thread, and what passes between them while a transfer runs.
 * Plain data, rings and a port.
 */
import type { MessagePort } from 'node:worker_threads';
import type { RingMemory } from '../memory/slot-ring.js';
import type { FolderStorageOptions } from './folder-storage.js';
import { SINK_BYTES } from './frame-writer.js';
import type { LimitOptions } from './limits.js';
import type { Settled } from './report.js';
import type { SourceOptions } from './sources.js';

/** 2 MB each way: what a thread may be late by. */
export const RING_SHAPE = { slots: 8, slotBytes: SINK_BYTES };

interface CommonTask {
  /** From the connection, and to it. */
  readonly inbound: RingMemory;
  readonly outbound: RingMemory;
  /** Progress goes out by it; an interruption comes in. */
  readonly port: MessagePort;
}

export interface SendTask extends CommonTask, SourceOptions {
  readonly role: 'send';
  /** Standard input, if it is among the paths. */
  readonly stream?: RingMemory;
}

export interface ReceiveTask extends CommonTask {
  readonly role: 'receive';
  /** Into a folder, or into one stream. */
  readonly target: FolderStorageOptions | { readonly stream: RingMemory };
  /** Those of the first task hold for all. */
  readonly limits: LimitOptions;
}

export type SessionTask = SendTask | ReceiveTask;

/** What the main thread posts to end a transfer: why. */
export interface Interruption {
  readonly interrupted: string;
}

/** Where a transfer stands, posted now and then. */
export interface Progress {
  /** What is to come, as the sender has counted it. */
  readonly files: number;
  readonly bytes: number;
  readonly filesSettled: number;
  /** Of files that are settled, and of the current one as far as it has come. */
  readonly bytesSettled: number;
  /** Bytes of file data that went over the connection. */
  readonly bytesMoved: number;
  readonly current: CurrentFile | undefined;
  /** Since the last time, those of which there is something to say. */
  readonly settled: readonly Settled[];
}

export interface CurrentFile {
  readonly name: string;
  readonly size: number | undefined;
  readonly position: number;
}
