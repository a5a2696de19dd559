/**
 * The sockets of endpoints: which kind, and who opens them. A descriptor opened through FFI outlives
 * its thread, so it is opened and closed by the thread that starts the endpoint, not by a role.
 */
import type { EndpointHandle } from '../../shared/endpoint/handle.js';
import type { EndpointTask } from '../../shared/endpoint/task.js';
import { HawserError } from '../../shared/errors.js';
import { selfTest } from '../../shared/net/batched-self-test.js';
import { closeBatchedSocket, openBatchedSocket } from '../../shared/net/batched-socket.js';
import { loadLibc } from '../../shared/net/libc.js';
import type { Prepared } from './hosted-endpoint.js';

/** Told in one line why sockets are not the fastest kind. */
export type OnFallback = (line: string) => void;

let verdict: Promise<string | undefined> | undefined;

/** @throws {HawserError} `ERR_HAWSER_SOCKET` if batched sockets are demanded and do not work. */
export async function usesBatched(
  io: EndpointTask['io'],
  onFallback?: OnFallback,
): Promise<boolean> {
  if (io === 'dgram') return false;
  const doubt = await (verdict ??= selfTest());
  if (doubt === undefined) return true;
  if (io === 'batched') {
    const text = `batched sockets were asked for, but ${doubt}; use --io dgram`;
    throw new HawserError('ERR_HAWSER_SOCKET', text);
  }
  onFallback?.(`using node:dgram: ${doubt}`);
  return false;
}

/** Opens a batched socket where the task wants one; `local` is numeric. */
export async function withSocket<Task extends EndpointTask>(
  task: Task,
  handle: EndpointHandle,
  onFallback?: OnFallback,
): Promise<Prepared<Task>> {
  if (!(await usesBatched(task.io, onFallback))) return { task };
  const libc = await loadLibc();
  // A Streamer's datagrams have one size, which routers may cut; the others look for the right one.
  const socket = openBatchedSocket(libc, task.local, { fragments: task.only !== undefined });
  handle.attach({ socket });
  return {
    task: { ...task, socket },
    release: () => {
      closeBatchedSocket(socket);
    },
  };
}
