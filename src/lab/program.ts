/**
 * What a program under exploration is: shared memory, a few thread functions, and what must hold.
 *
 * The same program runs under the explorer (one thread, chosen schedules) and on real workers
 * (`stress`, `confirm`). A worker finds it again by module URL and name, so a program is declared at
 * the top level of a module and exported.
 */
import { HawserError } from '../shared/errors.js';
import type { MemoryBuilder } from './memory-builder.js';

/** What a thread function learns about itself. */
export interface ThreadContext {
  /** The key under which the thread was declared. */
  readonly name: string;
  /** Its position in the declaration, from 0. */
  readonly index: number;
}

/**
 * The code of one virtual thread. It is run again from the start whenever it is resumed, so:
 * synchronous, deterministic, and every object it changes is built inside it (shared memory
 * excepted). No clock, no randomness, no input or output.
 */
export type ThreadFunction<Shared> = (shared: Shared, thread: ThreadContext) => unknown;

/** What each thread function returned, by thread name; `undefined` until it has. */
export type Results = Readonly<Record<string, unknown>>;

export interface ProgramDefinition<Shared> {
  /** Unique within its module; lower case with hyphens. */
  readonly name: string;
  /** One sentence for listings. */
  readonly summary?: string;
  /**
   * Allocates the shared memory and builds what all threads see (typed arrays, or stateless objects
   * over them such as a mutex). Called once a realm; the memory is zero when `init` starts.
   */
  readonly memory: (memory: MemoryBuilder) => Shared;
  /** Sets the initial values; happens before every thread. */
  readonly init?: (shared: Shared) => void;
  /** Between 1 and 16 threads, started together. */
  readonly threads: Readonly<Record<string, ThreadFunction<Shared>>>;
  /** Must hold after every step: throws, or returns `false`, if it does not. Reads only. */
  readonly invariant?: (shared: Shared) => unknown;
  /** Must hold when all threads have returned: throws, or returns `false`, if it does not. Reads only. */
  readonly final?: (shared: Shared, results: Results) => unknown;
  /** A short text that says how a complete run ended; feeds the histograms. Reads only. */
  readonly outcome?: (shared: Shared, results: Results) => string;
  /** The outcomes that may happen, each with the reason why; any other is a failure. */
  readonly allowed?: Readonly<Record<string, string>>;
}

/** A {@link ProgramDefinition} that workers can load by `source`. */
export interface Program<Shared = unknown> extends ProgramDefinition<Shared> {
  readonly source: { readonly moduleUrl: string; readonly name: string };
  readonly threadNames: readonly string[];
}

/** A program whatever its shared memory looks like. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- Shared is both argument and result
export type AnyProgram = Program<any>;

export const MAX_THREADS = 16;

/**
 * Declares a program. `moduleUrl` is `import.meta.url` of the module that exports the result.
 *
 * @throws HawserError `ERR_HAWSER_BAD_OPTION` if it has no threads or too many
 */
export function defineProgram<Shared>(
  moduleUrl: string,
  definition: ProgramDefinition<Shared>,
): Program<Shared> {
  const threadNames = Object.keys(definition.threads);
  if (threadNames.length === 0 || threadNames.length > MAX_THREADS) {
    throw new HawserError(
      'ERR_HAWSER_BAD_OPTION',
      `Program "${definition.name}" has ${threadNames.length} threads; declare 1 to ${MAX_THREADS}.`,
    );
  }
  return Object.freeze({
    ...definition,
    source: { moduleUrl, name: definition.name },
    threadNames,
  });
}

export function isProgram(value: unknown): value is AnyProgram {
  return typeof value === 'object' && value !== null && 'source' in value && 'threadNames' in value;
}
