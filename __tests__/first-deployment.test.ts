import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { at, type JsonObject } from '../src/json';
import { readSettings } from '../src/settings/settings';
import { ManualClock } from './support/clock';
import { onlyDockerfile } from './support/files';
import { aContext, someInputs } from './support/settings';

const guide = readFileSync('docs/guide/first-deployment.md', 'utf8');
const [secrets = '', ...given] = [...guide.matchAll(/^```yaml\n([\s\S]*?)```$/gm)].map(
  ([, text = '']) => text,
);

const problemsOf = (inputs: Readonly<Record<string, string>>): readonly string[] => {
  const around = { files: onlyDockerfile, clock: new ManualClock(), actionFolder: '.' };
  const result = readSettings(
    someInputs({ 'pull-token': 'ghp_0123456789abcdef', ...inputs }),
    aContext(),
    around,
  );
  return result.ok ? [] : result.problems;
};

test('the guide to the first deployment shows two sets', () => expect(given).toHaveLength(2));

test.each(given)('the inputs and secrets of the first deployment are all that the set needs: %s', (text) => {
  const inputs = at(load(text), 'with') as Readonly<Record<string, string>>;
  expect(problemsOf({ ...inputs, secrets })).toEqual([]);
  expect(problemsOf({ ...inputs, secrets: '' })).toEqual([expect.stringContaining('postgres-secret')]);
  const { variables: _none, ...others } = inputs;
  expect(problemsOf({ ...others, secrets }).join('\n')).toContain('variables lacks host');
});

test('the secrets that the guide lets people set are those of the workflow', () => {
  const workflow = load(readFileSync('sandbox/app/.github/workflows/deploy.yml', 'utf8'));
  const passed = Object.keys(at(workflow, 'jobs', 'deploy', 'secrets') as JsonObject);
  // The cluster is made by Terraform.
  const wanted = passed.filter((name) => name !== 'KUBE_CONFIG');
  expect(wanted.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  const set = [...guide.matchAll(/^gh secret set (\w+)/gm)].map(([, name]) => name);
  // The others are made by bootstrap.
  expect(set.sort()).toEqual(wanted.filter((name) => !name.startsWith('STATE_')).sort());
});
