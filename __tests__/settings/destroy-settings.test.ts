import { describe, expect, test } from '@jest/globals';
import type { RunContext } from '../../src/settings/event';
import type { RawInputs } from '../../src/settings/inputs';
import { readSettings, type SettingsResult } from '../../src/settings/settings';
import { ManualClock } from '../support/clock';
import { fakeFiles } from '../support/files';
import { kubeconfigText } from '../support/kubeconfig';
import { aContext, someInputs } from '../support/settings';

/** There is no Dockerfile and there are no manifests: what is destroyed stands elsewhere. */
const files = fakeFiles({ 'terraform/main.tf': '' });
const BY_HAND = aContext({ eventName: 'workflow_dispatch' });

function read(inputs: RawInputs, context: RunContext = BY_HAND): SettingsResult {
  const around = { files, clock: new ManualClock(), actionFolder: 'action' };
  return readSettings(someInputs({ command: 'destroy', ...inputs }), context, around);
}

const problemsOf = (result: SettingsResult): readonly string[] => (result.ok ? [] : result.problems);

describe('destroy', () => {
  test('runs where the environment is typed; the image and the manifests in the repository are of no account', () => {
    const result = read({ environment: 'staging', 'confirm-destroy': 'staging' });
    expect(result).toMatchObject({
      ok: true,
      settings: {
        destroy: { data: false, linodeToken: 'linode-0123456789abcdef' },
        image: { run: false },
        manifests: { run: true, inventory: 'wpp-bot-staging-inventory' },
      },
    });
  });

  test.each([
    [
      '',
      /^confirm-destroy is missing: destroy would delete what Acme\/Wpp-Bot has in the environment production,/,
    ],
    ['Production', /^confirm-destroy is "Production": .*; where that is meant, type production$/],
    [
      'wpp-bot',
      /its objects in the cluster \(wpp-bot-production-inventory\) and all that Terraform made by terraform/,
    ],
    ['true', /\(state production\/terraform\.tfstate\)/],
  ])('does not where %j is typed instead, and says what it would delete', (typed, problem) => {
    expect(problemsOf(read({ 'confirm-destroy': typed }))).toEqual([expect.stringMatching(problem)]);
  });

  test.each(['push', 'schedule', 'release', 'repository_dispatch'])('does not run on %s', (eventName) => {
    const context = aContext({
      eventName,
      ref: eventName === 'release' ? 'refs/tags/v1' : 'refs/heads/main',
    });
    expect(problemsOf(read({ 'confirm-destroy': 'production' }, context))).toEqual([
      `command is destroy, which is for runs by hand (workflow_dispatch), not for ${eventName}`,
    ]);
  });

  test('deletes data by Linode’s API alone, and so with its token', () => {
    const given = {
      ...{ infra: 'never', 'linode-token': '', 'kube-config': kubeconfigText() },
      'confirm-destroy': 'production',
    };
    expect(read(given)).toMatchObject({ ok: true, settings: { destroy: { linodeToken: undefined } } });
    expect(problemsOf(read({ ...given, 'destroy-data': 'true' }))).toEqual([
      'destroy-data is true, but linode-token is missing: volumes are deleted by Linode’s API',
    ]);
  });

  test('is what no other command is, whatever is confirmed', () => {
    const around = {
      files: fakeFiles({ Dockerfile: '', 'terraform/main.tf': '', 'manifests/a.yaml': '' }),
      clock: new ManualClock(),
      actionFolder: 'action',
    };
    const result = readSettings(someInputs({ 'confirm-destroy': 'production' }), aContext(), around);
    expect(result).toMatchObject({ ok: true, settings: { command: 'deploy', destroy: undefined } });
  });
});
