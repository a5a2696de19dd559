/**
 * A trace as a table with one column a thread, time going down.
 *
 * ```
 *   step  a                         b
 *      0  load counter reads 0                                  lost-update.ts:20
 *      1                            ▶ load counter reads 0      lost-update.ts:20
 * ```
 */
import type { Trace, TraceEvent } from './trace.js';

/** `▶` marks a step that interrupts a thread; rows without a number are no scheduling points. */
export function formatTrace(trace: Trace): string {
  const cells = trace.events.map(cellOf);
  const widths = trace.threads.map((name, thread) => {
    const own = cells.filter((_, row) => trace.events[row].thread === thread);
    return Math.max(name.length, ...own.map((cell) => cell.length));
  });
  const header = row('step', trace.threads, widths, '');
  const rows = trace.events.map((event, at) => {
    const columns = trace.threads.map((_, thread) => (thread === event.thread ? cells[at] : ''));
    return row(event.step === undefined ? '' : String(event.step), columns, widths, where(event));
  });
  return [header, ...rows, `  => ${trace.ending}`].join('\n');
}

function cellOf(event: TraceEvent): string {
  return `${event.preempts ? '▶ ' : ''}${event.operation} ${event.word} ${event.effect}`;
}

function row(step: string, columns: readonly string[], widths: number[], source: string): string {
  const padded = columns.map((text, at) => text.padEnd(widths[at]));
  return `${step.padStart(5)}  ${padded.join('  ')}  ${source}`.trimEnd();
}

function where(event: TraceEvent): string {
  const path = event.source?.split('/').at(-1) ?? '';
  return path.replace(/:\d+$/, '');
}
