/**
 * The relay's thread: runs the relay until it is told to stop, and reports now and then. Everything
 * between it and the main thread goes through one message port; no memory is shared.
 */
import type { MessagePort } from 'node:worker_threads';

import { type ErrorCode, HawserError } from '../shared/errors.js';
import type { SocketAddress } from '../shared/net/datagram-port.js';
import { loadLibc } from '../shared/net/libc.js';
import { BatchedRelayLoop } from '../shared/relay/batched-relay-loop.js';
import { openDgramRelayLoop } from '../shared/relay/dgram-relay-loop.js';
import type { RelayPlan } from '../shared/relay/relay.js';
import type { RelayLoop } from '../shared/relay/relay-loop.js';
import { type RelayReport, reportOf } from '../shared/relay/report.js';
import { warmUp } from '../shared/relay/warm-up.js';

const REPORT_INTERVAL_MS = 200;

export interface RelayTask {
  readonly plan: RelayPlan;
  readonly listen: SocketAddress;
  readonly io: 'batched' | 'dgram';
  /** Any message to it stops the relay; from it come {@link RelayMessage}s. */
  readonly port: MessagePort;
}

export type RelayMessage =
  | { readonly kind: 'listening'; readonly address: SocketAddress }
  | { readonly kind: 'report'; readonly report: RelayReport };

/** An error is plain data here: between threads it would lose its code. */
export type RelayOutcome =
  | { readonly report: RelayReport }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };

export default async function relay(task: RelayTask): Promise<RelayOutcome> {
  try {
    return { report: await relayUntilStopped(task, await openLoop(task)) };
  } catch (error) {
    if (!(error instanceof HawserError)) throw error;
    return { error: { code: error.code, message: error.message } };
  } finally {
    task.port.close();
  }
}

async function openLoop({ plan, listen, io }: RelayTask): Promise<RelayLoop> {
  if (io === 'dgram') return openDgramRelayLoop(plan, listen);
  return new BatchedRelayLoop(await loadLibc(), plan, listen);
}

async function relayUntilStopped({ plan, port }: RelayTask, loop: RelayLoop): Promise<RelayReport> {
  let stopped = false;
  port.once('message', () => {
    stopped = true;
  });
  const tell = (message: RelayMessage) => {
    port.postMessage(message);
  };
  const startedAt = performance.now();
  const report = () => reportOf(loop, performance.now() - startedAt);
  const reporting = setInterval(() => {
    tell({ kind: 'report', report: report() });
  }, REPORT_INTERVAL_MS);
  try {
    warmUp(plan);
    tell({ kind: 'listening', address: loop.localAddress });
    await loop.run(() => stopped);
    return report();
  } finally {
    clearInterval(reporting);
    loop.close();
  }
}
