/**
 * Parsers of what stands behind a flag. Main thread, the edge of the program: a value that passes
 * here is valid everywhere further in. A refusal says what is allowed; commander puts the flag and
 * the value before it.
 */
import { InvalidArgumentError } from 'commander';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

type Parser = (text: string) => number;

/** A finite number from `least` to `most`, both allowed; `unit` as in "seconds". */
export function numberFrom(least: number, most: number, unit = ''): Parser {
  return parserOf('number', unit, least, most, Number.isFinite);
}

/** A whole number from `least` to `most`, both allowed. */
export function wholeNumberFrom(least: number, most: number, unit = ''): Parser {
  return parserOf('whole number', unit, least, most, Number.isInteger);
}

/** Whole numbers with commas between them, each from `least` to `most`. */
export function wholeNumbersFrom(least: number, most: number): (text: string) => number[] {
  const parse = wholeNumberFrom(least, most);
  return (text) => text.split(',').map((part) => parse(part.trim()));
}

function parserOf(
  kind: string,
  unit: string,
  least: number,
  most: number,
  isOfKind: (value: number) => boolean,
): Parser {
  const wanted = `a ${kind}${unit === '' ? '' : ` of ${unit}`} from ${least} to ${most}`;
  return (text) => {
    const value = DECIMAL.test(text) ? Number(text) : NaN;
    if (isOfKind(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Must be ${wanted}.`);
  };
}

/** A positional port: the message also covers a mistyped command, which lands in its place. */
export function portArgument(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
  const hint = /^[a-z]/i.test(text) ? ' Commands are listed by --help.' : '';
  throw new InvalidArgumentError(`Must be a UDP port from 1 to 65535.${hint}`);
}
