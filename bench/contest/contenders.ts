/** Who takes part. A child process finds its contender here by name. */
import type { StreamerOptions } from '#hawser/shared/streamer.js';
import { PEER_PACKAGES, type PeerPackage } from '../peers/packages.js';
import type { Connect } from '../streams/contest-stream.js';

/** `tcp` is what ratios are taken to; so is the best of the `peer`s. */
export type Kind = 'hawser' | 'tcp' | 'peer';

interface Common {
  readonly name: string;
  readonly label: string;
}

export interface HawserContender extends Common {
  readonly kind: 'hawser';
  readonly options: StreamerOptions;
}

export interface OtherContender extends Common {
  readonly kind: 'tcp' | 'peer';
  readonly package?: PeerPackage;
  /** Loads the adapter; only the process that uses it does. */
  load(): Promise<Connect>;
}

export type Contender = HawserContender | OtherContender;

const { udx, quic, kcp } = PEER_PACKAGES;

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'hawser-batched',
    label: 'Hawser, batched, CRC-32',
    kind: 'hawser',
    options: { io: 'batched', noDelay: true },
  },
  {
    name: 'hawser-dgram',
    label: 'Hawser, dgram, CRC-32',
    kind: 'hawser',
    options: { io: 'dgram', noDelay: true },
  },
  {
    name: 'tcp',
    label: 'TCP, node:net',
    kind: 'tcp',
    load: async () => (await import('../streams/tcp.js')).connectTcp,
  },
  {
    name: 'quic',
    label: `QUIC, ${labelOf(quic)}`,
    kind: 'peer',
    package: quic,
    load: async () => (await import('../streams/quic.js')).connectQuic,
  },
  {
    name: 'udx',
    label: `UDX, ${labelOf(udx)}`,
    kind: 'peer',
    package: udx,
    load: async () => (await import('../streams/udx.js')).connectUdx,
  },
  {
    name: 'kcp',
    label: `KCP, ${labelOf(kcp)}`,
    kind: 'peer',
    package: kcp,
    load: async () => (await import('../streams/kcp.js')).connectKcp,
  },
];

export function contenderNamed(name: string): Contender {
  const found = CONTENDERS.find((contender) => contender.name === name);
  if (found !== undefined) return found;
  const names = CONTENDERS.map((contender) => contender.name).join(', ');
  throw new Error(`no contender is named ${name}; there are ${names}`);
}

function labelOf({ name, version }: PeerPackage): string {
  return `${name} ${version}`;
}
