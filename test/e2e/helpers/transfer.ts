/** `send` and `receive` as processes, over loopback. */
import type { TransferOutcome } from '#hawser/main/files/outcome.js';
import { freePort } from './ports.js';
import { type Ending, linesOf, Program } from './program.js';

export type Flags = readonly (string | number)[];

const running = new Set<Program>();

/** What a test that has failed leaves behind must not keep the others. */
export function killAll(): void {
  for (const program of running) program.kill('SIGKILL');
  running.clear();
}

function tracked(program: Program): Program {
  running.add(program);
  void program.ended.finally(() => running.delete(program));
  return program;
}

export class Receiving {
  private constructor(
    readonly port: number,
    readonly program: Program,
  ) {}

  /** Resolves when it listens. */
  static async start(directory: string, ...flags: Flags): Promise<Receiving> {
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const program = tracked(
      new Program(
        ...[
          'receive',
          '--listen',
          address,
          '--directory',
          directory,
          '--quiet',
          '--json',
          ...flags,
        ],
      ),
    );
    await program.untilComplaint('listening on');
    return new Receiving(port, program);
  }

  send(paths: readonly string[], ...flags: Flags): Program {
    const to = `127.0.0.1:${this.port}`;
    return tracked(new Program('send', ...paths, to, '--quiet', '--json', ...flags));
  }

  /** Ctrl-C, and the outcomes of all transfers. */
  async stop(): Promise<{ ending: Ending; outcomes: TransferOutcome[] }> {
    this.program.kill('SIGINT');
    const ending = await this.program.ended;
    return { ending, outcomes: outcomesOf(ending) };
  }
}

/** The JSON lines. */
export function outcomesOf(ending: Ending): TransferOutcome[] {
  const lines = linesOf(ending).filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as TransferOutcome);
}
