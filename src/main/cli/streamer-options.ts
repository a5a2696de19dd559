/** From the flags' units to those of the Streamer: seconds become milliseconds. */
import type { Role } from '../../shared/classroom/test-program.js';
import type { StreamerOptions } from '../../shared/streamer.js';
import type { ClassroomSettings } from './classroom-options.js';

const MS_PER_SECOND = 1000;

/** The options of one role; the two roles' simulators draw from different, fixed seeds. */
export function streamerOptions(settings: ClassroomSettings, role: Role): StreamerOptions {
  const idleTimeoutMs = settings.idleTimeoutSeconds * MS_PER_SECOND;
  return {
    io: settings.io,
    idleTimeoutMs,
    connectTimeoutMs: idleTimeoutMs,
    ...(settings.window !== undefined && { windowSegments: settings.window }),
    ...(isImpaired(settings) && {
      impairment: {
        lossRate: settings.lossRate,
        corruptionRate: settings.corruptionRate,
        maxDeliveryDelayMs: settings.maxDeliveryDelaySeconds * MS_PER_SECOND,
        becomeReliableAfterMs: (settings.becomeReliableAfterSeconds ?? Infinity) * MS_PER_SECOND,
        sendIntervalMs: settings.sendIntervalMs,
        seed: (settings.seed + role - 1) >>> 0,
      },
    }),
  };
}

function isImpaired(settings: ClassroomSettings): boolean {
  const { lossRate, corruptionRate, maxDeliveryDelaySeconds, sendIntervalMs } = settings;
  return lossRate + corruptionRate + maxDeliveryDelaySeconds + sendIntervalMs > 0;
}
