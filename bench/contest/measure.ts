/** One measurement: two processes on loopback, maybe a relay between them, one workload. */
import { findFreePorts } from '#hawser/main/cli/free-ports.js';
import { startRelay, type RunningRelay } from '../support/relay.js';
import type { WorkloadName } from '../workloads/index.js';
import { startSide, type Child } from './child.js';
import type { AnyTask, OpenerSideOutcome, SideOutcome } from './side.js';

export interface Match {
  readonly contender: string;
  readonly workload: WorkloadName;
  readonly seconds: number;
  readonly packageEntry?: string;
  /** Flags of the relay that is between the two; absent: there is none. */
  readonly network?: readonly (string | number)[];
}

export interface MatchOutcome {
  readonly opener: OpenerSideOutcome;
  readonly accepter: SideOutcome;
}

/** @throws if either process fails, or the bytes received are not those sent */
export async function play({ network, ...match }: Match): Promise<MatchOutcome> {
  const { opener, accepter } = (await runBoth(match, network)) as MatchOutcome;
  if (opener.sha256 !== accepter.sha256) throw new Error('wrong bytes were received');
  return { opener, accepter };
}

type Shared<Task> = Task extends AnyTask ? Omit<Task, 'role' | 'localPort' | 'remotePort'> : never;

/** Runs both sides to their ends, or neither: if one fails, the other is killed. */
export async function runBoth(
  task: Shared<AnyTask>,
  network?: Match['network'],
): Promise<{ opener: unknown; accepter: unknown }> {
  const [accepterPort, openerPort] = await findFreePorts(2);
  const children: Child[] = [];
  let relay: RunningRelay | undefined;
  const start = (role: 'opener' | 'accepter', localPort: number, remotePort: number) => {
    const child = startSide({ ...task, role, localPort, remotePort });
    children.push(child);
    return child;
  };
  try {
    relay = network && (await startRelay(accepterPort, network));
    const accepting = start('accepter', accepterPort, openerPort);
    await accepting.listening;
    const opening = start('opener', openerPort, relay?.port ?? accepterPort);
    const [opener, accepter] = await Promise.all([opening.outcome, accepting.outcome]);
    return { opener, accepter };
  } catch (error) {
    for (const child of children) child.kill();
    throw error;
  } finally {
    await relay?.close();
  }
}
