/**
 * The C library, through koffi: the system calls of the batched port, once a thread.
 *
 * Pointers are plain numbers: user-space addresses fit 48 bits, a number allocates nothing where a
 * BigInt would, and a call with numbers costs about 0.1 µs besides the system call itself. Whoever
 * passes an address keeps the memory behind it referenced for as long as the kernel may use it.
 */
import { createRequire } from 'node:module';
import type Koffi from 'koffi';
import { HawserError } from '../errors.js';

/** An address in this process, the same on all its threads. */
export type Pointer = number;

/** Calls return −1 on failure; then ask {@link Libc.errno} before anything else. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Pointer, length: number): number;
  getsockname(fd: number, address: Pointer, length: Pointer): number;
  setsockopt(fd: number, level: number, name: number, value: Pointer, length: number): number;
  sendmmsg(fd: number, messages: Pointer, count: number, flags: number): number;
  recvmmsg(fd: number, messages: Pointer, count: number, flags: number, timeout: Pointer): number;
  recvmsg(fd: number, message: Pointer, flags: number): number;
  ppoll(fds: Pointer, count: number, timeout: Pointer, signals: Pointer): number;
  eventfd(initial: number, flags: number): number;
  read(fd: number, buffer: Pointer, length: number): number;
  write(fd: number, buffer: Pointer, length: number): number;
  dup3(from: number, to: number, flags: number): number;
  close(fd: number): number;
  memcpy(to: Pointer, from: Pointer, length: number): number;
  madvise(from: Pointer, length: number, advice: number): number;
  errno(): number;
  /** Where the first byte of the view lies; stays valid while the view's buffer is referenced. */
  addressOf(view: Uint8Array): Pointer;
}

const PROTOTYPES = {
  socket: 'int socket(int family, int type, int protocol)',
  bind: 'int bind(int fd, uintptr_t address, uint32_t length)',
  getsockname: 'int getsockname(int fd, uintptr_t address, uintptr_t length)',
  setsockopt: 'int setsockopt(int fd, int level, int name, uintptr_t value, uint32_t length)',
  sendmmsg: 'int sendmmsg(int fd, uintptr_t messages, uint32_t count, int flags)',
  recvmmsg: 'int recvmmsg(int fd, uintptr_t messages, uint32_t n, int flags, uintptr_t timeout)',
  recvmsg: 'int64_t recvmsg(int fd, uintptr_t message, int flags)',
  ppoll: 'int ppoll(uintptr_t fds, uint64_t count, uintptr_t timeout, uintptr_t signals)',
  eventfd: 'int eventfd(uint32_t initial, int flags)',
  read: 'int64_t read(int fd, uintptr_t buffer, uint64_t length)',
  write: 'int64_t write(int fd, uintptr_t buffer, uint64_t length)',
  dup3: 'int dup3(int from, int to, int flags)',
  close: 'int close(int fd)',
  madvise: 'int madvise(uintptr_t from, uint64_t length, int advice)',
  memcpy: 'uintptr_t memcpy(uintptr_t to, uintptr_t from, uint64_t length)',
} as const;

const SUPPORTED_ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

let loaded: Libc | undefined;

/**
 * The C library of this process, loaded on first use by each thread. Do not terminate a worker
 * before this has settled: a worker that ends while koffi loads takes the process with it.
 * @throws {HawserError} `ERR_HAWSER_SOCKET`, if the system is another one or koffi is not there.
 */
export function loadLibcNow(): Libc {
  return (loaded ??= load());
}

/** The same as a promise. */
export async function loadLibc(): Promise<Libc> {
  return Promise.resolve(loadLibcNow());
}

function load(): Libc {
  const { platform, arch } = process;
  if (platform !== 'linux' || !SUPPORTED_ARCHITECTURES.includes(arch)) {
    throw unavailable(`needs Linux on x64 or arm64, this is ${platform} on ${arch}`);
  }
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
    const library = koffi.load(null);
    const names = Object.keys(PROTOTYPES) as (keyof typeof PROTOTYPES)[];
    const calls = Object.fromEntries(names.map((name) => [name, library.func(PROTOTYPES[name])]));
    return {
      ...(calls as unknown as Omit<Libc, 'errno' | 'addressOf'>),
      errno: () => koffi.errno(),
      addressOf: (view) => Number(koffi.address(view)),
    };
  } catch (cause) {
    throw unavailable(`cannot call libc through koffi: ${(cause as Error).message}`, cause);
  }
}

function unavailable(why: string, cause?: unknown): HawserError {
  return new HawserError('ERR_HAWSER_SOCKET', `the batched port ${why}`, { cause });
}
