/**
 * A role as a child process of this one: its progress comes over the IPC channel, its report as the
 * last line of its standard output. Main thread of `play`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Role } from '../../shared/classroom/test-program.js';
import { argumentsOf, type ClassroomSettings } from './classroom-options.js';
import { MILESTONE_TEXTS } from './milestones.js';
import type { ProgressSnapshot, ProgressView } from './progress-view.js';
import type { RoleReport } from './role-report.js';
import { INTERRUPT_MESSAGE } from './signals.js';

const MILESTONE_LINES: ReadonlySet<string> = new Set(Object.values(MILESTONE_TEXTS));
const MAIN_MODULE = fileURLToPath(new URL('../../main.js', import.meta.url));

export interface RoleEnding {
  readonly role: Role;
  /** What the process exited with; null if a signal killed it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Absent if the process died before it could report. */
  readonly report: RoleReport | undefined;
}

export class RoleProcess {
  /** Resolves when the process has ended and all it said has been read. */
  readonly ended: Promise<RoleEnding>;
  readonly #child: ChildProcess;

  constructor(
    role: Role,
    ports: readonly number[],
    settings: ClassroomSettings,
    view: ProgressView,
  ) {
    const flags = ['--quiet', '--json', '--progress-to-parent', ...argumentsOf(settings)];
    const child = spawn(
      process.execPath,
      [MAIN_MODULE, 'role', '--role', String(role), ...ports.map(String), ...flags],
      { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    );
    this.#child = child;
    child.on('message', (message) => {
      view.show(message as ProgressSnapshot);
    });
    this.ended = watch(role, child, view);
  }

  /** Asks the role to end cleanly. */
  interrupt(): void {
    if (this.#child.connected) this.#child.send(INTERRUPT_MESSAGE);
  }
}

async function watch(role: Role, child: ChildProcess, view: ProgressView): Promise<RoleEnding> {
  const output: string[] = [];
  forEachLine(child.stdout, (line) => {
    output.push(line);
    if (MILESTONE_LINES.has(line)) view.say(`role ${role}: ${line}`);
  });
  forEachLine(child.stderr, (line) => {
    view.complain(`role ${role}: ${line}`);
  });
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { role, exitCode, signal, report: parseReport(output.at(-1)) };
}

function forEachLine(stream: Readable | null, visit: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', visit);
}

function parseReport(line: string | undefined): RoleReport | undefined {
  try {
    return JSON.parse(line ?? '') as RoleReport;
  } catch {
    return undefined;
  }
}
