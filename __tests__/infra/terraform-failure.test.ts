import { expect, test } from '@jest/globals';
import { explainLostState, explainTerraform } from '../../src/infra/terraform-failure';

const INVALID = [
  'Planning…',
  '╷',
  '│ Error: Unsupported argument',
  '│ ',
  '│   on main.tf line 3, in resource "linode_volume" "a":',
  '│    3:   sizes = 20',
  '╵',
];

test('the cause is the first error with its place', () => {
  const details = explainTerraform('infra-plan-failed', 'plan', 1, INVALID);
  expect(details).toMatchObject({
    code: 'infra-plan-failed',
    cause: 'terraform plan failed: Unsupported argument, on main.tf line 3, in resource "linode_volume" "a"',
    advice: 'Mend the configuration; nothing was changed.',
  });
  expect(details.evidence).toEqual([
    'Error: Unsupported argument',
    'on main.tf line 3, in resource "linode_volume" "a":',
    '3:   sizes = 20',
  ]);
});

test.each(['Terraform', 'OpenTofu'])(
  'of a configuration that %s cannot read the fault is told',
  (product) => {
    const general = [
      `Error: ${product} encountered problems during initialisation, including problems`,
      'with the configuration, described below.',
      '',
    ];
    expect(explainTerraform('infra-init-failed', 'init', 1, [...general, ...INVALID])).toMatchObject({
      cause:
        'terraform init failed: Unsupported argument, on main.tf line 3, in resource "linode_volume" "a"',
      advice: 'Mend the configuration; nothing was changed.',
      evidence: [
        'Error: Unsupported argument',
        'on main.tf line 3, in resource "linode_volume" "a":',
        '3:   sizes = 20',
      ],
    });
  },
);

test('the resource of a failed apply is its place', () => {
  const tail = ['│ Error: [400] Invalid region', '│', '│   with linode_volume.a,', '│   on main.tf line 1:'];
  expect(explainTerraform('infra-apply-failed', 'apply', 1, tail).cause).toBe(
    'terraform apply failed: [400] Invalid region, with linode_volume.a',
  );
});

test('without an error the exit code and the last lines tell', () => {
  const details = explainTerraform('infra-init-failed', 'init', 137, ['Initializing…', '', 'Killed']);
  expect(details.cause).toBe('terraform init failed: exit code 137');
  expect(details.evidence).toEqual(['Initializing…', 'Killed']);
});

test.each(['infra-init-failed', 'infra-plan-failed', 'infra-apply-failed'] as const)(
  '%s has an advice',
  (code) => expect(explainTerraform(code, 'x', 1, []).advice).toMatch(/^[A-Z].*\.$/),
);

const LOCKED = [
  '│ Error: Error acquiring the state lock',
  '│ Error message: operation error S3: PutObject, StatusCode: 412',
  '│ Lock Info:',
  '│   ID:        0f8fad5b-d9cb-469f-a165-70867728950e',
  '│   Path:      bucket/production/terraform.tfstate',
  '│   Operation: OperationTypeApply',
  '│   Who:       runner@host-1',
  '│   Version:   1.11.4',
  '│   Created:   2026-05-06 07:08:09.123456789 +0000 UTC',
];

test('a held lock says whose it is and how to break it', () => {
  const { advice, cause } = explainTerraform('infra-plan-failed', 'plan', 1, LOCKED);
  expect(cause).toBe('terraform plan failed: Error acquiring the state lock');
  expect(advice).toBe(
    'Another run was not done in time: runner@host-1 holds the lock of the state since 2026-05-06T07:08:09Z for apply (ID 0f8fad5b-d9cb-469f-a165-70867728950e). Wait for it; where no run goes on that holds it, run `terraform force-unlock 0f8fad5b-d9cb-469f-a165-70867728950e`.',
  );
});

test('a held lock whose owner is not told', () => {
  const { advice } = explainTerraform('infra-plan-failed', 'plan', 1, LOCKED.slice(0, 2));
  expect(advice).toBe('Another run holds the lock of the state; wait for it.');
});

test('the evidence is at most 30 lines from the error on', () => {
  const tail = ['before', 'Error: x', ...Array.from({ length: 50 }, (_, index) => `line ${index}`)];
  const { evidence } = explainTerraform('infra-plan-failed', 'plan', 1, tail);
  expect(evidence).toHaveLength(30);
  expect(evidence?.[0]).toBe('Error: x');
});

test('a lost state is told with the way back: its lines are the evidence', () => {
  const failed = explainTerraform('infra-apply-failed', 'apply', 1, ['Error: Failed to save state']);
  const details = explainLostState(failed, ['U2FsdGVk', 'X18=']);
  expect(details).toMatchObject({
    code: 'infra-state-not-saved',
    cause:
      'the state store did not take the state of what was made: terraform apply failed: Failed to save state',
    evidence: ['U2FsdGVk', 'X18='],
  });
  expect(details.advice).toContain('-aes-256-cbc -pbkdf2 -iter 600000 -pass env:STATE_SECRET_KEY | gunzip');
  expect(details.advice).toContain('`terraform state push errored.tfstate`');
});

test('a plan that another run has made worthless has a code of its own', () => {
  const tail = [
    '╷',
    '│ Error: Saved plan is stale',
    '│ ',
    '│ The given plan file can no longer be applied because the state was changed',
    '╵',
  ];
  expect(explainTerraform('infra-apply-failed', 'apply', 1, tail)).toMatchObject({
    code: 'infra-plan-stale',
    cause: 'the state was changed after the plan was made',
  });
});
