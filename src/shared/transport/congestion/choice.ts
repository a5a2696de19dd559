/** The algorithm that the settings name. */
import type { ConnectionMemory } from '../../memory/connection-memory.js';
import type { CongestionAlgorithm } from './algorithm.js';
import { Bbr } from './bbr/bbr.js';
import { BbrControls } from './bbr/controls.js';
import { BbrModel } from './bbr/model.js';
import { Pipe } from './bbr/pipe.js';
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
  const algorithm = name === 'bbr' ? bbr(memory, pacer) : cubic(memory, pacer);
  return new RegulatedControl(memory, pacer, algorithm);
}

function cubic(memory: ConnectionMemory, pacer: Pacer): CongestionAlgorithm {
  return new Cubic(memory, pacer, new HyStart(memory));
}

function bbr(memory: ConnectionMemory, pacer: Pacer): CongestionAlgorithm {
  const pipe = new Pipe(memory);
  const model = new BbrModel(memory, pipe);
  return new Bbr(memory, model, new BbrControls(memory, model, pipe, pacer));
}
