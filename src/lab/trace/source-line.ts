/**
 * Finds the line of the program under exploration in a stack trace: the first frame that is not the
 * explorer's own.
 */

/** The explorer itself, but not the programs that come with it. */
const OWN_FOLDER = new URL('../', import.meta.url).href;
const PROGRAMS = ['../races/', '../real/'].map((folder) => new URL(folder, import.meta.url).href);

/** Copies and callbacks put many frames of the explorer on top of the program's. */
const FRAMES = 40;

/** The end of a line of a stack trace. */
const LOCATION = /(?:^|\(|\s|@)([a-z][a-z0-9+.-]+:[^\s()]+:\d+:\d+)\)?$/;

/** `url:line:column` of the program's code that is being run, or `undefined` if none is. */
export function sourceLine(): string | undefined {
  const { stackTraceLimit } = Error;
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.stackTraceLimit = FRAMES;
  // The lines of the code as it runs, whether or not source maps are switched on.
  Error.prepareStackTrace = (_error, frames) => frames.map(runningLine).join('\n');
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
  else Object.defineProperty(Error, 'prepareStackTrace', prepare);
  return stack.split('\n').map(locationIn).find(isProgram);
}

function runningLine(frame: NodeJS.CallSite): string {
  return `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
}

function locationIn(frame: string): string | undefined {
  return LOCATION.exec(frame.trimEnd())?.[1];
}

function isProgram(location: string | undefined): boolean {
  if (location === undefined || location.startsWith('node:')) return false;
  if (!location.startsWith(OWN_FOLDER)) return true;
  return PROGRAMS.some((folder) => location.startsWith(folder));
}
