/** Runs the program as a user does: a process, its flags, what it prints and its exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProgressSnapshot } from '#hawser/main/cli/progress-view.js';
import type { RoleReport } from '#hawser/main/cli/role-report.js';

const MAIN_MODULE = fileURLToPath(import.meta.resolve('#hawser/main.js'));

export interface Ending {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Program {
  /** Resolves when the process is gone and its output has been read. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor(...args: readonly (string | number)[]) {
    const [command, ...rest] = this.commandLine(args.map(String));
    this.#child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.ended = collect(this.#child);
  }

  protected commandLine(args: readonly string[]): [command: string, ...rest: string[]] {
    return [process.execPath, MAIN_MODULE, ...args];
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Closes the reading ends of its output: from here on nothing is collected. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** Resolves once standard error contains `text`; rejects if the program ends before. */
  untilComplaint(text: string): Promise<void> {
    return this.#unlessItEnds((resolve) => {
      let seen = '';
      this.#child.stderr?.on('data', (more: string) => {
        seen += more;
        if (seen.includes(text)) resolve();
      });
    });
  }

  /** Resolves once standard output contains `text`; rejects if the program ends before. */
  untilSaid(text: string): Promise<void> {
    return this.#unlessItEnds((resolve) => {
      let seen = '';
      this.#child.stdout?.on('data', (more: string) => {
        seen += more;
        if (seen.includes(text)) resolve();
      });
    });
  }

  /** Resolves once the role reports progress that `holds`; rejects if it ends before. */
  untilProgress(holds: (snapshot: ProgressSnapshot) => boolean): Promise<void> {
    return this.#unlessItEnds((resolve) => {
      this.#child.on('message', (message) => {
        if (holds(message as ProgressSnapshot)) resolve();
      });
    });
  }

  #unlessItEnds(watch: (resolve: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      watch(resolve);
      this.#child.once('exit', (code) => {
        reject(new Error(`the program ended too early, with ${String(code)}`));
      });
    });
  }
}

/** The same, allowed few descriptors. Needs a POSIX shell. */
export class FrugalProgram extends Program {
  protected override commandLine(args: readonly string[]): [command: string, ...rest: string[]] {
    return ['sh', '-c', 'ulimit -n 64 && exec "$@"', 'sh', ...super.commandLine(args)];
  }
}

/** A role with `--json` and its progress on the IPC channel. */
export function startRole(
  role: 1 | 2,
  ports: readonly [number, number],
  ...flags: readonly (string | number)[]
): Program {
  return new Program('--role', role, ...ports, '--json', '--progress-to-parent', ...flags);
}

/** Both roles with the same flags, to their ends. */
export async function playBoth(
  ports: readonly [number, number],
  ...flags: readonly (string | number)[]
): Promise<[Ending, Ending]> {
  const roles = ([1, 2] as const).map((role) => startRole(role, ports, ...flags).ended);
  return [await roles[0], await roles[1]];
}

export function linesOf({ stdout }: Ending): string[] {
  return stdout.trimEnd().split('\n');
}

/** The JSON object on the last line. */
export function reportOf(ending: Ending): RoleReport {
  return JSON.parse(linesOf(ending).at(-1) ?? '') as RoleReport;
}

async function collect(child: ChildProcess): Promise<Ending> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, stdout, stderr };
}
