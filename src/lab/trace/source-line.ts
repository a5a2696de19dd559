/**
 * Finds the line of the program under exploration in a stack trace: the first frame that is not the
 * explorer's own.
 */

/** The folders of the explorer's engine, seen from this module. */
const OWN_FOLDERS = ['engine/', 'intercept/', 'search/', 'trace/', 'workers/'].map(
  (folder) => new URL(`../${folder}`, import.meta.url).href,
);

const LOCATION = /(?:\(|\s|@)((?:file|https?|node|webpack|blob):[^\s()]+:\d+:\d+)\)?$/;

/** `url:line:column`, or `undefined` if the stack does not say. */
export function sourceLine(stack: string | undefined): string | undefined {
  for (const frame of (stack ?? '').split('\n')) {
    const location = LOCATION.exec(frame.trimEnd())?.[1];
    const own = OWN_FOLDERS.some((folder) => location?.startsWith(folder));
    if (location !== undefined && !own && !location.startsWith('node:')) return location;
  }
  return undefined;
}
