/**
 * UDP ports for tests that run in parallel: below the range the system hands out by itself, in a
 * stretch of each test process's own, and free at the moment.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as delay } from 'node:timers/promises';

const HOST = '127.0.0.1';
const FIRST_PORT = 10_000;
const PORTS = 20_000;
const PORTS_PER_PROCESS = 100;

let next = (process.pid * PORTS_PER_PROCESS) % PORTS;

export async function freePorts(): Promise<[number, number]> {
  return [await freePort(), await freePort()];
}

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + next;
    next = (next + 1) % PORTS;
    if (!(await isBound(port))) return port;
  }
}

/** Binds the port for the test itself. Rejects if it is taken. */
export function bind(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(port, HOST, () => {
      resolve(socket);
    });
  });
}

export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(resolve);
  });
}

/** Resolves once some process has bound the port. */
export async function untilBound(port: number): Promise<void> {
  while (!(await isBound(port))) await delay(20);
}

async function isBound(port: number): Promise<boolean> {
  try {
    await closeSocket(await bind(port));
    return false;
  } catch {
    return true;
  }
}

/** Resolves once nobody has the port any more. */
export async function untilFree(port: number): Promise<void> {
  while (await isBound(port)) await delay(20);
}
