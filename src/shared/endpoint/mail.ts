/**
 * The letters between the threads of an endpoint whose connections come and go. A letter is posted
 * first and its receiver's bell rung second, so whoever takes a ticket, reads its mail and then sleeps
 * misses none; role threads, which turn no event loop while they sleep, read it synchronously.
 */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { ListenOptions } from './plan.js';
import type { ConnectionTask } from './task.js';

export type ToListener =
  | { readonly kind: 'connect'; readonly task: ConnectionTask }
  /** The application will not touch it again. */
  | { readonly kind: 'release'; readonly place: number }
  | { readonly kind: 'listen'; readonly plan: ListenOptions }
  | { readonly kind: 'stopListening' }
  /** The timer will not touch it again. */
  | { readonly kind: 'dropped'; readonly place: number };

export type ToTimer =
  | { readonly kind: 'join'; readonly task: ConnectionTask }
  | { readonly kind: 'drop'; readonly place: number };

export type ToApplication =
  | { readonly kind: 'accepted'; readonly task: ConnectionTask }
  /** Nobody touches the memory any more that the application had given to this place. */
  | { readonly kind: 'free'; readonly place: number };

/** The letters that have come, one after the other, each with what the ones before have done. */
export function* lettersIn(port: MessagePort): Generator {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: unknown } | undefined;
    if (received === undefined) return;
    yield received.message;
  }
}
