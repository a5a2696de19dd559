/** One measurement: two processes on loopback, one connection, one workload. */
import { findFreePorts } from '#hawser/main/cli/free-ports.js';
import type { WorkloadName } from '../workloads/index.js';
import { startSide, type Child } from './child.js';
import type { OpenerSideOutcome, SideOutcome } from './side.js';

export interface Match {
  readonly contender: string;
  readonly workload: WorkloadName;
  readonly seconds: number;
  readonly packageEntry?: string;
}

export interface MatchOutcome {
  readonly opener: OpenerSideOutcome;
  readonly accepter: SideOutcome;
}

/** @throws if either process fails, or the bytes received are not those sent */
export async function play(match: Match): Promise<MatchOutcome> {
  const [accepterPort, openerPort] = await findFreePorts(2);
  const children: Child[] = [];
  const start = (role: 'opener' | 'accepter', localPort: number, remotePort: number) => {
    const child = startSide({ ...match, role, localPort, remotePort });
    children.push(child);
    return child;
  };
  try {
    const accepting = start('accepter', accepterPort, openerPort);
    await accepting.listening;
    const opening = start('opener', openerPort, accepterPort);
    const [opener, accepter] = await Promise.all([opening.outcome, accepting.outcome]);
    if (opener.sha256 !== accepter.sha256) throw new Error('wrong bytes were received');
    return { opener: opener as OpenerSideOutcome, accepter };
  } catch (error) {
    for (const child of children) child.kill();
    throw error;
  }
}
