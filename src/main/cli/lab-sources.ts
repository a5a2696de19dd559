/**
 * Source lines of a trace as the author wrote them: through the source map beside the compiled file,
 * where there is one. Main thread.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Trace, TraceEvent } from '../../lab/index.js';

const LOCATION = /^(file:.*):(\d+):(\d+)$/;

export function withOriginalSources(trace: Trace): Trace {
  const maps = new Map<string, SourceMap | undefined>();
  return { ...trace, events: trace.events.map((event) => withOriginalSource(event, maps)) };
}

function withOriginalSource(
  event: TraceEvent,
  maps: Map<string, SourceMap | undefined>,
): TraceEvent {
  const location = LOCATION.exec(event.source ?? '');
  if (location === null) return event;
  const [, url, line, column] = location;
  if (!maps.has(url)) maps.set(url, sourceMapOf(url));
  const entry = maps.get(url)?.findEntry(Number(line) - 1, Number(column) - 1);
  if (entry === undefined || !('originalSource' in entry)) return event;
  const file = new URL(entry.originalSource, url).href;
  return { ...event, source: `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}` };
}

function sourceMapOf(url: string): SourceMap | undefined {
  const file = new URL(`${url}.map`);
  if (!existsSync(file)) return undefined;
  return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload);
}
