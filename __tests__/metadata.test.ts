import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { publish } from '../src/adapters/actions';
import { at, textAt, type JsonObject } from '../src/json';
import { makeReport } from '../src/report/report';
import { readSettings, SECRET_INPUTS } from '../src/settings/settings';
import { ManualClock } from './support/clock';
import { fakeFiles } from './support/files';
import { aResult } from './support/results';
import { aContext, aSettings, someInputs } from './support/settings';

const root = join(import.meta.dirname, '..');
const yamlOf = (path: string): unknown => load(readFileSync(join(root, path), 'utf8'));
const mapAt = (value: unknown, ...path: readonly string[]): JsonObject => at(value, ...path) as JsonObject;

const action = yamlOf('action.yml');
const workflow = yamlOf('.github/workflows/deploy.yml');
const inputs = mapAt(action, 'inputs');
const outputs = mapAt(action, 'outputs');
const called = mapAt(workflow, 'on', 'workflow_call');
const step = at(workflow, 'jobs', 'deploy', 'steps') as readonly unknown[];
const passed = mapAt(
  step.find((each) => textAt(each, 'uses').includes('wpp-deploy-action')),
  'with',
);

/** A boolean of a workflow is a text for the action. */
function defaultOf(input: unknown): string {
  const value = at(input, 'default');
  return typeof value === 'boolean' ? String(value) : textAt(input, 'default');
}

/** Gives the inputs that the settings really ask for, by running them. */
function inputsRead(): readonly string[] {
  const read = new Set<string>();
  const raw = new Proxy(someInputs(), {
    get: (target, name) => {
      read.add(String(name));
      return target[String(name)];
    },
  });
  const files = fakeFiles({ Dockerfile: '', 'terraform/main.tf': '', 'manifests/a.yaml': '' });
  const result = readSettings(raw, aContext(), { files, clock: new ManualClock(), actionFolder: 'action' });
  expect(result.ok).toBe(true);
  return [...read].sort();
}

/** Gives the outputs that a run really sets, from the file that the runner reads. */
async function outputsSet(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wpp-outputs-'));
  const file = join(folder, 'output');
  writeFileSync(file, '');
  const before = { ...process.env };
  Object.assign(process.env, { GITHUB_OUTPUT: file, RUNNER_TEMP: folder });
  delete process.env['GITHUB_STEP_SUMMARY'];
  try {
    await publish(makeReport(aSettings(), aResult()), '');
    return [...readFileSync(file, 'utf8').matchAll(/^([\w-]+)<</gm)].map(([, name = '']) => name).sort();
  } finally {
    process.env = before;
    rmSync(folder, { recursive: true });
  }
}

describe('action.yml', () => {
  test('every input is read, and none is read that it lacks', () => {
    expect(inputsRead()).toEqual(Object.keys(inputs).sort());
  });

  test('every output is set, and none is set that it lacks', async () => {
    expect(await outputsSet()).toEqual(Object.keys(outputs).sort());
  });

  test('every secret is an input', () => {
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining([...SECRET_INPUTS]));
  });

  test('every default is what the settings take where the input is not given', () => {
    const files = fakeFiles({ Dockerfile: '', 'terraform/main.tf': '', 'manifests/a.yaml': '' });
    const read = (raw: Record<string, string>): unknown =>
      readSettings(someInputs(raw), aContext(), { files, clock: new ManualClock(), actionFolder: 'action' });
    const defaults = Object.entries(inputs).flatMap(([name, input]): [string, string][] =>
      name === 'github-token' || at(input, 'default') === undefined ? [] : [[name, textAt(input, 'default')]],
    );
    expect(defaults.length).toBeGreaterThan(5);
    expect(read(Object.fromEntries(defaults))).toEqual(read({}));
  });

  test('each input and output is described', () => {
    for (const entry of [...Object.values(inputs), ...Object.values(outputs)]) {
      expect(textAt(entry, 'description')).toMatch(/^[`A-Z].*\.$/);
    }
  });

  // docs.github.com, "Metadata syntax" and "Publishing actions in GitHub Marketplace": the description is cut after 125 characters.
  test('it can stand in the Marketplace', () => {
    const colors = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];
    for (const key of ['name', 'author', 'description']) expect(textAt(action, key)).toMatch(/^\S.*\S$/);
    expect(textAt(action, 'description').length).toBeLessThanOrEqual(125);
    expect(colors).toContain(textAt(action, 'branding', 'color'));
    expect(textAt(action, 'branding', 'icon')).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('it runs on Node 24, from files that the build makes', () => {
    const build = textAt(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'scripts', 'build');
    expect(at(action, 'runs', 'using')).toBe('node24');
    for (const entry of ['main', 'post']) {
      const [folder, file] = textAt(action, 'runs', entry).split(/\/(?=[^/]*$)/);
      expect(build).toContain(`-o ${folder} `);
      expect(file).toBe('index.js');
    }
  });
});

describe.each(globSync('.github/workflows/*.yml', { cwd: root }))('%s', (path) => {
  const jobs = Object.values(mapAt(yamlOf(path), 'jobs'));
  const steps = jobs.flatMap((job) => at(job, 'steps') as readonly unknown[]);

  test('gives no permission but to a job', () => {
    expect(at(yamlOf(path), 'permissions')).toEqual({});
    for (const job of jobs) expect(Object.keys(mapAt(job, 'permissions'))).not.toEqual([]);
  });

  test('takes every action by its commit, but the one that is released with it', () => {
    const uses = steps.map((step) => textAt(step, 'uses')).filter((text) => text !== '');
    expect(uses).not.toEqual([]);
    for (const each of uses) expect(each).toMatch(/@[0-9a-f]{40}$|^org\/wpp-deploy-action@v1$/);
  });

  test('keeps no token in the checkout', () => {
    const checkouts = steps.filter((step) => textAt(step, 'uses').startsWith('actions/checkout@'));
    expect(checkouts).not.toEqual([]);
    for (const each of checkouts) expect(at(each, 'with', 'persist-credentials')).toBe(false);
  });
});

describe('the workflow of a release', () => {
  const { verify, publish } = mapAt(yamlOf('.github/workflows/release.yml'), 'jobs');
  const commands = (job: unknown): string =>
    (at(job, 'steps') as readonly unknown[]).map((each) => textAt(each, 'run')).join('\n');

  test('publishes only what is verified', () => {
    expect(at(publish, 'needs')).toBe('verify');
    expect(commands(verify)).toContain('script/release verify "$GITHUB_REF_NAME"');
    expect(commands(publish)).toContain('script/release publish "$GITHUB_REF_NAME"');
  });

  // Packages run code of others while they are installed and while they build.
  test('writes in no job that installs packages', () => {
    expect(at(verify, 'permissions')).toEqual({ contents: 'read' });
    expect(commands(publish)).not.toMatch(/npm|bootstrap|verify/);
  });
});

describe('the reusable workflow', () => {
  const given = mapAt(called, 'inputs');
  const secrets = Object.keys(mapAt(called, 'secrets')).map((name) =>
    name.toLowerCase().replaceAll('_', '-'),
  );

  test('passes every input of the action but the token of the job', () => {
    expect(Object.keys(passed).sort()).toEqual(
      Object.keys(inputs)
        .filter((name) => name !== 'github-token')
        .sort(),
    );
  });

  test('passes each from the input or secret of that name', () => {
    for (const [name, value] of Object.entries(passed)) {
      const secret = name.toUpperCase().replaceAll('-', '_');
      const source = secrets.includes(name) ? `secrets.${secret}` : `inputs.${name}`;
      expect(value).toBe(`\${{ ${source} }}`);
    }
  });

  test('takes what is secret as a secret, those of the cluster and of the build too', () => {
    const ofAction = SECRET_INPUTS.filter((name) => name !== 'github-token');
    expect([...secrets].sort()).toEqual([...ofAction, 'secrets', 'build-secrets', 'build-ssh'].sort());
    expect(Object.keys(given).filter((name) => secrets.includes(name))).toEqual([]);
  });

  test('declares what it passes, and passes what it declares', () => {
    expect([...Object.keys(given), ...secrets].sort()).toEqual(Object.keys(passed).sort());
  });

  test('has the defaults of the action', () => {
    const defaultsOf = (map: JsonObject): Record<string, string> =>
      Object.fromEntries(Object.keys(given).map((name) => [name, defaultOf(map[name])]));
    expect(defaultsOf(given)).toEqual(defaultsOf(inputs));
  });

  test('hands on outputs that the action has, through the job', () => {
    const ofJob = mapAt(workflow, 'jobs', 'deploy', 'outputs');
    for (const [name, output] of Object.entries(mapAt(called, 'outputs'))) {
      expect(textAt(output, 'value')).toBe(`\${{ jobs.deploy.outputs.${name} }}`);
      expect(ofJob[name]).toBe(`\${{ steps.deploy.outputs.${name} }}`);
      expect(outputs).toHaveProperty([name]);
    }
    expect(Object.keys(ofJob).sort()).toEqual(Object.keys(mapAt(called, 'outputs')).sort());
  });
});
