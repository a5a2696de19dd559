/**
 * Recognises runs that go round in circles: the basis of the livelock verdict.
 */
import type { Machine } from './machine.js';
import { Kind, type Operation } from './operation.js';
import { READY } from './threads.js';

/** The steps from `stem` to `stem + period` can repeat for ever. */
export interface Loop {
  readonly stem: number;
  readonly period: number;
}

/** Steps that {@link recurrence} looks back. */
const LONGEST_LOOP = 48;

/**
 * Whether the machine is in a state it has been in before in this run, with every thread that can go
 * on having moved in between. What threads keep to themselves is not compared, so whoever asks has
 * to try whether the loop really repeats.
 */
export function recurrence(machine: Machine): Loop | undefined {
  const last = machine.lastThread;
  const pending = last < 0 ? undefined : machine.threads.pending.values[last];
  if (pending === undefined) return undefined;
  const earliest = Math.max(0, machine.depth - LONGEST_LOOP);
  for (let stem = machine.depth - 1; stem >= earliest; stem -= 1) {
    const candidate =
      machine.stepThread[stem] === last && machine.stepOperation[stem].matches(pending);
    if (candidate && everybodyIsBack(machine, stem) && machine.memoryIsAsBefore(stem)) {
      return { stem, period: machine.depth - stem };
    }
  }
  return undefined;
}

function everybodyIsBack(machine: Machine, stem: number): boolean {
  const first = firstOperations(machine, stem);
  const { status, pending } = machine.threads;
  for (let thread = 0; thread < machine.threads.count; thread += 1) {
    const moved = first[thread];
    const next = pending.values[thread];
    if (moved === undefined) {
      if (status.values[thread] === READY) return false;
    } else if (next === undefined || !moved.matches(next)) return false;
  }
  return true;
}

function firstOperations(machine: Machine, stem: number): (Operation | undefined)[] {
  const first: (Operation | undefined)[] = [];
  for (let step = stem; step < machine.depth; step += 1) {
    first[machine.stepThread[step]] ??= machine.stepOperation[step];
  }
  return first;
}

/** The loop at the end of a run that has reached its step limit, if that is what it does. */
export function finalLoop(machine: Machine): Loop | undefined {
  const { depth } = machine;
  for (let period = 1; period <= depth / 4; period += 1) {
    const stem = startOfRepetition(machine, period);
    const longEnough = depth - stem >= 3 * period + depth / 4;
    if (longEnough && coversReady(machine, depth - period)) {
      return machine.memoryIsAsBefore(depth - period) ? { stem, period } : undefined;
    }
  }
  return undefined;
}

/** The first step from which on every step is the same as the one `period` later. */
function startOfRepetition(machine: Machine, period: number): number {
  let step = machine.depth - period - 1;
  while (step >= 0 && sameStep(machine, step, step + period)) step -= 1;
  return step + 1;
}

function sameStep(machine: Machine, left: number, right: number): boolean {
  return (
    machine.stepThread[left] === machine.stepThread[right] &&
    machine.stepOperation[left].matches(machine.stepOperation[right])
  );
}

function coversReady(machine: Machine, from: number): boolean {
  let moved = 0;
  for (let step = from; step < machine.depth; step += 1) moved |= 1 << machine.stepThread[step];
  const ready = machine.threads.withStatus(READY);
  return (ready & ~moved) === 0 || machine.spinning.allSpin(ready);
}

/** A text that is the same for the same loop, wherever it is met. */
export function loopKey(machine: Machine, { stem, period }: Loop): string {
  const steps: string[] = [];
  for (let step = stem; step < stem + period; step += 1) {
    const { kind, start } = machine.stepOperation[step];
    steps.push(`${machine.stepThread[step]}:${kind === Kind.Timeout ? 't' : kind}@${start}`);
  }
  return steps.join(' ');
}
