import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { at, textAt, type JsonObject } from '../src/json';

const yamlOf = (path: string): unknown => load(readFileSync(path, 'utf8'));
const namesAt = (value: unknown, ...path: readonly string[]): readonly string[] =>
  Object.keys(at(value, ...path) ?? {});

const reusable = yamlOf('.github/workflows/deploy.yml');
const files = [...globSync('examples/*.yml'), 'sandbox/app/.github/workflows/deploy.yml'];
const jobs = files.flatMap((file) =>
  Object.entries(at(yamlOf(file), 'jobs') as JsonObject).map(([name, job]) => ({ file, name, job })),
);

/** Secrets of the reusable workflow, by what a job needs them for. */
const FOR_MANIFESTS = ['PULL_TOKEN', 'SECRETS'];
const FOR_CLUSTER = ['KUBE_CONFIG'];
const FOR_TERRAFORM = ['LINODE_TOKEN', 'STATE_ACCESS_KEY', 'STATE_SECRET_KEY'];
/** SECRETS_TOKEN keeps a copy of the kubeconfig; the others are for builds and registries that no example has. */
const NOT_NEEDED = ['SECRETS_TOKEN', 'BUILD_SECRETS', 'BUILD_SSH', 'REGISTRY_PASSWORD'];

function neededBy(job: unknown): readonly string[] {
  const given = (name: string): string => textAt(job, 'with', name);
  const deploys = given('manifests') !== 'never';
  const applies = given('infra') !== 'never';
  // What looks for drift beside any deploy workflow may have its cluster from either.
  const reaches = deploys && (!applies || given('command') === 'drift');
  return [
    ...(deploys ? FOR_MANIFESTS : []),
    ...(applies ? FOR_TERRAFORM : []),
    ...(reaches ? FOR_CLUSTER : []),
  ];
}

test('of every secret it is known who needs it', () => {
  const known = [...FOR_MANIFESTS, ...FOR_TERRAFORM, ...FOR_CLUSTER, ...NOT_NEEDED];
  expect(known.sort()).toEqual([...namesAt(reusable, 'on', 'workflow_call', 'secrets')].sort());
});

test('the examples are those that the documents name', () => {
  const guide = readFileSync('docs/workflow.md', 'utf8');
  expect(jobs.length).toBeGreaterThan(5);
  for (const file of globSync('examples/*.yml')) expect(guide).toContain(`(../${file})`);
});

test.each(jobs)('the job $name of $file passes every secret that it needs', ({ job }) =>
  expect(namesAt(job, 'secrets')).toEqual(expect.arrayContaining([...neededBy(job)])),
);

describe.each(jobs)('the job $name of $file', ({ job }) => {
  test('calls the reusable workflow with what that has', () => {
    expect(textAt(job, 'uses')).toBe('org/wpp-deploy-action/.github/workflows/deploy.yml@v1');
    const called = ['on', 'workflow_call'];
    expect(namesAt(reusable, ...called, 'inputs')).toEqual(expect.arrayContaining([...namesAt(job, 'with')]));
    expect(namesAt(reusable, ...called, 'secrets')).toEqual(
      expect.arrayContaining([...namesAt(job, 'secrets')]),
    );
  });

  test('passes each secret under its own name', () => {
    for (const [name, value] of Object.entries((at(job, 'secrets') ?? {}) as JsonObject))
      expect(value).toBe(`\${{ secrets.${name} }}`);
  });

  // GitHub does not start a run whose caller gives less than the called workflow declares.
  test('gives the permissions that the reusable workflow declares', () => {
    expect(at(job, 'permissions')).toEqual(at(reusable, 'jobs', 'deploy', 'permissions'));
  });
});
