/** The bits of the control byte and of the extension byte, and where the fixed fields lie. */

export const VERSION_MASK = 0xc0;
export const VERSION_BITS = 0x40;

/** Control byte. */
export const HAS_OPENING = 0x20;
export const HAS_NUMBER = 0x10;
export const IS_FIN = 0x08;
export const HAS_EXTENSION = 0x04;
export const NUMBER_BYTES_MASK = 0x03;

/** Extension byte. */
export const HAS_WINDOW = 0x01;
export const HAS_SACK = 0x02;
export const HAS_DUPLICATES = 0x04;
export const ACKNOWLEDGE_NOW = 0x08;
export const IS_RESET = 0x10;
export const HAS_TOKEN = 0x20;
export const IS_PART = 0x40;
export const RESERVED_BITS = 0x80;
/** What reports on received segments, and so makes sense only beside an acknowledgment. */
export const NEEDS_ACK = HAS_WINDOW | HAS_SACK | HAS_DUPLICATES;

export const DESTINATION_OFFSET = 1;
export const CHECK_OFFSET = 5;
export const CHECK_BYTES = 4;

/** Where the number of a numbered segment for us stands: behind an acknowledgment of its length. */
export function numberOffset(controlByte: number, checked: boolean): number {
  const numberBytes = (controlByte & NUMBER_BYTES_MASK) + 1;
  const extensionBytes = (controlByte & HAS_EXTENSION) === 0 ? 0 : 1;
  return CHECK_OFFSET + (checked ? CHECK_BYTES : 0) + extensionBytes + numberBytes;
}

/** Version 1 has nothing shorter: control byte, destination, and an acknowledgment of 4 bytes. */
export const ROUTING_BYTES = 5;

/** Control, destination, check and an acknowledgment of one byte. */
export const SHORTEST_ADDRESSED_BYTES = CHECK_OFFSET + CHECK_BYTES + 1;
