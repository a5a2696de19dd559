/**
 * The application thread of the course's client: connects, then does what the keyboard says, one
 * command after the other, over a {@link Streamer}. It blocks; the main thread prints.
 */
import { CourseClient, type ClientOptions } from '../shared/course/client.js';
import { closeQuietly, type CourseTask, openStream } from '../shared/course/course-stream.js';
import { DiskSource } from '../shared/course/disk-source.js';
import { StreamExchange } from '../shared/course/exchange.js';
import { ApplicationLine, type CourseCommand } from '../shared/course/line.js';
import { MishapExchange } from '../shared/course/mishaps.js';
import { HawserError } from '../shared/errors.js';
import { plainError } from '../shared/plain-error.js';

export interface CourseClientTask extends CourseTask {
  readonly client: ClientOptions;
}

export default function runCourseClient(task: CourseClientTask): void {
  const line = new ApplicationLine(task.line);
  try {
    play(task, line);
    line.report({ kind: 'over' });
  } catch (error) {
    line.report({ kind: 'over', error: plainError(error) });
  } finally {
    line.close();
  }
}

function play(task: CourseClientTask, line: ApplicationLine): void {
  const stream = openStream(task);
  try {
    const exchange = new MishapExchange(new StreamExchange(stream, line), task.mishaps, line);
    const client = new CourseClient(exchange, task.client, line);
    client.connect();
    line.report({ kind: 'connected' });
    for (let command = line.nextCommand(); command.kind === 'send'; command = line.nextCommand()) {
      sendFile(client, command, line);
    }
    client.end();
  } finally {
    closeQuietly(stream);
  }
}

/** A file that cannot be read, or that the server refuses, leaves the connection as it is. */
function sendFile(
  client: CourseClient,
  { path }: CourseCommand & { kind: 'send' },
  line: ApplicationLine,
): void {
  const source = openSource(path, line);
  if (source === undefined) return;
  try {
    line.report({ kind: 'saved', name: client.sendFile(source) });
  } catch (error) {
    if (!(error instanceof HawserError && error.code === 'ERR_HAWSER_REFUSED')) throw error;
    line.report({ kind: 'notSent', error: plainError(error) });
  } finally {
    source.close();
  }
}

function openSource(path: string, line: ApplicationLine): DiskSource | undefined {
  try {
    return new DiskSource(path);
  } catch (error) {
    line.report({ kind: 'notSent', error: plainError(error) });
    return undefined;
  }
}
