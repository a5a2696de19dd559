/**
 * The application thread of the course's server: takes one client after the other, over a
 * {@link Streamer} each, until one has ended its connection in order. It blocks; the main thread
 * prints.
 */
import { closeQuietly, type CourseTask, openStream } from '../shared/course/course-stream.js';
import { DirectoryStore } from '../shared/course/directory-store.js';
import { StreamExchange } from '../shared/course/exchange.js';
import { ApplicationLine } from '../shared/course/line.js';
import { MishapExchange } from '../shared/course/mishaps.js';
import { CourseServer, type ServerOptions } from '../shared/course/server.js';
import { type ErrorCode, HawserError } from '../shared/errors.js';
import { plainError } from '../shared/plain-error.js';
import type { Streamer } from '../shared/streamer.js';

export interface CourseServerTask extends CourseTask {
  readonly server: ServerOptions;
  readonly directory: string;
}

/** What ends one client's connection, and not the server. */
const OF_ONE_CLIENT: ReadonlySet<ErrorCode> = new Set([
  'ERR_HAWSER_PEER_LOST',
  'ERR_HAWSER_PEER_RESTARTED',
  'ERR_HAWSER_RESET_BY_PEER',
  'ERR_HAWSER_ENDED_BY_PEER',
  'ERR_HAWSER_PROTOCOL_VIOLATION',
]);

export default function runCourseServer(task: CourseServerTask): void {
  const line = new ApplicationLine(task.line);
  try {
    while (!serveOne(task, line)) line.record('note', 'waiting for the next client');
    line.report({ kind: 'over' });
  } catch (error) {
    line.report({ kind: 'over', error: plainError(error) });
  } finally {
    line.close();
  }
}

/** True if the client has ended its connection in order. */
function serveOne(task: CourseServerTask, line: ApplicationLine): boolean {
  const stream = openStream(task);
  const server = new CourseServer(task.server, new DirectoryStore(task.directory));
  try {
    serve(stream, server, task, line);
  } catch (error) {
    if (!(error instanceof HawserError && OF_ONE_CLIENT.has(error.code))) throw error;
    line.record('note', `the connection is over: ${error.message}`);
  } finally {
    server.abandon();
    closeQuietly(stream);
  }
  return server.hasEnded;
}

function serve(
  stream: Streamer,
  server: CourseServer,
  { mishaps }: CourseServerTask,
  line: ApplicationLine,
): void {
  const exchange = new MishapExchange(new StreamExchange(stream, line), mishaps, line);
  while (!server.hasEnded) {
    const message = exchange.receive(Infinity);
    if (message !== undefined) exchange.send(server.answer(message));
  }
}
