/** Who can take part on this machine, and why the others cannot. */
import { selfTest } from '#hawser/shared/net/batched-self-test.js';
import { installPeer } from '../peers/install.js';
import { CONTENDERS, type Contender, ioOf, isBlocking } from './contenders.js';

export interface Entered {
  readonly contender: Contender;
  /** Of a peer: the module to import, as a URL. */
  readonly packageEntry?: string;
}

export interface Absent {
  readonly label: string;
  readonly reason: string;
}

export interface Field {
  readonly entered: readonly Entered[];
  readonly absent: readonly Absent[];
}

/** @param names of the contenders wanted; all if undefined */
export async function prepareField(names: readonly string[] | undefined): Promise<Field> {
  const entered: Entered[] = [];
  const absent: Absent[] = [];
  for (const contender of CONTENDERS) {
    if (names?.includes(contender.name) === false) continue;
    const admitted = await admit(contender);
    if ('reason' in admitted) absent.push({ label: contender.label, reason: admitted.reason });
    else entered.push(admitted);
  }
  return { entered, absent };
}

async function admit(contender: Contender): Promise<Entered | { reason: string }> {
  const reason = ioOf(contender) === 'batched' ? await selfTest() : undefined;
  if (reason !== undefined) return { reason };
  if (isBlocking(contender) || contender.package === undefined) return { contender };
  const installation = await installPeer(contender.package);
  if ('reason' in installation) return installation;
  return { contender, packageEntry: installation.entry };
}
