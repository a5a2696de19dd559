/** Finds UDP ports that nobody uses at the moment. Main thread. */
import { createSocket, type Socket } from 'node:dgram';

const HOST = '127.0.0.1';

/** As many distinct free ports as asked for; all are held until the last is found. */
export async function findFreePorts(count: number): Promise<number[]> {
  const sockets = await Promise.all(Array.from({ length: count }, bindAnywhere));
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(sockets.map(close));
  return ports;
}

function bindAnywhere(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, HOST, () => {
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
