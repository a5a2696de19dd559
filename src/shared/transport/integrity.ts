/**
 * Which check of integrity a connection has: what both sides have offered in their openings. None
 * only if neither wants one; until the peer is known, CRC-32.
 */
import type { ConnectionMemory } from '../memory/connection-memory.js';
import { SendWord } from '../memory/layout.js';
import { Integrity } from '../wire/segment.js';

export function agreedIntegrity(ours: Integrity, theirs: Integrity): Integrity {
  const neither = ours === Integrity.none && theirs === Integrity.none;
  return neither ? Integrity.none : Integrity.crc32;
}

/** Listener, or whoever holds the send lock. */
export function integrityOf({ send }: ConnectionMemory): Integrity {
  return send[SendWord.unchecked] === 1 ? Integrity.none : Integrity.crc32;
}
