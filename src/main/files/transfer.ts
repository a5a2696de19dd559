/**
 * One transfer over one stream, whatever that is: gives the file thread its task, moves the bytes
 * between stream and rings, and ends both. Main thread.
 */
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { TransferResult } from '../../shared/files/report.js';
import {
  type Progress,
  type ReceiveTask,
  RING_SHAPE,
  type SendTask,
} from '../../shared/files/session.js';
import {
  allocateRing,
  RingConsumer,
  type RingMemory,
  RingProducer,
} from '../../shared/memory/slot-ring.js';
import { errand } from '../threads/worker-modules.js';
import { FILES_MODULE } from './file-thread.js';
import { LAST_WORDS_MS, sayFarewell } from './farewell.js';
import { pumpIn, pumpOut } from './pumps.js';
import type { Throttle } from './throttle.js';
import { keepYoungGenerationSmall } from './young-generation.js';

type Own = 'inbound' | 'outbound' | 'port' | 'stream';
export type SendJob = Omit<SendTask, Own> & { readonly input?: Readable };
export type ReceiveJob = Omit<ReceiveTask, Own | 'target'> & {
  readonly target: Exclude<ReceiveTask['target'], { stream: RingMemory }> | { output: Writable };
};

export interface TransferHooks {
  onProgress(progress: Progress): void;
  readonly throttle?: Throttle;
}

export class Transfer {
  /** Resolves when the transfer is over and the stream closed. Rejects only for a bug. */
  readonly result: Promise<TransferResult>;
  /** From the beginning to when everything was settled; parting is not counted. */
  elapsedMs = 0;
  readonly #startedMs = performance.now();
  readonly #inbound = allocateRing(RING_SHAPE);
  readonly #outbound = allocateRing(RING_SHAPE);
  readonly #port: MessagePort;
  #isInterrupted = false;
  #streamError: Error | undefined;

  constructor(
    readonly stream: Duplex,
    private readonly thread: Piscina,
    private readonly job: SendJob | ReceiveJob,
    private readonly hooks: TransferHooks,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (progress: Progress) => {
      hooks.onProgress(progress);
    });
    // The file thread speaks, so it is the last one that had to start.
    port1.once('message', keepYoungGenerationSmall);
    // Whether the process lives on is for the stream to say.
    port1.unref();
    this.result = this.#run(job, port2);
  }

  /** Ends it; what has come is kept, and the peer is told if it still listens. */
  interrupt(reason: string): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#port.postMessage({ interrupted: reason });
    this.hooks.throttle?.lift();
    const { job } = this;
    // Its reader may never take more, and the file thread would wait for that.
    if (job.role === 'receive' && 'output' in job.target) job.target.output.destroy();
    void this.#cutOff();
  }

  async #run(job: SendJob | ReceiveJob, port: MessagePort): Promise<TransferResult> {
    void pumpIn(this.stream, new RingProducer(this.#inbound)).then((error) => {
      this.#streamError = error;
    });
    const pumping = pumpOut(new RingConsumer(this.#outbound), this.stream, this.hooks.throttle);
    const extras = job.role === 'send' ? this.#inputOf(job) : this.#targetOf(job);
    const { inbound, outbound } = { inbound: this.#inbound, outbound: this.#outbound };
    const task = { ...job, ...extras.fields, inbound, outbound, port };
    const result = await this.#runTask(task, port);
    this.elapsedMs = performance.now() - this.#startedMs;
    // What still comes is of no use any more.
    new RingConsumer(this.#inbound).cancel();
    // What is not read by now was not asked for, and its end may be far.
    if (job.role === 'send') job.input?.destroy();
    await extras.finished;
    const { failure } = result;
    await sayFarewell(this.stream, pumping, {
      isInterrupted: this.#isInterrupted,
      hasFailed: failure !== undefined,
      isHeard: job.role === 'send',
    });
    return this.#explain(result);
  }

  async #runTask(task: object, port: MessagePort): Promise<TransferResult> {
    // The other end is closed when the task is over; what was posted before comes before that.
    const closed = once(this.#port, 'close');
    try {
      const running = this.thread.run(errand(FILES_MODULE, task), { transferList: [port] });
      const result = (await running) as TransferResult;
      this.#port.ref();
      await closed;
      return result;
    } catch (error) {
      this.#port.close();
      this.stream.destroy();
      throw error;
    }
  }

  #inputOf({ input }: SendJob) {
    if (input === undefined) return { fields: { input: undefined }, finished: undefined };
    const stream = allocateRing(RING_SHAPE);
    const ring = new RingProducer(stream);
    // Before its end is told: what broke off is not to pass for the whole.
    input.once('error', () => {
      ring.cancel();
    });
    void pumpIn(input, ring);
    return { fields: { input: undefined, stream }, finished: undefined };
  }

  #targetOf({ target }: ReceiveJob) {
    if (!('output' in target)) return { fields: { target }, finished: undefined };
    const stream = allocateRing(RING_SHAPE);
    const finished = pumpOut(new RingConsumer(stream), target.output);
    return { fields: { target: { stream } }, finished };
  }

  /** The last words may not get through. */
  async #cutOff(): Promise<void> {
    await delay(LAST_WORDS_MS, undefined, { ref: false });
    new RingConsumer(this.#outbound).cancel();
  }

  /** The file thread knows only that the connection has broken; here it is known why. */
  #explain(result: TransferResult): TransferResult {
    const { failure } = result;
    if (failure?.status !== 'broken' || this.#streamError === undefined) return result;
    return { ...result, failure: { ...failure, text: this.#streamError.message } };
  }
}
