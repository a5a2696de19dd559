/** Where things lie, seen from the compiled bench in `build/bench/support`. */
const root = new URL('../../../', import.meta.url);

export const FOLDERS = {
  /** Sources of the bench: what is no code is read from there. */
  sources: new URL('bench/', root),
  /** Packages of the peers, fetched by the bench, ignored by git. */
  peers: new URL('.bench/', root),
} as const;
