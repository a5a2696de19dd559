/** The algorithm that the settings name. */
import type { ConnectionMemory } from '../../memory/connection-memory.js';
import type { CongestionControl } from './congestion-control.js';
import { noCongestionControl } from './no-congestion-control.js';

export type CongestionName = 'bbr' | 'cubic' | 'none';

export function congestionControl(
  _memory: ConnectionMemory,
  name: CongestionName,
): CongestionControl {
  if (name === 'none') return noCongestionControl;
  throw new Error(name);
}
