/**
 * Replay tokens: a run as a short text. A version, three letters for the run options, and the places
 * where the schedule differs from the default one (whoever runs goes on, else the first thread):
 *
 *   1cfi-4b-9a        at step 4 thread b takes over, at step 9 thread a
 *   1cfi-4b-9a~6.8    the same, and from step 6 on 8 steps repeat for ever
 */
import { HawserError } from '../shared/errors.js';
import type { Loop } from './engine/rounds.js';
import { parseOptions, type RunOptions } from './options.js';
import type { Deviations } from './search/scripted.js';

export interface ParsedToken {
  readonly options: RunOptions;
  readonly deviations: Deviations;
  readonly loop: Loop | undefined;
}

const VERSION = '1';
const FIRST_LETTER = 'a'.charCodeAt(0);
const TIMEOUTS: Readonly<Record<string, RunOptions['timeouts']>> = {
  n: 'never',
  i: 'idle',
  a: 'any',
};
const TOKEN = /^1([cis])([fx])([nia])(?:m(\d+))?((?:-\d+[a-p])*)(?:~(\d+)\.(\d+))?$/;

export function formatToken(options: RunOptions, deviations: Deviations, loop?: Loop): string {
  const interleaved = options.splitBulk ? 's' : 'i';
  const plain = options.plain === 'checked' ? 'c' : interleaved;
  const races = options.races === 'fail' ? 'f' : 'x';
  const limit = options.maxSteps === parseOptions().maxSteps ? '' : `m${options.maxSteps}`;
  const end = loop === undefined ? Infinity : loop.stem + loop.period;
  const switches = [...deviations]
    .filter(([step]) => step < end)
    .map(([step, thread]) => `-${step}${String.fromCharCode(FIRST_LETTER + thread)}`);
  const repeat = loop === undefined ? '' : `~${loop.stem}.${loop.period}`;
  const timeouts = options.timeouts.charAt(0);
  return `${VERSION}${plain}${races}${timeouts}${limit}${switches.join('')}${repeat}`;
}

/** @throws HawserError `ERR_HAWSER_BAD_OPTION` if the text is not a token of this version */
export function parseToken(token: string): ParsedToken {
  const parts = TOKEN.exec(token);
  if (parts === null) {
    throw new HawserError('ERR_HAWSER_BAD_OPTION', `"${token}" is not a replay token.`);
  }
  const [, plain, races, timeouts, limit, switches, stem, period] = parts as (string | undefined)[];
  const options = parseOptions({
    plain: plain === 'c' ? 'checked' : 'interleaved',
    splitBulk: plain === 's',
    races: races === 'f' ? 'fail' : 'ignore',
    timeouts: TIMEOUTS[timeouts!],
    maxSteps: limit === undefined ? undefined : Number(limit),
  });
  return {
    options,
    deviations: new Map(switches!.split('-').slice(1).map(parseSwitch)),
    loop: stem === undefined ? undefined : { stem: Number(stem), period: Number(period) },
  };
}

function parseSwitch(text: string): [number, number] {
  return [parseInt(text, 10), text.charCodeAt(text.length - 1) - FIRST_LETTER];
}
