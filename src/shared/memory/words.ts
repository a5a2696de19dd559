/**
 * How the layout declares words: each with the guard that makes touching it safe, and its meaning.
 * The declaration is data, so that tests can hold docs/threads.md against it and the lab can name
 * the word behind an address.
 */

/**
 * - `start`: written before the threads start, read-only afterwards.
 * - `atomic`: any thread, only through `Atomics`, by the protocol its note names.
 * - `send lock`, `receive lock`: plain access, only with that mutex held.
 * - `listener`, `application`, `timer`: one writing thread. Where others look without a lock the
 *   writer stores and they load through `Atomics`, as the note says.
 * - `owner`: plain access by the one thread that the protocol in the note has made the owner; a lock
 *   or an atomic word hands it on.
 */
export type Guard =
  | 'start'
  | 'atomic'
  | 'send lock'
  | 'receive lock'
  | 'listener'
  | 'application'
  | 'timer'
  | 'owner';

export interface WordDeclaration {
  readonly guard: Guard;
  readonly note: string;
}

export type Declarations = Readonly<Record<string, WordDeclaration>>;

/** Numbers the declared words from 0: the position of a word within its section. */
export function numberWords<T extends Declarations>(
  declarations: T,
): { readonly [Name in keyof T]: number } {
  const entries = Object.keys(declarations).map((name, index) => [name, index] as const);
  return Object.freeze(Object.fromEntries(entries)) as { readonly [Name in keyof T]: number };
}

/** `words('send lock', { a: 'note', … })`: declares several words with one guard. */
export function guardedBy<T extends Record<string, string>>(
  guard: Guard,
  notes: T,
): { readonly [Name in keyof T]: WordDeclaration } {
  const entries = Object.entries(notes).map(([name, note]) => [name, { guard, note }] as const);
  return Object.fromEntries(entries) as { readonly [Name in keyof T]: WordDeclaration };
}
