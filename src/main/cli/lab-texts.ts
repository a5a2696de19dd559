/**
 * What the lab commands print besides results: the list of what there is, and what a race teaches.
 * Main thread.
 */
import { Help } from 'commander';
import type { Race } from '../../lab/races/index.js';
import type { RealProgram } from '../../lab/real/index.js';
import { printJson } from './lab-output.js';

/** Columns of running text, where the terminal has as many. */
const TEXT_WIDTH = 96;
const INDENT = 2;

export function printList(
  races: readonly Race[],
  reals: readonly RealProgram[],
  json: boolean,
): void {
  if (json) {
    printJson([...races.map(raceRow), ...reals.map(realRow)]);
    return;
  }
  const width = Math.max(...[...races.map(raceRow), ...reals.map(realRow)].map(nameLength));
  console.log('Races, each with a buggy and a fixed version:\n');
  for (const { name, summary } of races) console.log(`${name.padEnd(width)}  ${summary}`);
  console.log('\nThe real modules, what holds in them, and how far that is covered:\n');
  for (const real of reals) {
    console.log(`${real.program.name.padEnd(width)}  ${real.claim} (${howFar(real)})`);
  }
}

function raceRow({ name, title, summary }: Race): { name: string } & Record<string, unknown> {
  return { kind: 'race', name, title, summary };
}

function realRow(real: RealProgram): { name: string } & Record<string, unknown> {
  const { program, words, claim, coverage, fails } = real;
  const { name, summary } = program;
  return { kind: 'real', name, title: claim, summary, words, coverage, fails };
}

function nameLength({ name }: { readonly name: string }): number {
  return name.length;
}

function howFar({ coverage, fails }: RealProgram): string {
  if (fails !== undefined) return `must fail: ${fails}`;
  return coverage === 'proved' ? 'proved' : `${coverage} preemptions`;
}

export function printRaceText({ name, title, text }: Race): void {
  const { symptom, why, fix, cost } = text;
  console.log(title);
  for (const [heading, paragraph] of Object.entries({ symptom, why, fix, cost })) {
    console.log(`\n${heading.charAt(0).toUpperCase()}${heading.slice(1)}\n${wrapped(paragraph)}`);
  }
  console.log(`\nExercises and references: src/lab/races/${name}/index.ts`);
}

function wrapped(paragraph: string): string {
  const { isTTY, columns } = process.stdout;
  const width = (isTTY ? Math.min(columns, TEXT_WIDTH) : TEXT_WIDTH) - INDENT;
  return new Help().boxWrap(paragraph, width).replace(/^(?=.)/gm, ' '.repeat(INDENT));
}
