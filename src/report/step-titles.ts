import type { StepName } from '../errors';

/** What people call a step. */
export const STEP_TITLES: Readonly<Record<StepName, string>> = {
  bootstrap: 'Bootstrap',
  image: 'Image',
  infra: 'Infrastructure',
  manifests: 'Manifests',
  rollout: 'Rollout',
  leftovers: 'What stays',
  report: 'Report',
};
