/** The algorithm that the settings name. */
import type { ConnectionMemory } from '../../memory/connection-memory.js';
import type { CongestionControl } from './congestion-control.js';
import { Cubic } from './cubic.js';
import { HyStart } from './hystart.js';
import { noCongestionControl } from './no-congestion-control.js';
import { Pacer } from './pacer.js';
import { RegulatedControl } from './regulated-control.js';

export type CongestionName = 'bbr' | 'cubic' | 'none';

export function congestionControl(
  memory: ConnectionMemory,
  name: CongestionName,
): CongestionControl {
  if (name === 'none') return noCongestionControl;
  const pacer = new Pacer(memory);
  return new RegulatedControl(memory, pacer, new Cubic(memory, pacer, new HyStart(memory)));
}
