/** The pages of docs/api name all there is, and nothing that is not. */
import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { ERROR_CODES } from '#hawser/shared/errors.js';
import { reasonFor, type Rule, RULES } from '#hawser/shared/transport/rules.js';

const root = new URL('../../../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

/** The first column of the tables of a page, or of one section of it, without backticks. */
function named(page: string, section = ''): string[] {
  const text = read(`docs/api/${page}`);
  const from = section === '' ? 0 : text.indexOf(`\n## ${section}\n`);
  const to = section === '' ? text.length : text.indexOf('\n## ', from + 1);
  const rows = text.slice(from, to === -1 ? text.length : to).matchAll(/^\| (`.*?) \|/gm);
  return [...rows].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
}

/** Properties of an interface in a source file. */
function declared(file: string, name: string): string[] {
  const source = read(`src/main/api/${file}`);
  const start = source.indexOf(`interface ${name} `);
  const body = source.slice(start, source.indexOf('\n}', start));
  return [...body.matchAll(/^ {2}(?:readonly )?'?([\w.]+)'?\??:/gm)].map(
    ([, property]) => property,
  );
}

function same(t: { deepEqual(a: unknown, b: unknown): unknown }, a: string[], b: string[]): void {
  t.deepEqual([...a].sort(), [...b].sort());
}

test('the table of errors has every code, once', (t) => {
  same(t, named('errors.md', 'Codes'), [...ERROR_CODES]);
});

test('the tables of rules say what the rules say, and under which reason', (t) => {
  same(t, named('errors.md', 'Rules of the protocol'), Object.keys(RULES));
  for (const text of Object.values(RULES)) t.true(read('docs/api/errors.md').includes(text), text);
  const rows = read('docs/wire-format.md').matchAll(/^\| (\d+) +\| `(\w+)`/gm);
  t.deepEqual(
    [...rows].map(([, reason, rule]) => [Number(reason), rule]),
    (Object.keys(RULES) as Rule[]).map((rule) => [reasonFor(rule), rule]),
  );
});

test('every option is in its table', (t) => {
  const options = (page: string, file: string, name: string) =>
    declared(`options/${file}`, name).filter(
      (option) => !named('options.md', page).includes(option),
    );
  t.deepEqual(options('Connections', 'connection-options.ts', 'TransportOptions'), []);
  t.deepEqual(options('Sockets', 'socket-options.ts', 'SocketOptions'), []);
  t.deepEqual(options('`connect`', 'connect-options.ts', 'ConnectOptions'), []);
  t.deepEqual(options('`connect`', 'endpoint-options.ts', 'PortOptions'), []);
  t.deepEqual(options('Servers', 'listen-options.ts', 'ServerOptions'), []);
  t.deepEqual(options('Listening', 'listen-options.ts', 'ListenOptions'), []);
  t.deepEqual(options('Listening', 'endpoint-options.ts', 'PortOptions'), []);
  t.deepEqual(options('Listening', 'endpoint-options.ts', 'LimitOptions'), []);
  same(
    t,
    named('options.md', 'Impairments'),
    declared('../../shared/net/impairments.ts', 'Impairments'),
  );
});

test('every event is in its table', (t) => {
  same(t, named('hawser-socket.md', 'Events'), declared('socket-events.ts', 'SocketEvents'));
  same(t, named('hawser-server.md', 'Events'), declared('hawser-server.ts', 'ServerEvents'));
});

test('every figure of stats is in its table', (t) => {
  const figures = declared('socket-statistics.ts', 'SocketStatistics');
  same(t, named('hawser-socket.md', '`stats()`'), figures);
});

test('every diagnostics channel is in its table', (t) => {
  const channels = declared('diagnostics.ts', 'DiagnosticMessages').map((name) => `hawser:${name}`);
  same(t, named('README.md', 'Diagnostics'), channels);
});

test('every page is in the table of pages', (t) => {
  const pages = readdirSync(new URL('docs/api/', root)).filter((page) => page !== 'README.md');
  const links = [...read('docs/api/README.md').matchAll(/^\| \[([\w-]+\.md)\]/gm)];
  same(
    t,
    links.map(([, page]) => page),
    pages,
  );
});
