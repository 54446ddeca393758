import { describe, expect, test } from '@jest/globals';
import { commentMarker } from '../../src/comment-record';
import type { DeployResult } from '../../src/deploy-result';
import { refusalOf } from '../../src/infra/guard';
import { readPlan } from '../../src/infra/plan';
import { renderComment } from '../../src/report/comment';
import { makeReport, type Warning } from '../../src/report/report';
import { renderSummary } from '../../src/report/summary';
import type { Settings } from '../../src/settings/settings';
import { aFailure } from '../support/failure';
import { APPLICATION_URL, strayMarkup } from '../support/gfm';
import { expectGolden } from '../support/golden';
import { planned } from '../support/infra';
import { isWellFormed } from '../support/markdown';
import { reportFaults } from '../support/report-schema';
import {
  anInfraResult,
  anObject,
  aPreview,
  aResult,
  during,
  failed,
  lasting,
  skipped,
  succeeded,
} from '../support/results';
import { aSettings, DIGEST, IMAGE, SHA } from '../support/settings';

const preview = aSettings({ command: 'preview' });

const FIRST = aPreview({
  infra: succeeded(
    anInfraResult({
      changed: true,
      plan: readPlan({
        resource_changes: [
          planned('linode_lke_cluster.wpp', ['create']),
          planned('linode_volume.auth', ['create']),
          planned('local_file.kubeconfig', ['create']),
        ],
        output_changes: { kubeconfig: { actions: ['create'] } },
      }),
    }),
  ),
  manifests: succeeded({
    changes: [
      anObject('Namespace/wpp-bot'),
      ...['PersistentVolumeClaim/wpp-bot/cache', 'Service/wpp-bot/bot', 'Deployment/wpp-bot/bot'].map(
        (name) => anObject(name, { note: 'cannot be checked until its namespace is made' }),
      ),
      anObject('Ingress/wpp-bot/bot', { note: 'cannot be checked until its namespace is made' }),
      anObject('StorageClass/fast'),
    ],
    workloads: [],
  }),
});

const REPLACING = {
  resource_changes: [
    planned('linode_lke_cluster.wpp', ['update'], {
      before: { k8s_version: '1.32', tags: ['a'], kubeconfig: 'old-secret' },
      after: { k8s_version: '1.33', tags: ['a', '`b`'], kubeconfig: 'new-secret' },
      before_sensitive: { kubeconfig: true },
      after_unknown: { api_endpoints: true },
    }),
    planned('linode_volume.auth["a|b"]', ['delete', 'create'], {
      before: { region: 'us-east' },
      after: { region: 'eu-west' },
      replace_paths: [['region']],
    }),
  ],
};

const UPDATE = aPreview({
  infra: succeeded(
    anInfraResult({ changed: true, plan: readPlan(REPLACING, ['linode_volume.auth["a|b"]']) }),
  ),
  manifests: succeeded({
    changes: [
      anObject('Secret/wpp-bot/env', {
        action: 'configured',
        fields: [{ path: 'data.API_KEY', before: '(hidden)', after: '(hidden)' }],
      }),
      anObject('Deployment/wpp-bot/bot', {
        action: 'configured',
        fields: [
          { path: 'spec.replicas', before: '1', after: '2' },
          { path: 'metadata.labels.old', before: '"x"', after: undefined },
          { path: 'spec.note', before: undefined, after: JSON.stringify('x'.repeat(200)) },
        ],
      }),
      anObject('Service/wpp-bot/bot', { action: 'unchanged' }),
    ],
    workloads: [],
  }),
});

const BLOCKED = aPreview({
  infra: failed('infra', {
    ...(refusalOf(readPlan(REPLACING)) ?? aFailure('internal').details),
    plan: readPlan(REPLACING),
  }),
  manifests: skipped('a step before it failed'),
});

const REFUSED = aResult({
  image: succeeded(
    { kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: true },
    `pushed ghcr.io/acme/wpp-bot with the tags ${SHA}, main`,
  ),
  infra: succeeded(
    anInfraResult({
      changed: true,
      applied: true,
      plan: readPlan({ resource_changes: [planned('linode_volume.auth', ['create'])] }),
    }),
    'linode_volume.auth: Creation complete after 3s [id=1]',
  ),
  manifests: failed(
    'manifests',
    {
      ...aFailure('manifest-refused').details,
      cause:
        'the cluster refused Deployment/wpp-bot/bot (app.yaml): spec.replicas: Invalid value: -1 | see <docs> @ops',
      evidence: ['spec.replicas', '```', '::error::not a fence'],
    },
    'created Service/wpp-bot/bot',
  ),
  rollout: skipped('a step before it failed'),
});

const ROLLED_BACK = aResult({
  image: succeeded(
    { kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: true },
    `pushed ghcr.io/acme/wpp-bot with the tags ${SHA}, main`,
  ),
  manifests: succeeded(
    {
      changes: [
        anObject('Deployment/wpp-bot/wpp-bot', {
          action: 'configured',
          fields: [{ path: 'spec.template.spec.containers[0].image', before: '"a"', after: '"b"' }],
        }),
      ],
      workloads: [],
    },
    'configured Deployment/wpp-bot/wpp-bot',
  ),
  rollout: failed(
    'rollout',
    {
      code: 'rollout-container-crashing',
      cause:
        'Deployment/wpp-bot/wpp-bot did not roll out: container wpp-bot of pod wpp-bot-7f7747c6bf-kd64v ended 3 times, last with exit code 3',
      advice: 'Its last lines are below; mend the application or its configuration.',
      evidence: [
        'Available: False, MinimumReplicasUnavailable: Deployment does not have minimum availability.',
        '12:00:03 Warning BackOff (x2): Back-off restarting failed container wpp-bot',
        'no database at postgres:5432',
      ],
      place: { file: 'manifests/bot.yaml', line: 1 },
      rolledBackTo: { number: 4, commit: SHA, image: `ghcr.io/acme/wpp-bot@${DIGEST}` },
    },
    'going back to release 4',
    'configured Deployment/wpp-bot/wpp-bot',
    'release 4 runs again',
  ),
});

/** The first deploy of all: the image is built while the cluster comes up. */
const DEPLOYED = aResult({
  image: during(
    succeeded(
      { kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: true },
      `pushed ghcr.io/acme/wpp-bot with the tags ${SHA}, main`,
    ),
    lasting(62_200, 1_400),
  ),
  infra: during(
    succeeded(
      anInfraResult({
        changed: true,
        applied: true,
        plan: readPlan({ resource_changes: [planned('linode_lke_cluster.wpp', ['create'])] }),
      }),
      'linode_lke_cluster.wpp: Creation complete after 4m6s [id=42]',
    ),
    lasting(1_400),
    lasting(252_050, 1_400),
  ),
  manifests: during(
    succeeded(
      { changes: [anObject('Namespace/wpp-bot'), anObject('Deployment/wpp-bot/bot')], workloads: [] },
      'created Namespace/wpp-bot',
      'created Deployment/wpp-bot/bot',
    ),
    lasting(1_800, 253_450),
  ),
  rollout: during(
    succeeded([{ workload: 'Deployment/wpp-bot/bot', rolled: true }]),
    lasting(21_400, 255_250),
  ),
  release: { number: 1, commit: SHA, image: `ghcr.io/acme/wpp-bot@${DIGEST}` },
  address: '203.0.113.7',
});

const IMAGE_FIELD = 'spec.template.spec.containers[0].image';

/** Everything that people are to know beside the plan: pods, warnings, what was not tried, the image. */
const ROLLING = aPreview({
  image: succeeded({ kind: 'available', name: IMAGE, tag: SHA, digest: DIGEST, built: false }),
  manifests: succeeded({
    changes: [
      anObject('Deployment/wpp-bot/bot', {
        action: 'configured',
        fields: [
          { path: IMAGE_FIELD, before: '"ghcr.io/acme/wpp-bot:old"', after: '"ghcr.io/acme/wpp-bot:new"' },
        ],
      }),
      anObject('Certificate/wpp-bot/bot', {
        unchecked: true,
        note: 'cannot be checked until its CustomResourceDefinition is applied',
      }),
      anObject('Deployment/wpp-bot/old', { action: 'pruned' }),
    ],
    workloads: [],
    forecasts: [
      { workload: 'Deployment/wpp-bot/dashboard', effect: 'rolls', downtime: 'none', reason: '2 pods' },
      { workload: 'Deployment/wpp-bot/new', effect: 'starts', downtime: 'none', reason: '1 pod' },
      { workload: 'Job/wpp-bot/migrate', effect: 'runs', downtime: 'none', reason: 'once, to its end' },
      { workload: 'Deployment/wpp-bot/web', effect: 'scales', downtime: 'none', reason: 'from 1 to 3 pods' },
      {
        ...{ workload: 'DaemonSet/wpp-bot/agent', effect: 'rolls', downtime: 'possible' },
        reason: 'on each node its pod ends before the new one starts',
      },
      {
        ...{ workload: 'Deployment/wpp-bot/bot', effect: 'rolls', downtime: 'expected' },
        reason: 'all its pods end before the new ones start (Recreate)',
      },
      {
        ...{ workload: 'Deployment/wpp-bot/old', effect: 'ends', downtime: 'expected' },
        reason: 'no manifest has it any more',
      },
    ],
  }),
  comparison: {
    before: 'old',
    difference: {
      ...{ bytes: 45_200_000, bytesBefore: 43_900_000, layers: 9 },
      fresh: [
        { digest: 'sha256:1', bytes: 1_300_000, instruction: 'RUN npm ci | tee `log` <b>' },
        { digest: 'sha256:2', bytes: 2_100, instruction: '' },
      ],
    },
  },
});
const WARNINGS: readonly Warning[] = [
  { step: 'manifests', text: 'Deployment/wpp-bot/bot starts a new pod beside the old one: <b>@ops</b> | #1' },
  { step: 'image', text: 'a build argument is named like a secret: `TOKEN`' },
];

const FORK = 'the pull request comes from a fork, which has no secrets';
const FROM_FORK = aPreview({ infra: skipped(FORK), manifests: skipped(FORK) });

const CANCELLED = aResult({
  infra: failed(
    'infra',
    {
      code: 'cancelled',
      cause: 'the run was cancelled',
      advice: 'Run it again: it goes on from what is there.',
    },
    'linode_volume.auth: Creation complete after 3s [id=1]',
  ),
  manifests: skipped('a step before it failed'),
  rollout: skipped('a step before it failed'),
});

const ONLY_BACK = skipped('rollback only brings back what ran');
const WENT_BACK: DeployResult = {
  image: ONLY_BACK,
  infra: ONLY_BACK,
  manifests: succeeded(
    {
      changes: [
        anObject('Deployment/wpp-bot/bot', {
          action: 'configured',
          fields: [
            { path: IMAGE_FIELD, before: '"ghcr.io/acme/wpp-bot:5"', after: '"ghcr.io/acme/wpp-bot:4"' },
          ],
        }),
        anObject('ConfigMap/wpp-bot/flags', { action: 'pruned' }),
      ],
      workloads: [],
    },
    'configured Deployment/wpp-bot/bot',
    'pruned ConfigMap/wpp-bot/flags',
  ),
  rollout: succeeded([{ workload: 'Deployment/wpp-bot/bot', rolled: true }]),
  release: { number: 4, commit: SHA, image: `ghcr.io/acme/wpp-bot@${DIGEST}` },
  address: '203.0.113.7',
  url: APPLICATION_URL,
};

const ONLY_RESTARTS = skipped('restart only restarts');
const RESTARTED: DeployResult = {
  ...{ image: ONLY_RESTARTS, infra: ONLY_RESTARTS, manifests: ONLY_RESTARTS },
  rollout: succeeded(
    [
      { workload: 'Deployment/wpp-bot/bot', rolled: true },
      { workload: 'StatefulSet/wpp-bot/postgres', rolled: true },
    ],
    'restarted Deployment/wpp-bot/bot',
    'restarted StatefulSet/wpp-bot/postgres',
  ),
};

/** More than a comment holds: 300 resources and 200 objects, some with long values. */
const BIG = aPreview({
  infra: succeeded(
    anInfraResult({
      changed: true,
      plan: readPlan({
        resource_changes: Array.from({ length: 300 }, (_, index) =>
          planned(`linode_instance.node["${index}"]`, [index % 3 === 0 ? 'create' : 'update'], {
            before: index % 3 === 0 ? null : { label: `node-${index}`, tags: ['a'.repeat(200)] },
            after: { label: `node-${index}-new`, tags: ['b'.repeat(200)] },
          }),
        ),
      }),
    }),
  ),
  manifests: succeeded({
    changes: Array.from({ length: 200 }, (_, index) =>
      anObject(`ConfigMap/wpp-bot/settings-${index}`, {
        action: 'configured',
        fields: [{ path: 'data.text', before: `"${'c'.repeat(150)}"`, after: `"${'d'.repeat(150)}"` }],
      }),
    ),
    workloads: [],
  }),
});

/** Names and texts of others that would be markup, mentions, commands or folds. */
const HOSTILE = aPreview({
  infra: succeeded(
    anInfraResult({
      changed: true,
      plan: readPlan({
        resource_changes: [
          planned('linode_volume.v["</details><img src=x onerror=alert(1)> @acme/ops #1"]', ['update'], {
            before: { label: '`a` | b', tags: ['```'] },
            after: { label: '](https://evil.example)', tags: ['::error::x', '\u202Eright to left'] },
          }),
        ],
      }),
    }),
  ),
  manifests: succeeded({
    changes: [
      anObject('ConfigMap/wpp-bot/<b>@ops</b>', {
        action: 'configured',
        fields: [{ path: 'data["```"]', before: '"<!-- x"', after: '"--> @acme/ops\\n::set-output::"' }],
      }),
    ],
    workloads: [],
  }),
});

const CASES: readonly (readonly [string, Settings, DeployResult, (readonly Warning[])?])[] = [
  ['rolling-preview', preview, ROLLING, WARNINGS],
  ['first-preview', preview, FIRST],
  ['update-preview', preview, UPDATE],
  ['blocked-preview', preview, BLOCKED],
  ['first-deploy', aSettings(), DEPLOYED],
  ['refused-deploy', aSettings(), REFUSED],
  ['rolled-back-deploy', aSettings(), ROLLED_BACK],
  ['unchanged-deploy', aSettings(), aResult()],
  ['fork-preview', preview, FROM_FORK],
  ['cancelled-deploy', aSettings(), CANCELLED],
  ['rollback', aSettings({ command: 'rollback' }), WENT_BACK],
  ['restart', aSettings({ command: 'restart' }), RESTARTED],
  ['big-preview', aSettings({ command: 'preview', environment: 'staging' }), BIG],
  ['hostile-preview', preview, HOSTILE],
];

describe.each(CASES)('%s', (name, settings, result, warnings = []) => {
  const report = makeReport(settings, result, warnings);

  // Only a preview writes one of its own.
  if (report.command === 'preview')
    test('comment', () => expectGolden(`${name}.comment.md`, renderComment(report)));
  test('summary', () => expectGolden(`${name}.summary.md`, renderSummary(report)));

  test('the report is as its schema says', () => {
    expect(reportFaults(JSON.parse(JSON.stringify(report)))).toEqual([]);
  });

  test('both are well-formed', () => {
    expect(isWellFormed(renderComment(report))).toBe(true);
    expect(isWellFormed(renderSummary(report))).toBe(true);
    for (const text of [renderComment(report), renderSummary(report)]) expect(strayMarkup(text)).toEqual([]);
  });

  test('neither shows a sensitive value', () => {
    expect(renderComment(report) + renderSummary(report)).not.toMatch(/old-secret|new-secret|kube-token/);
  });
});

test('the schema of the report finds what is not as it says', () => {
  const report = JSON.parse(JSON.stringify(makeReport(preview, aPreview()))) as object;
  expect(reportFaults(report)).toEqual([]);
  expect(reportFaults({ ...report, version: 2 })).toEqual(['/version must be equal to constant']);
  expect(reportFaults({ ...report, steps: [{ step: 'image' }], more: 1 })).toEqual(
    expect.arrayContaining([
      '/ must NOT have additional properties',
      expect.stringMatching(/^\/steps\/0 must have/),
    ]),
  );
});

describe('a plan of 5,000 changes', () => {
  const changes = Array.from({ length: 5_000 }, (_, index) =>
    planned(`linode_volume.v["\`\`\`${index}"]`, ['update'], {
      before: { label: 'a'.repeat(500) },
      after: { label: '```'.repeat(500) },
    }),
  );
  const infra = succeeded(anInfraResult({ changed: true, plan: readPlan({ resource_changes: changes }) }));
  const objects = Array.from({ length: 5_000 }, (_, index) => anObject(`ConfigMap/wpp-bot/${index}`));
  const manifests = succeeded({ changes: objects, workloads: [] });
  const report = makeReport(preview, aPreview({ infra, manifests }));

  test.each([
    ['comment', renderComment(report), 65_536],
    ['summary', renderSummary(report), 1_048_576],
  ])('fits in a %s, well-formed, with a count of what is left out', (_, text, limit) => {
    expect(Buffer.byteLength(text)).toBeLessThan(limit);
    expect(isWellFormed(text)).toBe(true);
    expect(text).toContain('(4800 more lines)');
    expect(text).toContain('- and 4900 more');
    expect(text).toMatch(/^_\d+ of 5000 resources are shown here; the others are in the \[summary/m);
    expect(text).toContain('0 to create, 5000 to update, 0 to destroy');
  });
});

test('lines of three bytes a character stay below the limit of the summary, which is in bytes', () => {
  const evidence = Array.from({ length: 200 }, () => '漢'.repeat(2_000));
  const failure = failed('image', { ...aFailure('image-build-failed').details, evidence });
  const text = renderSummary(makeReport(aSettings(), aResult({ image: failure })));
  expect(Buffer.byteLength(text)).toBeLessThan(1_048_576);
});

test('the comment of an environment starts with its marker', () => {
  const report = makeReport(aSettings({ command: 'preview', environment: 'staging' }), aPreview());
  expect(renderComment(report).startsWith(`${commentMarker('staging')}\n`)).toBe(true);
  expect(commentMarker('staging')).not.toBe(commentMarker('production'));
});
