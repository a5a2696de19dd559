/** How much garbage the main thread of a transfer gathers before it is collected. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets the space for new objects grow to 32 MB and more on long work, although hardly any of them
 * live on. From now on it stays as it is. Every thread that starts undoes that for the whole process.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
