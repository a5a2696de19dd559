/** What the parser says about a datagram: small integers, to be counted without a look-up. */

export const ParseResult = {
  ok: 0,
  /** Shorter than the fields it announces, or an integer in the refused 8-byte form. */
  truncated: 1,
  version: 2,
  /** Addressed to a connection that is not this one. */
  destination: 3,
  /** No destination, yet neither an opening nor a reset. */
  noDestination: 4,
  /** A bit of the extension byte that version 1 does not know. */
  reservedBit: 5,
  /** An extension byte that announces nothing. */
  emptyExtension: 6,
  /** Window, SACK or duplicates without a cumulative acknowledgment. */
  reportWithoutAck: 7,
  finWithoutNumber: 8,
  /** A reset that also opens or carries data. */
  resetWithOther: 9,
  /** Integrity "none" has no check that a truncated number could fail, so all four bytes it is. */
  numberLength: 10,
  sourceId: 11,
  maximumDatagram: 12,
  window: 13,
  integrity: 14,
  duplicateCount: 15,
  sackCount: 16,
  /** SACK ranges that reach 2^31 or more segments ahead. */
  sackRange: 17,
  rejectedId: 18,
  /** A segment number with neither payload nor FIN. */
  emptyData: 19,
  payloadWithoutNumber: 20,
  checksum: 21,
  tokenKind: 22,
  tokenLength: 23,
  /** A token on a segment that cannot carry one of its kind. */
  tokenPlace: 24,
  /** A part of nothing, or of an opening. */
  partPlace: 25,
  /** A part that reaches beyond its segment, or a segment larger than any. */
  partRange: 26,
} as const;
export type ParseResult = (typeof ParseResult)[keyof typeof ParseResult];

/** `PARSE_RESULT_NAMES[result]` is the result's name. */
export const PARSE_RESULT_NAMES = Object.keys(ParseResult) as (keyof typeof ParseResult)[];
