/** How sections are laid out in a shared memory: one behind the other, each on a cache line of its own. */

const CACHE_LINE = 64;

/** Byte offset of each section, in the order given, and how many bytes all take. */
export function placeSections<Name extends string>(
  sectionBytes: Readonly<Record<Name, number>>,
): { offsets: Readonly<Record<Name, number>>; bytes: number } {
  const offsets: Partial<Record<Name, number>> = {};
  let at = 0;
  for (const section of Object.keys(sectionBytes) as Name[]) {
    offsets[section] = at;
    at += Math.ceil(sectionBytes[section] / CACHE_LINE) * CACHE_LINE;
  }
  return { offsets: offsets as Readonly<Record<Name, number>>, bytes: at };
}
