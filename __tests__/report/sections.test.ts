import { expect, test } from '@jest/globals';
import type { PlanAction } from '../../src/infra/plan';
import { detailSections } from '../../src/report/sections';
import { makeReport } from '../../src/report/report';
import { aPlanChange } from '../support/infra';
import { anInfraResult, aPreview, succeeded } from '../support/results';
import { aSettings } from '../support/settings';

test.each<[PlanAction, string]>([
  ['create', '+ create'],
  ['update', '! update in place'],
  ['replace', '- replace'],
  ['delete', '- destroy'],
  ['forget', '! forget'],
  ['move', '! move'],
  ['import', '! import'],
  ['other', '! other'],
])('the action %s is shown as "%s"', (action, sign) => {
  const plan = { changes: [aPlanChange({ action })], outputsChanged: [] };
  const infra = succeeded(anInfraResult({ changed: true, plan }));
  const report = makeReport(aSettings({ command: 'preview' }), aPreview({ infra }));
  expect(detailSections(report).join('\n')).toContain(`\n${sign} linode_volume.data\n`);
});
