/**
 * The file thread: reads, hashes and writes the files of every transfer of the process, away from
 * the transport. Each task is one transfer and runs to its end; tasks take turns on the event loop,
 * and share what they must agree on. Its bytes come and go through rings, whose other end the main
 * thread has.
 */
import { Breath } from '../shared/files/breath.js';
import { realDisk } from '../shared/files/disk.js';
import { FolderStorage, type SharedStorage } from '../shared/files/folder-storage.js';
import { FrameReader } from '../shared/files/frame-reader.js';
import { FrameWriter } from '../shared/files/frame-writer.js';
import { Limits } from '../shared/files/limits.js';
import { ProgressPoster } from '../shared/files/progress-poster.js';
import { Receiver } from '../shared/files/receiver.js';
import type { Report, TransferResult } from '../shared/files/report.js';
import { RingSource } from '../shared/files/ring-source.js';
import { Sender } from '../shared/files/sender.js';
import type { Interruption, ReceiveTask, SendTask, SessionTask } from '../shared/files/session.js';
import { items } from '../shared/files/sources.js';
import { FileFailure } from '../shared/files/status.js';
import type { Storage } from '../shared/files/storage.js';
import { StreamStorage } from '../shared/files/stream-storage.js';
import { RingConsumer, RingProducer } from '../shared/memory/slot-ring.js';

interface Ends {
  readonly reader: FrameReader;
  readonly writer: FrameWriter;
  readonly report: Report;
  readonly signal: AbortSignal;
}

const BROKEN_INPUT = new FileFailure('unreadable', 'standard input has broken off');

/** Every thread of the pool loads this module ahead, without a task. */
export default async function runSession(task?: SessionTask): Promise<TransferResult | undefined> {
  if (task === undefined) return undefined;
  const poster = new ProgressPoster((progress) => {
    task.port.postMessage(progress);
  });
  const ends = {
    reader: new FrameReader(new RingSource(new RingConsumer(task.inbound))),
    writer: new FrameWriter(new RingProducer(task.outbound)),
    report: poster.report,
    signal: interruptionOf(task),
  };
  try {
    return task.role === 'send' ? await send(task, ends) : await receive(task, ends);
  } finally {
    poster.finish();
    task.port.close();
  }
}

/** Whoever waits for the peer is woken, after there is a reason to be found. */
function interruptionOf({ port, inbound }: SessionTask): AbortSignal {
  const controller = new AbortController();
  port.on('message', ({ interrupted }: Interruption) => {
    controller.abort(new FileFailure('interrupted', interrupted));
    new RingConsumer(inbound).cancel();
  });
  return controller.signal;
}

async function send(task: SendTask, { reader, writer, report, signal }: Ends) {
  const { paths, streamName, stream } = task;
  const sender = new Sender(reader, writer, {
    items: () => items({ paths, streamName }),
    disk: realDisk,
    stream: stream && new RingSource(new RingConsumer(stream), BROKEN_INPUT),
    report,
    signal,
  });
  return sender.run();
}

async function receive(task: ReceiveTask, { reader, writer, report, signal }: Ends) {
  const receiver = new Receiver(reader, writer, {
    storage: storageOf(task, signal),
    report,
    signal,
  });
  return receiver.run();
}

let shared: SharedStorage | undefined;

function storageOf({ target, limits }: ReceiveTask, signal: AbortSignal): Storage {
  const breath = new Breath(signal);
  if ('stream' in target) return new StreamStorage(new RingProducer(target.stream), breath);
  shared ??= { disk: realDisk, limits: new Limits(limits), claims: new Set() };
  return new FolderStorage(target, shared, breath);
}
