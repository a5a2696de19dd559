/**
 * The calls of the file system that the file thread makes, as an interface, so that tests can let
 * any of them fail. They block, all but `sync`: the file thread has nothing else to do, and for most
 * of them a turn through the event loop costs more than the call.
 */
import * as fs from 'node:fs';

export interface Disk {
  open(path: string, flags: number, mode?: number): number;
  close(fd: number): void;
  stat(fd: number): fs.BigIntStats;
  /** Of the link itself; `undefined` if there is nothing. */
  look(path: string): fs.BigIntStats | undefined;
  /** From `position`; returns 0 only at the end. */
  read(fd: number, target: Uint8Array, position: number): number;
  /** All of it. */
  write(fd: number, bytes: Uint8Array, position: number): void;
  truncate(fd: number, length: number): void;
  setMode(fd: number, mode: number): void;
  setTime(fd: number, modifiedSeconds: number): void;
  /** Until everything written is on the medium. */
  sync(fd: number): Promise<void>;
  makeFolder(path: string, mode: number): void;
  list(path: string): string[];
  rename(from: string, to: string): void;
  /** A second name for a file; fails if `to` is taken. */
  link(from: string, to: string): void;
  remove(path: string): void;
}

export const realDisk: Disk = {
  open: (path, flags, mode = 0o600) => fs.openSync(path, flags, mode),
  close: (fd) => {
    fs.closeSync(fd);
  },
  stat: (fd) => fs.fstatSync(fd, { bigint: true }),
  look: (path) => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }),
  read: (fd, target, position) => fs.readSync(fd, target, 0, target.length, position),
  write: (fd, bytes, position) => {
    let at = 0;
    while (at < bytes.length) {
      at += fs.writeSync(fd, bytes, at, bytes.length - at, position + at);
    }
  },
  truncate: (fd, length) => {
    fs.ftruncateSync(fd, length);
  },
  setMode: (fd, mode) => {
    fs.fchmodSync(fd, mode);
  },
  setTime: (fd, modifiedSeconds) => {
    fs.futimesSync(fd, Date.now() / 1000, fileTime(modifiedSeconds));
  },
  sync: (fd) =>
    new Promise((resolve, reject) => {
      fs.fsync(fd, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    }),
  makeFolder: (path, mode) => {
    fs.mkdirSync(path, mode);
  },
  list: (path) => fs.readdirSync(path),
  rename: (from, to) => {
    fs.renameSync(from, to);
  },
  link: (from, to) => {
    fs.linkSync(from, to);
  },
  remove: (path) => {
    fs.unlinkSync(path);
  },
};

/**
 * A time as it arrives at the disk whole: what is less than a microsecond is cut off on the way, so
 * half of one goes with it; and numbers before 1970 are taken for now, but not text.
 */
function fileTime(seconds: number): string {
  const microseconds = Math.round(seconds * 1e6);
  return String((microseconds + Math.sign(microseconds) / 2) / 1e6);
}
