/**
 * The host that `Streamer`s need: an {@link EndpointHost} for the transport's own endpoints. Main
 * thread. It opens the sockets that take FFI, since a descriptor opened so outlives its thread.
 */
import { EndpointHandle } from '../../shared/endpoint/handle.js';
import { resolveAddress } from '../../shared/endpoint/outlets.js';
import type { EndpointTask } from '../../shared/endpoint/task.js';
import { HawserError } from '../../shared/errors.js';
import { writePeerAddress } from '../../shared/memory/peer-address.js';
import { selfTest } from '../../shared/net/batched-self-test.js';
import { closeBatchedSocket, openBatchedSocket } from '../../shared/net/batched-socket.js';
import { loadLibc } from '../../shared/net/libc.js';
import { EndpointHost } from './endpoint-host.js';
import type { Prepared } from './hosted-endpoint.js';

export type StreamerHost = EndpointHost<EndpointTask, EndpointHandle>;

export interface StreamerHostShape {
  /** Streamers that may be open at the same time. */
  readonly endpoints: number;
  /** Threads for the blocking code that uses them. */
  readonly applications: number;
  /** Told in one line why sockets are not the fastest kind; by default nobody. */
  readonly onFallback?: (line: string) => void;
}

export function hostStreamers(shape: StreamerHostShape): StreamerHost {
  return new EndpointHost<EndpointTask, EndpointHandle>({
    endpoints: shape.endpoints,
    applications: shape.applications,
    open: (task) => new EndpointHandle(task),
    prepare: (task, handle) => prepare(task, handle, shape.onFallback),
    roleModules: { listener: workerModule('listener'), timer: workerModule('timer') },
  });
}

/** The compiled module of a worker. */
export function workerModule(name: string): URL {
  return new URL(`../../workers/${name}.js`, import.meta.url);
}

async function prepare(
  task: EndpointTask,
  handle: EndpointHandle,
  onFallback: StreamerHostShape['onFallback'],
): Promise<Prepared<EndpointTask>> {
  try {
    const local = await resolveAddress(task.local);
    if (task.only !== undefined && handle.only !== undefined) {
      writePeerAddress(handle.only, await resolveAddress(task.only.remote));
    }
    const resolved = { ...task, local };
    return (await usesBatched(task, onFallback))
      ? await withSocket(resolved, handle)
      : { task: resolved };
  } catch (error) {
    // Between threads an error loses its code, in the memory it keeps it.
    if (error instanceof HawserError) handle.fail(error.code, error.message);
    throw error;
  }
}

let verdict: Promise<string | undefined> | undefined;

async function usesBatched(
  { io }: EndpointTask,
  onFallback: StreamerHostShape['onFallback'],
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

async function withSocket(
  task: EndpointTask,
  handle: EndpointHandle,
): Promise<Prepared<EndpointTask>> {
  const libc = await loadLibc();
  const socket = openBatchedSocket(libc, task.local);
  handle.attach({ socket });
  return {
    task: { ...task, socket },
    release: () => {
      closeBatchedSocket(libc, socket);
    },
  };
}
