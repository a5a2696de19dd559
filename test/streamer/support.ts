/** The stage of these tests: a host on the main thread, applications on its pool, peers elsewhere. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { hostStreamers, type StreamerHost } from '#hawser/main/threads/streamer-host.js';
import type { StreamerOptions } from '#hawser/shared/streamer.js';
import type { Outcome, Script } from './fixtures/script.js';

const application = new URL('./fixtures/application.js', import.meta.url);
const peerProcess = fileURLToPath(new URL('./fixtures/peer-process.js', import.meta.url));

export type Ports = readonly [number, number];

/** Room for two Streamers and their applications. */
export function hostForTwo(): StreamerHost {
  return hostStreamers({ endpoints: 2, applications: 2 });
}

export function play(host: StreamerHost, script: Script): Promise<Outcome> {
  return host.runApplication<Outcome>(application, script);
}

/** The two ends of one connection, each with its half of the story. */
export function playBoth(
  host: StreamerHost,
  [first, second]: Ports,
  stories: readonly [Partial<Script>, Partial<Script>],
  options: StreamerOptions = {},
): Promise<[Outcome, Outcome]> {
  const common = { scene: 'none', options };
  return Promise.all([
    play(host, { ...common, localPort: first, remotePort: second, ...stories[0] }),
    play(host, { ...common, localPort: second, remotePort: first, ...stories[1] }),
  ]);
}

/** An application in a worker of its own, which outlives the host. */
export async function playInWorker(script: Script): Promise<Outcome> {
  const worker = new Worker(application, { workerData: script });
  const [outcome] = (await once(worker, 'message')) as [Outcome];
  return outcome;
}

export class PeerProcess {
  readonly #child: ChildProcess;

  constructor(script: Script) {
    this.#child = fork(peerProcess, [JSON.stringify(script)], { execArgv: [] });
  }

  /** As a power cut would: nothing is said to anybody. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Resolves once the gate is open; the main thread must not block for it. */
export async function untilOpen(gate: Int32Array): Promise<void> {
  await Atomics.waitAsync(gate, 0, 0).value;
}
