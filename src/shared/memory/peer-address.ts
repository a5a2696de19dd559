/**
 * Where the peer is, as text in a connection's memory: written by the listener with the send lock
 * held, or before the threads know the connection; read by whoever sends, with that lock, and by
 * anyone for display.
 */
import type { ConnectionMemory } from './connection-memory.js';
import { SendWord } from './layout.js';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

export function writePeerAddress(memory: ConnectionMemory, { host, port }: PeerAddress): void {
  const { send, peerAddress } = memory;
  const { written } = new TextEncoder().encodeInto(`${port} ${host}`, peerAddress);
  send[SendWord.peerAddressBytes] = written;
  send[SendWord.peerMoves] += 1;
}

export function readPeerAddress({ send, peerAddress }: ConnectionMemory): PeerAddress {
  const text = new TextDecoder().decode(peerAddress.slice(0, send[SendWord.peerAddressBytes]));
  const [port, host] = text.split(' ');
  return { host, port: Number(port) };
}
