/**
 * A program's shared memory as one exploration has it: the regions, the tracked view of them that
 * threads get, and the plain one that invariants and final checks get.
 */
import { intercepting } from '../intercept/install.js';
import { trackedBuffer } from '../intercept/tracked.js';
import type { AnyProgram } from '../program.js';
import { Cells, type Journal } from './journal.js';
import { buildShared, type RegionSource } from './memory-realm.js';
import { RegionTable, type Bytes } from './region.js';

export class Image {
  readonly table = new RegionTable();
  /** The words of each region, by region number. */
  readonly memory: Cells[];
  /** For threads: every access is seen. */
  readonly tracked: unknown;
  /** For checks: no access is seen. */
  readonly observed: unknown;

  constructor(program: AnyProgram, journal: Journal) {
    const { table } = this;
    this.observed = buildShared(
      program,
      sourceOf(table, (name, byteLength) => {
        return table.add(name, byteLength).buffer;
      }),
    );
    this.tracked = intercepting(undefined, () =>
      buildShared(
        program,
        sourceOf(table, (_name, _byteLength, index) => {
          return trackedBuffer(table.regions[index]) as Bytes;
        }),
      ),
    );
    program.init?.(this.observed);
    this.memory = table.regions.map((region) => new Cells(journal, region.words));
  }
}

function sourceOf(
  table: RegionTable,
  find: (name: string, byteLength: number, index: number) => Bytes,
): RegionSource {
  return {
    buffer: (index, name, byteLength) => find(name, byteLength, index),
    label: (index, byteOffset, label) => {
      table.regions[index].label(byteOffset, label);
    },
    declared: (index, elements) => {
      table.regions[index].elements ??= elements;
    },
  };
}
