export default {
  files: ['build/test/**/*.test.js'],
  timeout: '90s',
  concurrency: 2,
  workerThreads: false,
};
