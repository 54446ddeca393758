import { describe, expect, test } from '@jest/globals';
import type { DeployResult } from '../../src/deploy-result';
import { makeReport } from '../../src/report/report';
import { aFailure } from '../support/failure';
import { aPlan, aPlanChange } from '../support/infra';
import { anInfraResult, anObject, aPreview, aResult, failed, skipped, succeeded } from '../support/results';
import { aSettings, DIGEST, IMAGE, SHA } from '../support/settings';

const plan = aPlan({
  changes: [
    aPlanChange({ action: 'create' }),
    aPlanChange({ address: 'linode_volume.b', action: 'replace' }),
    aPlanChange({ address: 'linode_volume.c', action: 'update' }),
  ],
});
const preview = aSettings({ command: 'preview' });
const headlinesOf = (result: DeployResult, settings = aSettings()): readonly string[] =>
  makeReport(settings, result).steps.map(({ headline }) => headline);

test('what identifies the run', () => {
  expect(makeReport(aSettings(), aResult())).toMatchObject({
    version: 1,
    command: 'deploy',
    environment: 'production',
    repository: 'acme/wpp-bot',
    commit: SHA,
    runUrl: 'https://github.com/acme/wpp-bot/actions/runs/4711',
    outcome: 'succeeded',
    failures: [],
  });
});

test('an unchanged deployment says so, step by step', () => {
  expect(headlinesOf(aResult())).toEqual([
    `ghcr.io/acme/wpp-bot@${DIGEST} is in the registry already`,
    'unchanged since the last apply',
    '0 created, 0 configured, 1 unchanged',
    'nothing to roll out: every workload runs as it should',
  ]);
});

test('a deployment that changed everything', () => {
  const result: DeployResult = {
    image: succeeded({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: true }),
    infra: succeeded(anInfraResult({ changed: true, applied: true, plan })),
    manifests: succeeded({
      changes: [anObject('Service/a/b'), anObject('Secret/a/b', { action: 'configured' })],
      workloads: [],
    }),
    rollout: succeeded([
      { workload: 'Deployment/a/b', rolled: true },
      { workload: 'DaemonSet/a/c', rolled: false },
    ]),
  };
  expect(headlinesOf(result)).toEqual([
    `built and pushed ghcr.io/acme/wpp-bot@${DIGEST}`,
    'applied: 2 to create, 1 to update, 1 to destroy',
    '1 created, 1 configured, 0 unchanged',
    'rolled out Deployment/a/b',
  ]);
  expect(makeReport(aSettings(), result).outputs).toEqual({
    image: `ghcr.io/acme/wpp-bot@${DIGEST}`,
    tag: SHA,
    digest: DIGEST,
    'image-built': 'true',
    'infra-changed': 'true',
    'infra-applied': 'true',
    'plan-create': '2',
    'plan-update': '1',
    'plan-delete': '1',
    'monthly-cost': '',
    'monthly-cost-change': '',
    'cluster-id': '42',
    'objects-changed': '2',
    'objects-pruned': '0',
    rollout: 'succeeded',
    drift: '',
    'ingress-address': '',
    url: '',
    'failure-code': '',
  });
});

describe('headlines of infra', () => {
  const empty = aPlan();
  const [outputs, moved] = [
    aPlan({ outputsChanged: ['host'] }),
    aPlan({ changes: [aPlanChange({ action: 'move' }), aPlanChange({ action: 'forget' })] }),
  ];
  test.each([
    ['deploy', plan, true, 'applied: 2 to create, 1 to update, 1 to destroy'],
    ['deploy', empty, false, 'changed in content, but the plan changes nothing'],
    ['preview', plan, false, '2 to create, 1 to update, 1 to destroy'],
    ['preview', empty, false, 'no change to resources'],
    ['preview', outputs, false, 'no change to resources, 1 of outputs'],
    ['deploy', outputs, true, 'applied: no change to resources, 1 of outputs'],
    ['preview', moved, false, '0 to create, 0 to update, 0 to destroy, 1 to forget, 1 to move'],
  ] as const)('%s %j', (command, itsPlan, applied, expected) => {
    const infra = succeeded(anInfraResult({ changed: true, plan: itsPlan, applied }));
    expect(headlinesOf(aResult({ infra }), aSettings({ command }))[1]).toBe(expected);
  });
});

test('a preview tells what would be, and counts nothing as changed', () => {
  const changes = [anObject('Service/a/b'), anObject('Secret/a/b', { action: 'configured' })];
  const report = makeReport(preview, aPreview({ manifests: succeeded({ changes, workloads: [] }) }));
  expect(report.steps.map(({ headline }) => headline)).toEqual([
    'ghcr.io/acme/wpp-bot builds',
    'unchanged since the last apply',
    '1 to create, 1 to configure, 0 unchanged',
    'a preview changes nothing',
  ]);
  expect(report.outputs).toMatchObject({ 'objects-changed': '0', image: '', digest: '', rollout: 'skipped' });
  expect(report.objects).toEqual(changes);
});

test('no workload, nothing to roll out', () => {
  const report = makeReport(aSettings(), aResult({ rollout: succeeded([]) }));
  expect(report.steps[3]?.headline).toBe('the manifests have no workload');
  expect(report.outputs['rollout']).toBe('skipped');
});

describe('failures', () => {
  const image = failed('image', aFailure('image-push-denied', 'denied').details);
  const infra = failed('infra', aFailure('infra-apply-failed', 'no quota').details, 'linode_volume.a: done');
  const manifests = skipped('a step before it failed');
  const rollout = skipped('a step before it failed');

  test('of both first steps are told, with what was done before', () => {
    const report = makeReport(aSettings(), { image, infra, manifests, rollout });
    expect(report.outcome).toBe('failed');
    expect(report.failures.map(({ code }) => code)).toEqual(['image-push-denied', 'infra-apply-failed']);
    expect(report.outputs['failure-code']).toBe('image-push-denied');
    expect(report.steps).toMatchObject([
      { status: 'failed', headline: 'denied', did: [], seconds: 2 },
      { status: 'failed', headline: 'no quota', did: ['linode_volume.a: done'] },
      { status: 'skipped', headline: 'a step before it failed', seconds: undefined },
      { status: 'skipped' },
    ]);
  });

  test('of the rollout leave the rest as it was', () => {
    const failure = failed('rollout', aFailure('rollout-not-ready').details, 'restarted Deployment/a/b');
    const report = makeReport(aSettings(), aResult({ rollout: failure }));
    expect(report.outputs).toMatchObject({
      rollout: 'failed',
      digest: DIGEST,
      'failure-code': 'rollout-not-ready',
    });
  });
});

test('every output is a text, whatever happened', () => {
  const nothing = skipped('nothing');
  const results = [
    aResult(),
    aPreview(),
    { image: nothing, infra: nothing, manifests: nothing, rollout: nothing },
  ];
  const names = results.map((result) => Object.keys(makeReport(aSettings(), result).outputs));
  expect(names[1]).toEqual(names[0]);
  expect(names[2]).toEqual(names[0]);
});
