import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Scratch } from '../../src/adapters/scratch';
import { TerraformCli } from '../../src/adapters/terraform';
import type { InfraSettings } from '../../src/settings/settings';
import { TIME_LIMITS } from '../../src/infra/time-limits';
import { failureOf } from '../support/failure';
import { FakeLog } from '../support/log';
import { FakeProgram } from '../support/program';
import { anInfra } from '../support/settings';

/** Does what terraform does in the shortest way; FAIL names the command that fails, CODE its exit code. */
const SCRIPT = `
  const command = args.find((arg) => !arg.startsWith('-'));
  const fs = require('fs');
  if (command === 'version') console.log('{"terraform_version": "1.12.0"}');
  if (command === process.env.FAIL) { console.error('Error: it broke'); process.exit(Number(process.env.CODE ?? 1)); }
  if (command === process.env.NOISE) { console.log('{"password": "hunter2"'); process.exit(0); }
  if (command === 'init') fs.writeFileSync(process.env.TF_DATA_DIR + '/terraform.tfstate', '{"backend": {"type": "s3"}}');
  if (command === 'plan') { console.log('linode_volume.a: Refreshing state... [id=1]'); console.log('linode_volume.a: Still reading... [00m10s elapsed]');
    console.log('  + password = "hunter2"\\nPlan: 1 to add'); process.exit(2); }
  if (command === 'show') console.log('{"resource_changes": []}');
  if (command === 'apply') console.log('linode_volume.a: Creating...\\nlinode_volume.a: Creation complete after 1s [id=1]');
  if (command === 'output') console.log(process.env.OUTPUTS ?? '{}');`;

let program: FakeProgram;
let scratch: Scratch;
let log: FakeLog;
let done: string[];

beforeEach(() => {
  program = new FakeProgram('terraform', SCRIPT);
  scratch = new Scratch();
  log = new FakeLog();
  done = [];
  mkdirSync(join(program.folder, 'tf'));
});

afterEach(() => {
  scratch.remove();
  program.remove();
});

function terraform(given: Partial<InfraSettings> = {}, actionFolder = '/nowhere'): TerraformCli {
  return new TerraformCli({
    settings: anInfra({ directory: join(program.folder, 'tf'), ...given }),
    actionFolder,
    scratch,
    log,
    signal: new AbortController().signal,
    limits: TIME_LIMITS,
    readLock: () => Promise.resolve(undefined),
    onDone: (line) => done.push(line),
  });
}

const called = (): readonly string[] =>
  program.calls.map(({ args }) => args.filter((arg) => !arg.startsWith('-chdir')).join(' '));

describe('init', () => {
  test('gives the backend, and is told its settings', async () => {
    expect(await terraform({ backend: { bucket: 'b', key: 'k' } }).init()).toBe('s3');
    expect(called()).toEqual([
      'version -json',
      'init -no-color -backend-config=bucket=b -backend-config=key=k -input=false',
    ]);
  });

  test('holds to a lock file that is there', async () => {
    writeFileSync(join(program.folder, 'tf', '.terraform.lock.hcl'), '');
    await terraform().init();
    expect(called()[1]).toContain('-lockfile=readonly');
  });

  test('a failure is explained', async () => {
    process.env['FAIL'] = 'init';
    expect(await failureOf(terraform().init())).toMatchObject({
      code: 'infra-init-failed',
      cause: 'terraform init failed: it broke',
    });
  });
});

describe('plan', () => {
  test.each([
    [true, '-lock-timeout=300s'],
    [false, '-lock=false'],
  ])('with lock %j', async (lock, expected) => {
    expect(await terraform().plan({ lock })).toEqual({ resource_changes: [] });
    const file = join(scratch.folder, 'plan.tfplan');
    const variables = join(scratch.folder, 'variables.tfvars.json');
    expect(called().slice(1)).toEqual([
      `plan -no-color -input=false -detailed-exitcode ${expected} -var-file=${variables} -out=${file}`,
      `show -json ${file}`,
    ]);
  });

  test('takes files with variables in their order, and the variables that were given last', async () => {
    await terraform({ variableFiles: ['a.tfvars', '/b.tfvars'], variables: { size: 20, none: null } }).plan({
      lock: true,
    });
    const own = join(scratch.folder, 'variables.tfvars.json');
    expect(program.calls[1]?.args.filter((arg) => arg.startsWith('-var-file='))).toEqual([
      `-var-file=${join(process.cwd(), 'a.tfvars')}`,
      '-var-file=/b.tfvars',
      `-var-file=${own}`,
    ]);
    expect(JSON.parse(readFileSync(own, 'utf8'))).toEqual({ size: 20, none: null });
    expect(statSync(own).mode & 0o077).toBe(0);
  });

  test('its progress is logged; its text and its JSON, which have secrets, are not', async () => {
    await terraform().plan({ lock: true });
    expect(log.lines).toEqual(['Terraform 1.12.0 from PATH.', 'linode_volume.a: Refreshing state... [id=1]']);
  });

  test.each(['plan', 'show'])('a failed %s is a failed plan', async (command) => {
    process.env['FAIL'] = command;
    expect((await failureOf(terraform().plan({ lock: true }))).code).toBe('infra-plan-failed');
  });
});

describe('apply', () => {
  test('applies the plan that was made, and tells what is done', async () => {
    await terraform().apply();
    expect(called()[1]).toBe(
      `apply -no-color -input=false -lock-timeout=300s ${join(scratch.folder, 'plan.tfplan')}`,
    );
    expect(done).toEqual(['linode_volume.a: Creation complete after 1s [id=1]']);
  });

  test('an exit code of 2 is a failure here', async () => {
    Object.assign(process.env, { FAIL: 'apply', CODE: '2' });
    expect((await failureOf(terraform().apply())).code).toBe('infra-apply-failed');
  });
});

describe('outputs', () => {
  test.each([
    ['{"kubeconfig": {"value": "abc"}, "cluster_id": {"value": 7}}', { kubeconfig: 'abc', clusterId: 7 }],
    ['{"kubeconfig": {"value": ""}, "cluster_id": {"value": "7"}}', { kubeconfig: undefined, clusterId: 7 }],
    ['{"cluster_id": {"value": "x"}}', { kubeconfig: undefined, clusterId: undefined }],
    ['{}', { kubeconfig: undefined, clusterId: undefined }],
  ])('%s', async (given, expected) => {
    process.env['OUTPUTS'] = given;
    expect(await terraform().outputs()).toEqual(expected);
    expect(log.lines).toEqual(['Terraform 1.12.0 from PATH.']);
  });
});

test('untaint names the address', async () => {
  await terraform().untaint('linode_lke_cluster.a');
  expect(called()[1]).toBe('untaint -no-color -lock-timeout=300s linode_lke_cluster.a');
});

describe('its environment', () => {
  const environment = async (
    given: Partial<InfraSettings> = {},
  ): Promise<Readonly<Record<string, string>>> => {
    await terraform(given).apply();
    return program.calls.at(-1)?.env ?? {};
  };

  test('has the credentials and variables, which are no arguments', async () => {
    const variables = { region: 'us-east', count: 2, tags: ['a'], secret: 'hunter2' };
    expect(await environment({ variables })).toMatchObject({
      LINODE_TOKEN: 'linode-0123456789abcdef',
      AWS_ACCESS_KEY_ID: 'ACCESS0123456789',
      AWS_SECRET_ACCESS_KEY: 'state-secret-0123456789',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
      AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
      TF_VAR_region: 'us-east',
      TF_VAR_count: '2',
      TF_VAR_tags: '["a"]',
      TF_INPUT: '0',
    });
    expect(JSON.stringify(program.calls.map(({ args }) => args))).not.toMatch(
      /hunter2|linode-0|state-secret/,
    );
  });

  test.each([
    'TF_CLI_ARGS',
    'TF_CLI_ARGS_plan',
    'TF_LOG',
    'TF_LOG_PROVIDER',
    'TF_WORKSPACE',
    'TF_VAR_other',
    'TF_REATTACH_PROVIDERS',
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_ROLE_ARN',
    'LINODE_DEBUG',
  ])('has no %s of the workflow', async (name) => {
    process.env[name] = 'trace';
    expect(await environment()).not.toHaveProperty(name);
  });

  test.each(['TF_TOKEN_registry_example_com', 'TF_CLI_CONFIG_FILE', 'TF_ENCRYPTION', 'AWS_CA_BUNDLE'])(
    'has the %s of the workflow',
    async (name) => {
      process.env[name] = '/x';
      expect(await environment()).toHaveProperty(name, '/x');
    },
  );

  test('has the variables of the inputs in place of the workflow’s', async () => {
    Object.assign(process.env, { TF_VAR_region: 'theirs', TF_DATA_DIR: '/theirs', TF_INPUT: '1' });
    expect(await environment({ variables: { region: 'ours', none: null } })).toMatchObject({
      TF_VAR_region: 'ours',
      TF_DATA_DIR: join(scratch.folder, 'terraform-data'),
      TF_INPUT: '0',
    });
  });

  describe('keeps providers in the tool cache', () => {
    const CACHE = 'wpp-deploy-action/terraform-plugins';
    beforeEach(() => {
      process.env['RUNNER_TOOL_CACHE'] = join(program.folder, 'tools');
      delete process.env['TF_PLUGIN_CACHE_DIR'];
    });

    test('of the runner', async () => {
      const given = await environment();
      expect(given['TF_PLUGIN_CACHE_DIR']).toBe(join(program.folder, 'tools', CACHE));
      expect(existsSync(given['TF_PLUGIN_CACHE_DIR'] ?? '')).toBe(true);
      expect(given).toHaveProperty('TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE', '1');
    });

    test('but never spoils a lock file', async () => {
      writeFileSync(join(program.folder, 'tf', '.terraform.lock.hcl'), '');
      expect(await environment()).not.toHaveProperty('TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE');
    });

    test('unless the workflow has its own', async () => {
      process.env['TF_PLUGIN_CACHE_DIR'] = '/theirs';
      expect(await environment()).toHaveProperty('TF_PLUGIN_CACHE_DIR', '/theirs');
    });

    test('unless it cannot be written to', async () => {
      writeFileSync(join(program.folder, 'tools'), 'no folder');
      expect(await environment()).not.toHaveProperty('TF_PLUGIN_CACHE_DIR');
    });
  });
});

describe('JSON that is none', () => {
  test.each(['show', 'output'])('of %s is told without it', async (command) => {
    process.env['NOISE'] = command;
    const work = command === 'show' ? terraform().plan({ lock: true }) : terraform().outputs();
    const failure = await failureOf(work);
    expect(failure.cause).toMatch(
      new RegExp(`^terraform ${command} failed: it printed \\d+ characters that are no JSON`),
    );
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('lines of a wrapper before it are passed over', async () => {
    process.env['OUTPUTS'] = '[command]/x/terraform-bin output -json\n{"cluster_id": {"value": 7}}';
    expect(await terraform().outputs()).toMatchObject({ clusterId: 7 });
  });
});

test('the shipped set is copied before Terraform writes into it', async () => {
  const shipped = join(program.folder, 'terraform-action', 'terraform');
  mkdirSync(shipped, { recursive: true });
  writeFileSync(join(shipped, 'main.tf'), '#');
  await terraform({ directory: shipped }, join(program.folder, 'terraform-action')).init();
  const [folder = ''] = program.calls[1]?.args ?? [];
  expect(folder.startsWith(`-chdir=${scratch.folder}`)).toBe(true);
  expect(existsSync(join(folder.slice('-chdir='.length), 'main.tf'))).toBe(true);
});
