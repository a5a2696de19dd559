/** What takes long, or waits for network and time, comes first, so that nothing runs alone at the end. */
const FIRST = [
  '/main/package.test.js',
  '/e2e/',
  '/lab/real/',
  '/streamer/',
  '/endpoint/',
  '/main/api/',
  '/simulation/',
  '/files/',
  '/stress/',
];

function rank(file) {
  const place = FIRST.findIndex((part) => file.includes(part));
  return place < 0 ? FIRST.length : place;
}

export default {
  files: ['build/test/**/*.test.js'],
  timeout: '90s',
  // More than there are cores: many tests wait for a peer, a time-out or a process most of the time.
  concurrency: 4,
  workerThreads: false,
  sortTestFiles: (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1),
};
