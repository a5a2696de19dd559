/**
 * Connections that carry transfers: opened by `send`, taken by `receive`. Everything beyond this file
 * knows only streams. Main thread.
 */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { SocketAddress } from '../../shared/net/datagram-port.js';
import type { Impairments } from '../../shared/net/impairments.js';
import { addressText } from '../../shared/net/socket-address.js';
import { connect, createServer } from '../api/functions.js';
import type { HawserSocket } from '../api/hawser-socket.js';
import type { LineQuality } from './progress-lines.js';

export interface Link {
  readonly stream: Duplex;
  /** The other side, as `host:port`. */
  readonly peer: string;
  /** What the connection counts; undefined before there is anything. */
  quality(): LineQuality | undefined;
  /** Of all that was written to it, what the other side has. */
  deliveredBytes(): number;
}

export interface LinkOptions {
  readonly congestion: 'bbr' | 'cubic' | 'none';
  /** Largest UDP payload; 0 is what the path carries. */
  readonly maximumDatagramBytes: number;
  readonly idleTimeoutMs: number;
  readonly io: 'auto' | 'dgram' | 'batched';
  readonly impairments?: Partial<Impairments>;
}

export interface Listener {
  readonly address: string;
  /** Takes no more connections; resolves when those there are have ended. */
  close(): Promise<void>;
}

/** A transfer has its own buffers on both ends; the line should not run dry between them. */
const BUFFER_BYTES = 2 * 2 ** 20;

/** Resolves when the other side has answered. Rejects with an AbortError once `signal` is aborted. */
export async function openLink(
  { host, port }: SocketAddress,
  options: LinkOptions,
  signal: AbortSignal,
): Promise<Link> {
  const ends = { host, port, allowHalfOpen: true };
  const socket = connect({ ...transportOf(options), ...portOf(options), ...ends });
  try {
    await socket.whenOpen({ signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return linkOf(socket);
}

export async function listen(
  { host, port }: SocketAddress,
  options: LinkOptions,
  onLink: (link: Link) => void,
): Promise<Listener> {
  const server = createServer({ ...transportOf(options), allowHalfOpen: true });
  server.on('connection', (socket) => {
    onLink(linkOf(socket));
  });
  server.listen({ ...portOf(options), host, port });
  await once(server, 'listening');
  const bound = server.address()!;
  return {
    address: addressText({ host: bound.address, port: bound.port }),
    close: () => server[Symbol.asyncDispose](),
  };
}

function linkOf(socket: HawserSocket): Link {
  const { remoteAddress = '?', remotePort = 0 } = socket;
  return {
    stream: socket,
    peer: addressText({ host: remoteAddress, port: remotePort }),
    quality: () => qualityOf(socket),
    deliveredBytes: () => socket.stats()?.bytesAcknowledged ?? 0,
  };
}

function qualityOf(socket: HawserSocket): LineQuality | undefined {
  const statistics = socket.stats();
  if (statistics === undefined) return undefined;
  const { roundTripTimeMs, segmentsRetransmitted, spuriousRetransmissions } = statistics;
  return {
    roundTripMs: roundTripTimeMs,
    retransmitted: segmentsRetransmitted,
    lost: Math.max(0, segmentsRetransmitted - spuriousRetransmissions),
  };
}

/** What the simulator takes, as the course has it. */
const SIMULATED_DATAGRAM_BYTES = 1472;

function transportOf({
  congestion,
  maximumDatagramBytes,
  idleTimeoutMs,
  impairments,
}: LinkOptions) {
  const mostBytes = maximumDatagramBytes === 0 ? Infinity : maximumDatagramBytes;
  return {
    congestion,
    maximumDatagramBytes:
      impairments === undefined
        ? maximumDatagramBytes
        : Math.min(mostBytes, SIMULATED_DATAGRAM_BYTES),
    idleTimeoutMs,
    connectTimeoutMs: idleTimeoutMs,
    receiveBufferBytes: BUFFER_BYTES,
    sendBufferBytes: BUFFER_BYTES,
  };
}

function portOf({ io, impairments }: LinkOptions) {
  return { io, ...(impairments !== undefined && { impairments }) };
}
