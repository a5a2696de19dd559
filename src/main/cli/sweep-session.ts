/** What `sweep` does: plays the cells, shows how far it is, writes the page. Main thread. */
import { writeFileSync } from 'node:fs';
import { HawserError } from '../../shared/errors.js';
import { failureOf } from '../../shared/files/status.js';
import { type Axes, scenariosOf, shardOf } from '../sweep/grid.js';
import { markdownTables } from '../sweep/markdown.js';
import { sweepPage } from '../sweep/page/page.js';
import { ResultsFile } from '../sweep/results-file.js';
import { runSweep, type SweepProgress } from '../sweep/run-sweep.js';
import { Interruption } from './signals.js';
import type { SweepFlags } from './sweep.js';

/** Resolves with the exit code. */
export async function runSweepCommand(flags: SweepFlags, axes: Axes): Promise<number> {
  const stopping = new AbortController();
  const interruption = new Interruption(() => {
    stopping.abort();
  });
  const progress = new ProgressLine(flags.quiet);
  try {
    const cells = shardOf(scenariosOf(axes), flags.shard);
    const results = new ResultsFile(flags.out);
    await runSweep(cells, results, {
      threads: flags.workers,
      signal: stopping.signal,
      onProgress: (state) => {
        progress.show(state);
      },
    }).finally(() => {
      progress.end();
    });
    const finished = cells.flatMap((cell) => results.get(cell) ?? []);
    if (finished.length > 0) report(flags, finished);
    return interruption.exitCode ?? 0;
  } catch (error) {
    if (!(error instanceof HawserError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    return interruption.exitCode ?? 1;
  } finally {
    interruption.dispose();
  }
}

function report(flags: SweepFlags, finished: Parameters<typeof sweepPage>[0]): void {
  const command = `hawser ${process.argv.slice(2).join(' ')}`;
  writePage(flags.report, sweepPage(finished, command));
  if (!flags.quiet) console.log(markdownTables(finished));
  console.log(`${finished.length} cells: ${flags.out}, ${flags.report}`);
}

function writePage(path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw failureOf(error, `cannot write "${path}"`, 'obstructed');
  }
}

/** One line on standard error, in place on a terminal; elsewhere a line at each tenth. */
class ProgressLine {
  #shownTenths = -1;

  constructor(private readonly quiet: boolean) {}

  show({ done, total, secondsLeft }: SweepProgress): void {
    if (this.quiet) return;
    const left = secondsLeft === undefined ? '' : `, ${Math.ceil(secondsLeft)} s left`;
    const text = `${done} of ${total} cells${left}`;
    const tenths = Math.floor((10 * done) / total);
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    else if (tenths > this.#shownTenths) process.stderr.write(`${text}\n`);
    this.#shownTenths = tenths;
  }

  end(): void {
    if (!this.quiet && process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
