/**
 * Names as they come off the wire, and which of them the receiving side takes. A name is the UTF-8
 * of a path with `/` between its parts; it is kept byte for byte, or refused, never repaired. Pure.
 */
import { reservedBy } from './reserved-names.js';
import { FileFailure } from './status.js';

/**
 * `portable` also refuses what means something else on Windows, wherever we run: the folder may be
 * shared, or copied there. `posix` takes every name that a Unix file system takes safely.
 */
export type NameRules = 'portable' | 'posix';

export const NAME_RULES: readonly NameRules[] = ['portable', 'posix'];

const LONGEST_NAME_BYTES = 4096;
const LONGEST_PART_BYTES = 255;
const DEEPEST = 100;

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The parts of a name.
 * @throws {FileFailure} `name`, with the reason.
 */
export function parseName(bytes: Uint8Array, rules: NameRules = 'portable'): string[] {
  if (bytes.length > LONGEST_NAME_BYTES) throw refusal(`it is ${bytes.length} bytes long`);
  const name = decode(bytes);
  if (name === '') throw refusal('it is empty');
  if (name.startsWith('/')) throw refusal('it is an absolute path');
  const parts = name.split('/');
  if (parts.length > DEEPEST) throw refusal(`it is ${parts.length} folders deep`);
  for (const part of parts) {
    const reason = whyNot(part, rules);
    if (reason !== undefined) throw refusal(reason);
  }
  return parts;
}

/** The one spelling of names that look the same: two that share it are one file to many systems. */
export function canonicalName(parts: readonly string[]): string {
  return parts.join('/').normalize('NFC');
}

/** Fit for a terminal: nothing in it moves the cursor or turns the text round. */
export function printableName(name: string): string {
  return name.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;
/** Control characters, line and paragraph separators. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
/** Embeddings, overrides and isolates: "exe.cod" that reads "doc.exe". */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/u;

function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw refusal('it is not UTF-8');
  }
}

function whyNot(part: string, rules: NameRules): string | undefined {
  if (part === '') return 'a part of it is empty';
  if (part === '.' || part === '..') return `a part of it is "${part}"`;
  if (Buffer.byteLength(part) > LONGEST_PART_BYTES) {
    return `a part of it is longer than ${LONGEST_PART_BYTES} bytes`;
  }
  if (CONTROL.test(part)) return 'there is a control character in it';
  if (TURNING.test(part)) return 'there is a character in it that turns the direction of text';
  return reservedBy(part, rules);
}

function refusal(reason: string): FileFailure {
  return new FileFailure('name', `the name is refused: ${reason}`);
}
