/** A thread of a sweep: plays one scenario at a time, in virtual time, and shares nothing. */
import { runExperiment } from '../shared/sweep/experiment.js';
import type { Outcome } from '../shared/sweep/outcome.js';
import type { Scenario } from '../shared/sweep/scenario.js';

export default function sweep(scenario: Scenario): Outcome {
  return runExperiment(scenario);
}
