/** Plays both roles of the classroom's test as two processes, started at the same moment. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAIN = fileURLToPath(import.meta.resolve('#hawser/main.js'));

export interface RoleOutcome {
  readonly elapsedMs: number;
  readonly course: { readonly ETH_BYTES_SENT: number; readonly PACKETS_SENT: number };
}

export interface ClassroomOutcome {
  /** From the start of both processes to the end of the later one, Node's own start included. */
  readonly wallMs: number;
  readonly ethernetBytes: number;
  readonly datagrams: number;
}

export async function playClassroom(
  ports: readonly [number, number],
  flags: readonly string[],
): Promise<ClassroomOutcome> {
  const startedMs = performance.now();
  const roles = await Promise.all([playRole(1, ports, flags), playRole(2, ports, flags)]);
  const sum = (figure: keyof RoleOutcome['course']) =>
    roles[0].course[figure] + roles[1].course[figure];
  return {
    wallMs: performance.now() - startedMs,
    ethernetBytes: sum('ETH_BYTES_SENT'),
    datagrams: sum('PACKETS_SENT'),
  };
}

async function playRole(
  role: 1 | 2,
  ports: readonly [number, number],
  flags: readonly string[],
): Promise<RoleOutcome> {
  const where = ['--role', String(role), ...ports.map(String)];
  const { stdout } = await run(process.execPath, [MAIN, ...where, '--quiet', '--json', ...flags]);
  const lastLine = stdout.trimEnd().split('\n').at(-1) ?? '';
  return JSON.parse(lastLine) as RoleOutcome;
}
