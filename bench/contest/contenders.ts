/** Who takes part. A child process finds its contender here by name. */
import { ETHERNET_UDP_PAYLOAD_BYTES } from '#hawser/shared/net/udp.js';
import type { StreamerOptions } from '#hawser/shared/streamer.js';
import { PEER_PACKAGES, type PeerPackage } from '../peers/packages.js';
import type { Many } from '../many/many.js';
import type { Connect } from '../streams/contest-stream.js';
import type { HawserOptions } from '../streams/hawser-socket.js';

/** `tcp` is what ratios are taken to; so is the best of the `peer`s. */
export type Kind = 'hawser' | 'tcp' | 'peer';

interface Common {
  readonly name: string;
  readonly label: string;
}

/** Hawser by its blocking API, in a worker. */
export interface BlockingContender extends Common {
  readonly kind: 'hawser';
  readonly options: StreamerOptions;
}

/** Everybody else, in the event loop. Only the process that uses an adapter loads it. */
export interface EventContender extends Common {
  readonly kind: Kind;
  readonly package?: PeerPackage;
  load(): Promise<Connect>;
  /** How it carries many connections at once, if it can. */
  loadMany?(): Promise<Many>;
  /** It answers to where a datagram came from, so there may be a relay between the two sides. */
  readonly relayed?: true;
  /** Another contender with larger datagrams: only where these are compared. */
  readonly largeDatagrams?: true;
  /** Of Hawser: the sockets it needs. */
  readonly io?: StreamerOptions['io'];
}

export type Contender = BlockingContender | EventContender;

/** Of Hawser: the sockets it is to use. */
export function ioOf(contender: Contender): StreamerOptions['io'] {
  return isBlocking(contender) ? contender.options.io : contender.io;
}

export function isBlocking(contender: Contender): contender is BlockingContender {
  return !('load' in contender);
}

const { udx, quic, kcp } = PEER_PACKAGES;

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'hawser-batched',
    label: 'Hawser, batched, CRC-32',
    kind: 'hawser',
    options: { io: 'batched', noDelay: true },
  },
  {
    name: 'hawser-unchecked',
    label: 'Hawser, batched, no check',
    kind: 'hawser',
    options: { io: 'batched', noDelay: true, integrity: 'none' },
  },
  {
    name: 'hawser-dgram',
    label: 'Hawser, dgram, CRC-32',
    kind: 'hawser',
    options: { io: 'dgram', noDelay: true },
  },
  {
    ...asynchronous({ io: 'batched', maximumDatagramBytes: ETHERNET_UDP_PAYLOAD_BYTES }),
    name: 'hawser-socket',
    label: 'Hawser, asynchronous, batched',
    relayed: true,
  },
  {
    ...asynchronous({ io: 'dgram', maximumDatagramBytes: ETHERNET_UDP_PAYLOAD_BYTES }),
    name: 'hawser-socket-dgram',
    label: 'Hawser, asynchronous, dgram',
    relayed: true,
  },
  {
    ...asynchronous({ io: 'batched' }),
    name: 'hawser-mtu',
    label: 'Hawser, path MTU, batched',
    largeDatagrams: true,
  },
  {
    ...asynchronous({ io: 'dgram' }),
    name: 'hawser-mtu-dgram',
    label: 'Hawser, path MTU, dgram',
    largeDatagrams: true,
  },
  {
    name: 'tcp',
    label: 'TCP, node:net',
    kind: 'tcp',
    load: async () => (await import('../streams/tcp.js')).connectTcp,
    loadMany: async () => (await import('../many/tcp.js')).manyTcp,
  },
  {
    name: 'quic',
    label: `QUIC, ${labelOf(quic)}`,
    kind: 'peer',
    package: quic,
    load: async () => (await import('../streams/quic.js')).connectQuic,
    loadMany: async () => (await import('../many/quic.js')).manyQuic,
    relayed: true,
  },
  {
    name: 'udx',
    label: `UDX, ${labelOf(udx)}`,
    kind: 'peer',
    package: udx,
    load: async () => (await import('../streams/udx.js')).connectUdx,
    loadMany: async () => (await import('../many/udx.js')).manyUdx,
    relayed: true,
  },
  {
    name: 'kcp',
    label: `KCP, ${labelOf(kcp)}`,
    kind: 'peer',
    package: kcp,
    load: async () => (await import('../streams/kcp.js')).connectKcp,
    relayed: true,
  },
];

export function contenderNamed(name: string): Contender {
  const found = CONTENDERS.find((contender) => contender.name === name);
  if (found !== undefined) return found;
  const names = CONTENDERS.map((contender) => contender.name).join(', ');
  throw new Error(`no contender is named ${name}; there are ${names}`);
}

/** Hawser by its asynchronous API. Datagrams as large as the path carries, unless told otherwise. */
function asynchronous(options: HawserOptions) {
  const withoutDelay = { ...options, noDelay: true };
  return {
    kind: 'hawser' as const,
    ...(options.io !== undefined && { io: options.io }),
    load: async () => (await import('../streams/hawser-socket.js')).hawserSocket(withoutDelay),
    loadMany: async () => (await import('../many/hawser.js')).manyHawser(withoutDelay),
  };
}

function labelOf({ name, version }: PeerPackage): string {
  return `${name} ${version}`;
}
