/** What every bench prints beside its figures: the machine they were taken on, and spreads. */
import { cpus, release, totalmem } from 'node:os';

export function machine(): string {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu.model.trim()}, ${gigabytes} GiB, ${process.platform} ${release()}, Node ${process.version}`;
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { least: sorted[0], median, most: sorted[sorted.length - 1] };
}

export function show({ least, median, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)}  (${least.toFixed(digits)} – ${most.toFixed(digits)})`;
}

/** The last argument that is a number, or the default. */
export function countFromArguments(otherwise: number): number {
  const count = Number(process.argv[2] ?? otherwise);
  if (Number.isInteger(count) && count > 0) return count;
  console.error(`the number of runs must be a whole number above 0, not ${process.argv[2]}`);
  process.exit(2);
}
