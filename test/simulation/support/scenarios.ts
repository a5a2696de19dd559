/** All scenarios, by name. */
import type { Scenarios } from './scenario.js';
import { applicationScenarios } from './scenarios-of-applications.js';
import { lifeScenarios } from './scenarios-of-lives.js';
import { networkScenarios } from './scenarios-of-networks.js';

export { planOf, type Scenario } from './scenario.js';

export const scenarios: Scenarios = {
  ...networkScenarios,
  ...applicationScenarios,
  ...lifeScenarios,
};
