import { describe, expect, test } from '@jest/globals';
import { deploy } from '../src/deploy';
import { makeReport } from '../src/report/report';
import { renderSummary } from '../src/report/summary';
import type { BootstrapSettings } from '../src/settings/bootstrap-settings';
import { FakeAccount } from './support/account';
import { aFailure } from './support/failure';
import { expectGolden } from './support/golden';
import { FakeSecrets } from './support/secrets';
import { aSettings } from './support/settings';
import { World } from './support/world';

const BOOTSTRAP: BootstrapSettings = {
  ...{ owner: 'acme', repository: 'wpp-bot', bucket: 'wpp-bot-terraform-state', storeRegion: 'us-east-1' },
  ...{ hasKey: false, linodeToken: 'linode-0123456789abcdef' },
};
const none = { run: false, reason: 'bootstrap makes only bucket and key' } as const;
const settings = aSettings({
  ...{ command: 'bootstrap', bootstrap: BOOTSTRAP, image: none, infra: none, manifests: none },
});

function world(): World {
  return Object.assign(new World(), { account: new FakeAccount(), secrets: new FakeSecrets() });
}

describe('bootstrap', () => {
  test('touches nothing but bucket, key and secrets', async () => {
    const ports = world();
    const result = await deploy(settings, ports);
    expect(result.bootstrap?.status).toBe('succeeded');
    expect(ports.account?.changed).toEqual(['bucket wpp-bot-terraform-state', 'key 101']);
    expect(ports.secrets?.written).toEqual(['STATE_ACCESS_KEY', 'STATE_SECRET_KEY']);
    expect(ports.touched).toBe(false);
  });

  test('is told in one line of the summary', async () => {
    const ports = world();
    const report = makeReport(settings, await deploy(settings, ports));
    const steps = report.steps.map(({ step, headline }) => `${step}: ${headline}`);
    expect(steps).toEqual([
      'bootstrap: the bucket wpp-bot-terraform-state in us-east was made; its key was made, and kept in the secrets STATE_ACCESS_KEY and STATE_SECRET_KEY',
    ]);
    expect(JSON.stringify(report)).not.toMatch(/ACCESS-101|SECRET-101/);
    const again = makeReport(settings, await deploy(settings, ports));
    expect(again.steps.map(({ headline }) => headline)).toEqual([
      'the bucket wpp-bot-terraform-state in us-east was there already; its key was there already',
    ]);
  });

  test('that fails half way says what it had made', async () => {
    const ports = world();
    if (ports.secrets !== undefined) ports.secrets.errors.write = aFailure('secrets-refused');
    const report = makeReport(settings, await deploy(settings, ports));
    expect(report.outcome).toBe('failed');
    expect(report.outputs['failure-code']).toBe('secrets-refused');
    expectGolden('failed-bootstrap.summary.md', renderSummary(report));
  });
});
