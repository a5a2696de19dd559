/** What a process has used: CPU time of all its threads, and its peak of resident memory. */
import { readFileSync } from 'node:fs';

export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** On Linux not by `getrusage`, whose peak counts the process that forked this one too. */
export function peakMegabytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1e3;
  const status = readFileSync('/proc/self/status', 'utf8');
  return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1e6;
}
