/**
 * A program's memory as real threads share it: one `SharedArrayBuffer` a region, in the order of
 * their declaration, allocated by the main thread and sent to the workers.
 */
import { buildShared } from '../engine/memory-realm.js';
import type { AnyProgram } from '../program.js';

export interface RealMemory {
  readonly buffers: readonly SharedArrayBuffer[];
  readonly shared: unknown;
}

/** Main thread. */
export function allocateReal(program: AnyProgram): RealMemory {
  const buffers: SharedArrayBuffer[] = [];
  const shared = buildShared(program, {
    buffer: (_index, _name, byteLength) => {
      const buffer = new SharedArrayBuffer(byteLength);
      buffers.push(buffer);
      return buffer;
    },
    label: () => undefined,
  });
  return { buffers, shared };
}

/** Worker: the same memory, seen from here. */
export function attachReal(program: AnyProgram, buffers: readonly SharedArrayBuffer[]): unknown {
  return buildShared(program, { buffer: (index) => buffers[index], label: () => undefined });
}

/** Main thread, with no worker running: the state before the first step. */
export function resetReal(program: AnyProgram, memory: RealMemory): void {
  for (const buffer of memory.buffers) new Uint8Array(buffer).fill(0);
  program.init?.(memory.shared);
}
