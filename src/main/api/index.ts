/**
 * What `import … from 'hawser'` gives. On the main thread: {@link hostStreamers}. In worker threads,
 * which may block: {@link Streamer}.
 */
export {
  hostStreamers,
  type StreamerHost,
  type StreamerHostShape,
} from '../threads/streamer-host.js';
export { Streamer, type StreamerOptions, type TransportStatistics } from '../../shared/streamer.js';
export { type ErrorCode, HawserError } from '../../shared/errors.js';
