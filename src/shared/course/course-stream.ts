/** What both sides of the course are started with, and their stream. Application thread. */
import { HawserError } from '../errors.js';
import type { SocketAddress } from '../net/datagram-port.js';
import { Streamer, type StreamerOptions } from '../streamer.js';
import type { LineTask } from './line.js';
import type { MishapSwitches } from './mishaps.js';

export interface CourseTask {
  readonly line: LineTask;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  readonly mishaps: MishapSwitches;
  readonly stream: StreamerOptions;
}

export function openStream({ local, remote, stream }: CourseTask): Streamer {
  return new Streamer(remote.host, remote.port, local.host, local.port, stream);
}

/** Gives the port back. Why a stream failed has been told by whoever used it. */
export function closeQuietly(stream: Streamer): void {
  try {
    stream.close();
  } catch (error) {
    if (!(error instanceof HawserError)) throw error;
  }
}
