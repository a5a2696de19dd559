/**
 * Checks of single options. Each returns the value or its default, or throws an error that names the
 * option, the value and what it may be. Any thread.
 */
import { isIP } from 'node:net';
import { inspect } from 'node:util';
import { HawserError } from '../../../shared/errors.js';

/** A whole number with its unit, from `least` to `most`. */
export interface Range {
  readonly unit: string;
  readonly least: number;
  readonly most: number;
}

export const PORT: Range = { unit: 'port', least: 0, most: 65_535 };

export function wholeNumber(
  name: string,
  value: unknown,
  range: Range,
  defaultValue: number,
): number {
  if (value === undefined) return defaultValue;
  const { unit, least, most } = range;
  const fits = typeof value === 'number' && Number.isInteger(value);
  if (fits && value >= least && value <= most) return value;
  throw badOption(name, value, `a whole number from ${least} to ${most} (${unit})`);
}

/** As `net` has it, a port may also be a string of digits. */
export function portNumber(name: string, value: unknown, defaultValue?: number): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (number === undefined && defaultValue === undefined) {
    throw badOption(
      name,
      value,
      `a whole number from ${PORT.least} to ${PORT.most}; it is required`,
    );
  }
  return wholeNumber(name, number, PORT, defaultValue ?? 0);
}

export function flag(name: string, value: unknown, defaultValue: boolean): boolean {
  if (value === undefined) return defaultValue;
  if (typeof value === 'boolean') return value;
  throw badOption(name, value, 'true or false');
}

export function oneOf<Choice extends string | number>(
  name: string,
  value: unknown,
  choices: readonly Choice[],
  defaultValue: Choice,
): Choice {
  if (value === undefined) return defaultValue;
  const choice = choices.find((known) => known === value);
  if (choice !== undefined) return choice;
  const listed = choices.map((known) => inspect(known)).join(', ');
  throw badOption(name, value, `one of ${listed}`);
}

/** A host name or a numeric address. */
export function hostName(name: string, value: unknown, defaultValue: string): string {
  if (value === undefined || value === null) return defaultValue;
  if (typeof value === 'string' && value !== '') return value;
  throw badOption(name, value, 'a host name or a numeric address, not empty');
}

export function numericAddress(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isIP(value) !== 0) return value;
  throw badOption(name, value, 'a numeric IPv4 or IPv6 address');
}

export function callable<Callable>(
  name: string,
  value: Callable | undefined,
): Callable | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw badOption(name, value, 'a function');
}

export function abortSignal(name: string, value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw badOption(name, value, 'an AbortSignal');
}

/** There is nothing here that speaks to pipes, so a path is a mistake. `http` passes null. */
export function noPath(value: unknown): void {
  if (value === undefined || value === null) return;
  throw badOption('path', value, 'absent: Hawser speaks UDP, not pipes');
}

export function badOption(name: string, value: unknown, wanted: string): HawserError {
  const text = `${name} is ${inspect(value, { depth: 0 })}; it must be ${wanted}`;
  return new HawserError('ERR_HAWSER_BAD_OPTION', text);
}
