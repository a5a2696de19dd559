/** Builds runs of datagrams for tests, and reads batches back as text. */
import { DatagramRun, type DatagramBatch } from '#hawser/shared/net/datagram-port.js';

/** A run over shared memory: each text is split after `headerLength` bytes into header and payload. */
export function runOf(texts: readonly string[], headerLength = 3): DatagramRun {
  const bytes = texts.map((text) => Buffer.from(text, 'latin1'));
  return runOfBytes(bytes, headerLength);
}

export function runOfBytes(datagrams: readonly Uint8Array[], headerLength = 3): DatagramRun {
  const stride = 8 * (Math.ceil(Math.max(8, ...datagrams.map((d) => d.length)) / 8) + 2);
  const memory = new Uint8Array(new SharedArrayBuffer(2 * stride * datagrams.length));
  const run = new DatagramRun(memory, datagrams.length);
  datagrams.forEach((datagram, index) => {
    const header = datagram.subarray(0, headerLength);
    const payload = datagram.subarray(headerLength);
    memory.set(header, index * stride);
    memory.set(payload, (datagrams.length + index) * stride);
    run.push(index * stride, header.length, (datagrams.length + index) * stride, payload.length);
  });
  return run;
}

export function textsOf(batch: DatagramBatch): string[] {
  const texts: string[] = [];
  batch.forEach((bytes, start, end) => {
    texts.push(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
  });
  return texts;
}
