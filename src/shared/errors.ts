/**
 * Every error Hawser raises on purpose: one class, a stable code, a message that says what happened,
 * with which value, and what to do.
 */

/** Codes travel through shared memory as their position here, so entries are only ever appended. */
export const ERROR_CODES = [
  'ERR_HAWSER_INTERNAL',
  'ERR_HAWSER_ADDRESS_IN_USE',
  'ERR_HAWSER_ADDRESS_INVALID',
  'ERR_HAWSER_CONNECT_TIMEOUT',
  'ERR_HAWSER_PEER_LOST',
  'ERR_HAWSER_PEER_RESTARTED',
  'ERR_HAWSER_RESET_BY_PEER',
  'ERR_HAWSER_PROTOCOL_VIOLATION',
  'ERR_HAWSER_CLOSED',
  'ERR_HAWSER_INTERRUPTED',
  'ERR_HAWSER_NO_HOST',
  'ERR_HAWSER_BAD_OPTION',
  'ERR_HAWSER_DATAGRAM_TOO_LARGE',
  'ERR_HAWSER_SOCKET',
  'ERR_HAWSER_WRONG_DATA',
  'ERR_HAWSER_LAB_UNSUPPORTED',
  'ERR_HAWSER_REFUSED',
  'ERR_HAWSER_UNREACHABLE',
  'ERR_HAWSER_NAME_NOT_FOUND',
  'ERR_HAWSER_LIMIT',
  'ERR_HAWSER_ENDED_BY_PEER',
  'ERR_HAWSER_NOT_LISTENING',
  'ERR_HAWSER_ALREADY_LISTENING',
  'ERR_HAWSER_ALREADY_CONNECTED',
  'ERR_HAWSER_FILE_EXISTS',
  'ERR_HAWSER_FILE_BUSY',
  'ERR_HAWSER_FILE_NAME',
  'ERR_HAWSER_FILE_OBSTRUCTED',
  'ERR_HAWSER_FILE_LIMIT',
  'ERR_HAWSER_FILE_NO_SPACE',
  'ERR_HAWSER_FILE_PERMISSION',
  'ERR_HAWSER_FILE_CHANGED',
  'ERR_HAWSER_FILE_UNREADABLE',
  'ERR_HAWSER_FILE_CORRUPT',
  'ERR_HAWSER_FILE_DISK',
  'ERR_HAWSER_FILE_PROTOCOL',
  'ERR_HAWSER_FILE_VERSION',
  'ERR_HAWSER_FILE_INCOMPLETE',
  'ERR_HAWSER_NO_ACKNOWLEDGMENT',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export class HawserError extends Error {
  override readonly name = 'HawserError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
