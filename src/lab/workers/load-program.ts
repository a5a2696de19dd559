/**
 * Finds a program again in another thread: by the module that exports it, and its name.
 */
import { HawserError } from '../../shared/errors.js';
import { isProgram, type AnyProgram } from '../program.js';

export type ProgramSource = AnyProgram['source'];

/** @throws HawserError `ERR_HAWSER_BAD_OPTION` if the module does not export the program */
export async function loadProgram({ moduleUrl, name }: ProgramSource): Promise<AnyProgram> {
  const exported: unknown[] = Object.values((await import(moduleUrl)) as object);
  const program = exported.flatMap(programsIn).find((one) => one.name === name);
  if (program === undefined) {
    const message = `${moduleUrl} does not export the program "${name}"; workers cannot load it.`;
    throw new HawserError('ERR_HAWSER_BAD_OPTION', message);
  }
  return program;
}

/** A program, or those in an exported list or record. */
function programsIn(value: unknown): AnyProgram[] {
  if (isProgram(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).filter(isProgram) : [];
}
