/** The workloads by the names that scenarios call them. */
import { receiveBulk } from './bulk-receiver.js';
import { sendBulk, sendDoubling } from './bulk-sender.js';
import { pingPong } from './ping-pong.js';
import type { Workload } from './workload.js';

export const WORKLOADS = {
  bulk: { open: sendBulk, accept: receiveBulk },
  'doubling-bulk': { open: sendDoubling, accept: receiveBulk },
  'ping-pong': pingPong,
} as const satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;
