/**
 * Finds UDP ports that nobody uses at the moment. Main thread.
 *
 * They lie below those that systems hand out by themselves (from 32768 on with Linux, from 49152 with
 * others, RFC 6335 §6), or whoever asks for any port might be given one before it is bound.
 */
import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';

const HOST = '127.0.0.1';
const FIRST_PORT = 30_000;
const PORTS_END = 32_768;
/** Then the system may choose. */
const ATTEMPTS = 100;

/** As many distinct free ports as asked for; all are held until the last is found. */
export async function findFreePorts(count: number): Promise<number[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) sockets.push(await bindSomewhere());
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(sockets.map(close));
  return ports;
}

async function bindSomewhere(): Promise<Socket> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const socket = await bind(randomInt(FIRST_PORT, PORTS_END)).catch(() => undefined);
    if (socket !== undefined) return socket;
  }
  return await bind(0);
}

function bind(port: number): Promise<Socket> {
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

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => {
      resolve();
    });
  });
}
