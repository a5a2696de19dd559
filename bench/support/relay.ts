/** Our relay as a process between the two sides of a measurement. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN_MODULE = fileURLToPath(import.meta.resolve('#hawser/main.js'));
const ADDRESS = /relaying 127\.0\.0\.1:(\d+) to/;

export interface RunningRelay {
  /** Where the opener sends to. */
  readonly port: number;
  close(): Promise<void>;
}

/** @param network flags of `hawser relay` that describe it */
export async function startRelay(
  targetPort: number,
  network: readonly (string | number)[],
): Promise<RunningRelay> {
  const ends = ['--listen', '127.0.0.1:0', '--to', `127.0.0.1:${targetPort}`];
  const flags = ['relay', '--quiet', ...ends, ...network.map(String)];
  const relay = spawn(process.execPath, [MAIN_MODULE, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(relay, 'close');
  const port = await new Promise<number>((resolve, reject) => {
    let output = '';
    const read = (text: unknown) => {
      output += String(text);
      const found = ADDRESS.exec(output);
      if (found !== null) resolve(Number(found[1]));
    };
    relay.stdout.on('data', read);
    relay.stderr.on('data', read);
    relay.once('close', () => {
      reject(new Error(`the relay did not start: ${output}`));
    });
  });
  return {
    port,
    close: async () => {
      relay.kill('SIGINT');
      await ended;
    },
  };
}
