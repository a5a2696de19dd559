/** The workloads by the names that scenarios call them. */
import { receiveBulk } from './bulk-receiver.js';
import { sendBulk } from './bulk-sender.js';
import { pingPong } from './ping-pong.js';
import type { Workload } from './workload.js';

export const WORKLOADS = {
  bulk: { open: sendBulk, accept: receiveBulk },
  'ping-pong': pingPong,
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;
