/**
 * The host that `Streamer`s need: an {@link EndpointHost} for the transport's own endpoints. Main
 * thread.
 */
import { EndpointHandle } from '../../shared/endpoint/handle.js';
import { resolveAddress } from '../../shared/endpoint/outlets.js';
import type { EndpointTask } from '../../shared/endpoint/task.js';
import { HawserError } from '../../shared/errors.js';
import { writePeerAddress } from '../../shared/memory/peer-address.js';
import { EndpointHost } from './endpoint-host.js';
import type { Prepared } from './hosted-endpoint.js';
import { type OnFallback, withSocket } from './sockets.js';
import { workerModule } from './worker-modules.js';

export type StreamerHost = EndpointHost<EndpointTask, EndpointHandle>;

export interface StreamerHostShape {
  /** Streamers that may be open at the same time. */
  readonly endpoints: number;
  /** Threads for the blocking code that uses them. */
  readonly applications: number;
  /** Told in one line why sockets are not the fastest kind; by default nobody. */
  readonly onFallback?: OnFallback;
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

async function prepare(
  task: EndpointTask,
  handle: EndpointHandle,
  onFallback: OnFallback | undefined,
): Promise<Prepared<EndpointTask>> {
  try {
    const local = await resolveAddress(task.local);
    if (task.only !== undefined && handle.only !== undefined) {
      writePeerAddress(handle.only, await resolveAddress(task.only.remote));
    }
    return await withSocket({ ...task, local }, handle, onFallback);
  } catch (error) {
    // Between threads an error loses its code, in the memory it keeps it.
    if (error instanceof HawserError) handle.fail(error.code, error.message);
    throw error;
  }
}
