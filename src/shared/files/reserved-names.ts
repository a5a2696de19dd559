/** Names that somebody else has a use for: this tool itself, Windows, or the platform. Pure. */
import type { NameRules } from './names.js';

/** What unfinished files are called, see {@link file://./partial-names.ts}. */
export const OWN_PREFIX = '.hawser-';
export const OWN_SUFFIX = '.part';

/** Devices on Windows, in every folder and with every extension; the digits may be superscripts. */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\.|:|$)/i;
/** `C:x` is relative to another drive, `x:y` is a stream of x. */
const WINDOWS_DRIVE = /^[a-z]:/i;
const WINDOWS_FORBIDDEN = /[<>:"|?*]/;
/** Short names that Windows makes up for long ones. */
const WINDOWS_SHORT = /~\d+(\.[^.]{0,3})?$/;

/** Why a part of a name is not for the taking; `undefined` if it is. */
export function reservedBy(
  part: string,
  rules: NameRules,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (isOwn(part)) return 'names of this kind are those of unfinished files';
  const windows = rules === 'portable' || platform === 'win32' ? onWindows(part) : undefined;
  if (windows !== undefined) return windows;
  if (platform === 'win32' && WINDOWS_FORBIDDEN.test(part)) {
    return 'there is a character in it that Windows forbids';
  }
  return platform === 'win32' && WINDOWS_SHORT.test(part)
    ? 'it may be the short name of another file'
    : undefined;
}

/** Compared as a file system might that ignores case. */
export function isOwn(part: string): boolean {
  const name = part.normalize('NFKC').toLowerCase();
  return name.startsWith(OWN_PREFIX) && name.endsWith(OWN_SUFFIX);
}

function onWindows(part: string): string | undefined {
  if (part.includes('\\')) return 'there is a backslash in it';
  if (/[. ]$/.test(part)) return 'a part of it ends in a dot or a space';
  if (WINDOWS_DRIVE.test(part)) return 'it names a drive';
  if (WINDOWS_DEVICE.test(part)) return 'it is the name of a device on Windows';
  return undefined;
}
