/**
 * What can become of a file, one word each: its number on the wire, the code of the error it is, and
 * what the program exits with if it was the worst of a run. Any thread.
 */
import { type ErrorCode, HawserError } from '../errors.js';

interface Meaning {
  /** Absent where nothing went wrong. */
  readonly code?: ErrorCode;
  readonly exitCode: number;
}

/** Numbers on the wire are positions here, so entries are only ever appended. */
const MEANINGS = {
  stored: { exitCode: 0 },
  /** The receiver had the same bytes under that name already. */
  present: { exitCode: 0 },
  /** The receiver was told to skip what exists. */
  skipped: { exitCode: 0 },
  exists: { code: 'ERR_HAWSER_FILE_EXISTS', exitCode: 3 },
  busy: { code: 'ERR_HAWSER_FILE_BUSY', exitCode: 3 },
  name: { code: 'ERR_HAWSER_FILE_NAME', exitCode: 3 },
  obstructed: { code: 'ERR_HAWSER_FILE_OBSTRUCTED', exitCode: 3 },
  limit: { code: 'ERR_HAWSER_FILE_LIMIT', exitCode: 3 },
  noSpace: { code: 'ERR_HAWSER_FILE_NO_SPACE', exitCode: 4 },
  permission: { code: 'ERR_HAWSER_FILE_PERMISSION', exitCode: 5 },
  changed: { code: 'ERR_HAWSER_FILE_CHANGED', exitCode: 6 },
  unreadable: { code: 'ERR_HAWSER_FILE_UNREADABLE', exitCode: 6 },
  corrupt: { code: 'ERR_HAWSER_FILE_CORRUPT', exitCode: 1 },
  disk: { code: 'ERR_HAWSER_FILE_DISK', exitCode: 1 },
  protocol: { code: 'ERR_HAWSER_FILE_PROTOCOL', exitCode: 1 },
  version: { code: 'ERR_HAWSER_FILE_VERSION', exitCode: 1 },
  broken: { code: 'ERR_HAWSER_FILE_INCOMPLETE', exitCode: 1 },
  interrupted: { code: 'ERR_HAWSER_INTERRUPTED', exitCode: 130 },
} as const satisfies Record<string, Meaning>;

export type Status = keyof typeof MEANINGS;

export const STATUSES = Object.keys(MEANINGS) as Status[];

export function numberOfStatus(status: Status): number {
  return STATUSES.indexOf(status);
}

/** A number that this version does not know is some failure of a later one. */
export function statusOfNumber(number: number): Status {
  return STATUSES[number] ?? 'disk';
}

/** Why a transfer was given up: never because all is well, whatever the peer says. */
export function statusOfAbort(number: number): Status {
  const status = statusOfNumber(number);
  return isFailure(status) ? status : 'protocol';
}

export function codeOf(status: Status): ErrorCode | undefined {
  const meaning: Meaning = MEANINGS[status];
  return meaning.code;
}

export function isFailure(status: Status): boolean {
  return MEANINGS[status].exitCode !== 0;
}

/** Later ones matter more: a user acts on a full disk first. */
const BY_WEIGHT = [0, 3, 6, 5, 4, 1, 130];

/** What to exit with after files have come to these ends. */
export function exitCodeOf(statuses: Iterable<Status>): number {
  let worst = 0;
  for (const status of statuses) {
    const { exitCode } = MEANINGS[status];
    if (BY_WEIGHT.indexOf(exitCode) > BY_WEIGHT.indexOf(worst)) worst = exitCode;
  }
  return worst;
}

/** One file cannot be had, sent or stored; the others can. */
export class FileFailure extends HawserError {
  constructor(
    readonly status: Status,
    message: string,
    options?: ErrorOptions,
  ) {
    super(codeOf(status) ?? 'ERR_HAWSER_INTERNAL', message, options);
  }
}

const STATUS_OF_ERRNO: Readonly<Record<string, Status>> = {
  ENOSPC: 'noSpace',
  EDQUOT: 'noSpace',
  EFBIG: 'noSpace',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  EEXIST: 'exists',
  ENOTDIR: 'obstructed',
  EISDIR: 'obstructed',
  ELOOP: 'obstructed',
  ENAMETOOLONG: 'name',
  EILSEQ: 'name',
};

const TEXT_OF_ERRNO: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file is larger than the disk or a limit allows',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'it is not there',
  ENOTDIR: 'a file stands where a folder should be',
  EISDIR: 'a folder stands where a file should be',
  ELOOP: 'a symbolic link stands in the way',
  ENAMETOOLONG: 'the name is too long for the disk',
  EILSEQ: 'the disk does not take this name',
};

/**
 * The failure that an error of the file system is; `otherwise` is for those that mean nothing in
 * particular. `doing` says what was tried: "cannot write".
 */
export function failureOf(error: unknown, doing: string, otherwise: Status = 'disk'): FileFailure {
  if (error instanceof FileFailure) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || error instanceof HawserError) throw error;
  const status = STATUS_OF_ERRNO[code] ?? otherwise;
  return new FileFailure(status, `${doing}: ${TEXT_OF_ERRNO[code] ?? message} (${code})`, {
    cause: error,
  });
}
