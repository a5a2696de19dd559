/** `send` and `receive` as processes, over loopback. */
import type { TransferOutcome } from '#hawser/main/files/outcome.js';
import { freePort } from './ports.js';
import { type Ending, linesOf, Program } from './program.js';

export type Flags = readonly (string | number)[];

export class Receiving {
  private constructor(
    readonly port: number,
    readonly program: Program,
  ) {}

  /** Resolves when it listens. */
  static async start(directory: string, ...flags: Flags): Promise<Receiving> {
    const port = await freePort();
    const address = `127.0.0.1:${port}`;
    const program = new Program(
      ...['receive', '--listen', address, '--directory', directory, '--quiet', '--json', ...flags],
    );
    await program.untilComplaint('listening on');
    return new Receiving(port, program);
  }

  send(paths: readonly string[], ...flags: Flags): Program {
    return new Program('send', ...paths, `127.0.0.1:${this.port}`, '--quiet', '--json', ...flags);
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
