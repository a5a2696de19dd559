/**
 * How bulk bytes get into and out of the rings: by the typed arrays' own copy, or by whatever a
 * thread puts in its place. Nobody else may touch the bytes meanwhile; slot states see to that.
 */
export interface ByteCopier {
  /** `target[at…] = source[from, from + length)`; the two never overlap. */
  copy(source: Uint8Array, from: number, length: number, target: Uint8Array, at: number): void;
}

/** Short pieces byte by byte: making a view costs more than the copy. */
const SHORT_BYTES = 64;

export const plainCopier: ByteCopier = {
  copy(source, from, length, target, at) {
    if (length > SHORT_BYTES) {
      target.set(new Uint8Array(source.buffer, source.byteOffset + from, length), at);
      return;
    }
    for (let i = 0; i < length; i++) target[at + i] = source[from + i];
  },
};
