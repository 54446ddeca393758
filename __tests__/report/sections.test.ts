import { expect, test } from '@jest/globals';
import type { PlanAction } from '../../src/infra/plan-action';
import { makeReport } from '../../src/report/report';
import { detailSections } from '../../src/report/sections';
import { aPlan, aPlanChange } from '../support/infra';
import { anInfraResult, aPreview, succeeded } from '../support/results';
import { aSettings } from '../support/settings';

test.each<[PlanAction, string]>([
  ['create', '➕ **create**'],
  ['update', '✏️ **update in place**'],
  ['replace', '♻️ **replace**'],
  ['delete', '➖ **destroy**'],
  ['forget', '👋 **forget**'],
  ['forget-and-create', '♻️ **forget and create anew**'],
  ['move', '↪️ **move**'],
  ['import', '📥 **import**'],
  ['other', '❔ **do what is not known with**'],
])('the action %s is shown as "%s"', (action, sign) => {
  const infra = succeeded(
    anInfraResult({ changed: true, plan: aPlan({ changes: [aPlanChange({ action })] }) }),
  );
  const report = makeReport(aSettings({ command: 'preview' }), aPreview({ infra }));
  expect(detailSections(report)).toContain(`- ${sign} \`linode_volume.data\``);
});
