/** Starts the process of one side and follows it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type AnyTask, LISTENING } from './side.js';

const SCRIPT = fileURLToPath(new URL('./process.js', import.meta.url));
const LIMIT_MS = 120_000;
const LINES_OF_ERROR = 6;

export interface Child {
  /** Settled when it has said so, or rejected with the outcome. */
  readonly listening: Promise<void>;
  readonly outcome: Promise<unknown>;
  kill(): void;
}

export function startSide(task: AnyTask): Child {
  const child = spawn(process.execPath, ['--expose-gc', SCRIPT, JSON.stringify(task)], {
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stderr.on('data', (text) => (errors += String(text)));
  const outcome = new Promise<unknown>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(JSON.parse(output.replace(LISTENING, '')));
      else reject(new Error(`${task.role} ended with ${code ?? signal}: ${lastLines(errors)}`));
    });
  });
  const listening = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      output += String(text);
      if (output.includes(LISTENING)) resolve();
    });
    outcome.catch(reject);
  });
  // Nobody asks whether an opener listens.
  listening.catch(() => undefined);
  return { listening, outcome, kill: () => child.kill('SIGKILL') };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-LINES_OF_ERROR).join('\n');
}
