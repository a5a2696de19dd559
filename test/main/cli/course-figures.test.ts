import test from 'ava';
import { courseFigures, figureLines } from '#hawser/main/cli/course-figures.js';

test('an Ethernet byte count is the UDP payload and 46 bytes a datagram', (t) => {
  const figures = courseFigures({
    datagramsSent: 3,
    datagramBytesSent: 3890,
    datagramsReceived: 2,
    datagramBytesReceived: 100,
  });
  t.is(figures.ETH_BYTES_SENT, 3890 + 3 * 46);
  t.is(figures.ETH_BYTES_RECV, 100 + 2 * 46);
});

test('the figures are printed under the names of the course, in its order, one a line', (t) => {
  t.deepEqual(figureLines(courseFigures()), [
    'PACKETS_SENT=0',
    'UDP_BYTES_SENT=0',
    'ETH_BYTES_SENT=0',
    'PACKETS_RECV=0',
    'UDP_BYTES_RECV=0',
    'ETH_BYTES_RECV=0',
  ]);
});
