import { describe, expect, test } from '@jest/globals';
import type { RunContext } from '../../src/settings/event';
import type { RawInputs } from '../../src/settings/inputs';
import { readSettings, type Settings } from '../../src/settings/settings';
import { ManualClock } from '../support/clock';
import { fakeFiles } from '../support/files';
import { aKubeconfig, kubeconfigText } from '../support/kubeconfig';
import { aContext, aPullContext, LINODE_BACKEND, someInputs } from '../support/settings';

const PLAIN = { Dockerfile: '', 'action/terraform/main.tf': '', 'action/manifests/namespace.yaml': '' };

function read(
  inputs: RawInputs,
  context: RunContext = aContext(),
  contents: Readonly<Record<string, string>> = PLAIN,
): ReturnType<typeof readSettings> {
  return readSettings(inputs, context, {
    files: fakeFiles(contents),
    clock: new ManualClock(),
    actionFolder: 'action',
  });
}

function settingsOf(...given: Parameters<typeof read>): Settings {
  const result = read(...given);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.settings;
}

function problemsOf(...given: Parameters<typeof read>): readonly string[] {
  const result = read(...given);
  return result.ok ? [] : result.problems;
}

test('defaults of a push to the default branch', () => {
  expect(settingsOf(someInputs())).toEqual({
    command: 'deploy',
    event: expect.objectContaining({ owner: 'Acme', repository: 'Wpp-Bot' }) as unknown,
    environment: 'production',
    comment: true,
    secretsToken: undefined,
    bootstrap: undefined,
    githubToken: 'ghs_0123456789abcdef',
    imageName: { registry: 'ghcr.io', repository: 'acme/wpp-bot' },
    image: {
      run: true,
      name: { registry: 'ghcr.io', repository: 'acme/wpp-bot' },
      build: 'auto',
      context: '.',
      file: './Dockerfile',
      target: undefined,
      platforms: [],
      args: {},
      provenance: false,
      sbom: false,
      secrets: {},
      ssh: { forwards: [], key: undefined },
      cache: 'auto',
      tags: [],
      username: 'Acme',
      password: 'ghs_0123456789abcdef',
    },
    infra: {
      run: true,
      mode: 'auto',
      directory: 'action/terraform',
      shipped: true,
      localState: false,
      terraform: { product: 'terraform', version: undefined, constraints: [] },
      variables: { label: 'wpp-bot' },
      variableFiles: [],
      backend: {
        bucket: 'wpp-bot-terraform-state',
        key: 'production/terraform.tfstate',
        region: 'us-east-1',
        use_lockfile: 'true',
        ...LINODE_BACKEND,
      },
      allowDestroy: [],
      review: { demand: 'shown', environment: 'production', branch: 'main', pullRequest: undefined },
      linodeToken: 'linode-0123456789abcdef',
      stateAccessKey: 'ACCESS0123456789',
      stateSecretKey: 'state-secret-0123456789',
    },
    manifests: {
      run: true,
      paths: ['action/manifests/namespace.yaml'],
      namespace: 'wpp-bot',
      variables: {},
      secrets: {},
      inventory: 'wpp-bot-production-inventory',
      prune: 'safe',
      forceConflicts: false,
      timeoutSeconds: 300,
      kubeconfig: undefined,
      pullToken: undefined,
      pullUsername: 'Acme',
    },
    rollout: { mode: 'auto', timeoutSeconds: 600, rollbackOnFailure: false, workloads: [] },
  });
});

describe('auto chooses the command by the event', () => {
  test.each<[string, RunContext, string]>([
    ['a push to the default branch', aContext(), 'deploy'],
    ['a push to another branch', aContext({ ref: 'refs/heads/x' }), 'preview'],
    ['a push of a tag', aContext({ ref: 'refs/tags/v1' }), 'preview'],
    ['a pull request', aPullContext(), 'preview'],
    ['a merge group', aContext({ eventName: 'merge_group' }), 'preview'],
    ['a run by hand', aContext({ eventName: 'workflow_dispatch', ref: 'refs/heads/x' }), 'deploy'],
    ['a release', aContext({ eventName: 'release', ref: 'refs/tags/v1' }), 'deploy'],
    ['a repository_dispatch', aContext({ eventName: 'repository_dispatch' }), 'deploy'],
  ])('%s', (_, context, command) => expect(settingsOf(someInputs(), context).command).toBe(command));

  test('a command that is given is obeyed', () => {
    expect(settingsOf(someInputs({ command: 'preview' })).command).toBe('preview');
    expect(settingsOf(someInputs({ command: 'deploy' }), aPullContext()).command).toBe('deploy');
  });
});

describe('the repository’s own folders come before the shipped ones', () => {
  test.each([
    [{ 'manifests/a.yaml': '', 'k8s/b.yaml': '' }, 'manifests'],
    [{ 'k8s/b.yaml': '' }, 'k8s'],
  ])('%j', (own, path) => {
    expect(settingsOf(someInputs(), aContext(), { ...PLAIN, ...own }).manifests).toMatchObject({
      paths: [path],
    });
  });

  test('terraform', () => {
    const { infra } = settingsOf(someInputs(), aContext(), { ...PLAIN, 'terraform/main.tf': '' });
    expect(infra).toMatchObject({ directory: 'terraform' });
  });
});

test('an SSH key is taken whole, whatever ends its lines', () => {
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3Blbn=\r\n-----END OPENSSH PRIVATE KEY-----';
  const { image } = settingsOf(someInputs({ 'build-ssh': key }));
  expect(image).toMatchObject({ ssh: { forwards: [], key: `${key.replaceAll('\r', '')}\n` } });
});

test('what is given takes the place of each default', () => {
  const contents = { ...PLAIN, 'app/Containerfile': '', 'tf/main.tf': '', 'a.yaml': '', 'b/c.yaml': '' };
  const given = {
    environment: 'staging',
    comment: 'false',
    image: 'Registry.Example.com:5000/Team/App',
    context: 'app',
    file: 'app/Containerfile',
    target: 'web',
    platforms: 'linux/amd64, linux/arm64\nlinux/amd64',
    'build-args': 'VERSION=1.2=3\nEMPTY=',
    'build-secrets': 'npm.token=hunter2-npm=',
    'build-ssh': 'default\ngit=keys/one,keys/two',
    tags: 'latest\nstable',
    cache: 'registry',
    provenance: 'true',
    sbom: 'true',
    build: 'always',
    'registry-username': 'robot',
    'registry-password': 'robot-password',
    'pull-token': 'pull-token-1',
    infra: 'always',
    'terraform-directory': 'tf',
    'terraform-version': '1.12.0',
    'terraform-variables': 'region: eu-west\ncount: 2\nfull: yes',
    'terraform-var-files': 'a.yaml\ntf/main.tf',
    'backend-config': 'bucket=mine\nprofile=x',
    'allow-destroy': 'linode_volume.a\n\nlinode_volume.b',
    'kube-config': Buffer.from(kubeconfigText()).toString('base64'),
    manifests: 'a.yaml\nb',
    namespace: 'other',
    variables: 'host: example.com',
    secrets: 'env:\n  API_KEY: hunter2\n  PORT: "8080"\ntls: {tls.key: k}',
    prune: 'all',
    rollout: 'always',
    'rollout-timeout': '90s',
  };
  expect(settingsOf(someInputs(given), aContext(), contents)).toMatchObject({
    environment: 'staging',
    comment: false,
    imageName: { registry: 'registry.example.com:5000', repository: 'team/app' },
    image: {
      context: 'app',
      file: 'app/Containerfile',
      target: 'web',
      platforms: ['linux/amd64', 'linux/arm64'],
      args: { VERSION: '1.2=3', EMPTY: '' },
      secrets: { 'npm.token': 'hunter2-npm=' },
      ssh: { forwards: ['default', 'git=keys/one,keys/two'], key: undefined },
      tags: ['latest', 'stable'],
      cache: 'registry',
      provenance: true,
      sbom: true,
      build: 'always',
      username: 'robot',
      password: 'robot-password',
    },
    infra: {
      mode: 'always',
      directory: 'tf',
      terraform: { product: 'terraform', version: '1.12.0', constraints: [] },
      variables: { region: 'eu-west', count: 2, full: true },
      variableFiles: ['a.yaml', 'tf/main.tf'],
      backend: {
        bucket: 'mine',
        key: 'staging/terraform.tfstate',
        region: 'us-east-1',
        use_lockfile: 'true',
        ...LINODE_BACKEND,
        profile: 'x',
      },
      allowDestroy: ['linode_volume.a', 'linode_volume.b'],
    },
    manifests: {
      paths: ['a.yaml', 'b'],
      namespace: 'other',
      variables: { host: 'example.com' },
      secrets: { env: { API_KEY: 'hunter2', PORT: '8080' }, tls: { 'tls.key': 'k' } },
      inventory: 'wpp-bot-staging-inventory',
      prune: 'all',
      kubeconfig: aKubeconfig(),
      pullToken: 'pull-token-1',
    },
    rollout: { mode: 'always', timeoutSeconds: 90, rollbackOnFailure: false, workloads: [] },
  });
});

describe('steps that do not run, with the reason', () => {
  test('a fork has no secrets: it still builds', () => {
    const settings = settingsOf({}, aPullContext('mallory/wpp-bot'));
    const reason = 'the pull request comes from a fork, which has no secrets';
    expect(settings.infra).toEqual({ run: false, reason });
    expect(settings.manifests).toEqual({ run: false, reason });
    expect(settings.image).toMatchObject({ run: true, password: '' });
  });

  test('Dependabot has none of the repository’s either, but what it was given of its own it has', () => {
    const context = { ...aPullContext(), actor: 'dependabot[bot]' };
    const settings = settingsOf({}, context);
    const reason = 'the pull request comes from Dependabot, which does not get the secrets of the repository';
    expect(settings.infra).toEqual({ run: false, reason });
    expect(settings.manifests).toEqual({ run: false, reason });
    expect(settings.image).toMatchObject({ run: true });
    expect(settingsOf(someInputs(), context).infra).toMatchObject({ run: true });
  });

  test('drift builds nothing, and looks at all the rest', () => {
    const settings = settingsOf(someInputs(), aContext({ eventName: 'schedule' }));
    expect(settings).toMatchObject({ command: 'drift', infra: { run: true }, manifests: { run: true } });
    expect(settings.image).toEqual({ run: false, reason: 'drift builds nothing' });
  });

  test('infra: never', () => {
    const given = { infra: 'never', 'kube-config': kubeconfigText() };
    expect(settingsOf({ 'github-token': 'x'.repeat(20), ...given }).infra).toEqual({
      run: false,
      reason: 'infra is never',
    });
  });

  test('restart builds nothing, and with a kubeconfig changes no infrastructure', () => {
    const settings = settingsOf({ command: 'restart', 'kube-config': kubeconfigText() });
    expect(settings.image).toEqual({ run: false, reason: 'restart builds nothing' });
    expect(settings.infra).toEqual({ run: false, reason: 'restart changes no infrastructure' });
  });

  test('rollback needs neither manifests nor a Dockerfile nor a Terraform folder', () => {
    const nowhere = { manifests: 'nowhere', context: 'nowhere', 'terraform-directory': 'nowhere' };
    const settings = settingsOf(someInputs({ command: 'rollback', ...nowhere }));
    expect(settings.image).toEqual({ run: false, reason: 'rollback builds nothing' });
    expect(settings.infra).toMatchObject({ run: true });
    expect(settings.manifests).toMatchObject({ run: true, inventory: 'wpp-bot-production-inventory' });
    const given = settingsOf({ command: 'rollback', 'kube-config': kubeconfigText(), ...nowhere });
    expect(given.infra).toEqual({ run: false, reason: 'rollback changes no infrastructure' });
  });

  test('restart without a kubeconfig looks the cluster up by the infra secrets', () => {
    expect(settingsOf(someInputs({ command: 'restart' })).infra).toMatchObject({ run: true });
  });

  test('a preview with build: never', () => {
    expect(settingsOf(someInputs({ build: 'never' }), aPullContext()).image).toEqual({
      run: false,
      reason: 'build is never',
    });
  });

  describe('manifests: never', () => {
    const none = { manifests: { run: false, reason: 'manifests is never' } };

    test('the image alone needs no cluster', () => {
      const settings = settingsOf({ 'github-token': 'x'.repeat(20), infra: 'never', manifests: 'never' });
      expect(settings).toMatchObject({ image: { run: true }, infra: { run: false }, ...none });
    });

    test('the infrastructure alone looks up no image', () => {
      const settings = settingsOf(someInputs({ 'github-token': '', build: 'never', manifests: 'never' }));
      const image = { run: false, reason: 'build is never' };
      expect(settings).toMatchObject({ image, infra: { run: true }, ...none });
    });

    test.each(['deploy', 'preview', 'drift'])('%s goes without them', (command) => {
      expect(settingsOf(someInputs({ command, manifests: 'never' }))).toMatchObject(none);
    });

    test.each(['restart', 'rollback', 'destroy'])('%s does not', (command) => {
      const inputs = someInputs({ command, manifests: 'never', 'confirm-destroy': 'production' });
      expect(problemsOf(inputs, aContext({ eventName: 'workflow_dispatch' }))).toEqual([
        `manifests is never, but ${command} is about what was deployed by manifests`,
      ]);
    });

    test('a folder of that name is given as ./never', () => {
      const files = { ...PLAIN, './never/a.yaml': '' };
      expect(settingsOf(someInputs({ manifests: './never' }), aContext(), files).manifests).toMatchObject({
        run: true,
        paths: ['./never'],
      });
    });
  });

  test('build: never needs no Dockerfile', () => {
    const { Dockerfile, ...others } = PLAIN;
    expect(problemsOf(someInputs({ build: 'never' }), aContext(), others)).toEqual([]);
  });
});

describe('the job’s own token is a password for GitHub’s registry alone', () => {
  const passwordFor = (inputs: RawInputs, context = aContext()): string => {
    const { image } = settingsOf(someInputs(inputs), context);
    return image.run ? image.password : 'no image';
  };
  const own = 'ghs_0123456789abcdef';
  const enterprise = aContext({ serverUrl: 'https://git.acme.example' });

  test.each<[string, RawInputs, RunContext | undefined, string]>([
    ['ghcr.io, by default', {}, undefined, own],
    ['ghcr.io, another owner', { image: 'ghcr.io/others/app' }, undefined, own],
    ['an Enterprise Server’s', { image: 'containers.git.acme.example/acme/app' }, enterprise, own],
    [
      'a registry of others, that is only read',
      { image: 'docker.io/acme/app', build: 'never' },
      undefined,
      '',
    ],
    ['one whose name begins so', { image: 'ghcr.io.evil.example/a/b', command: 'preview' }, undefined, ''],
    [
      'one that another server would have',
      { image: 'containers.evil.example/a/b', command: 'preview' },
      enterprise,
      '',
    ],
    [
      'a password that is given',
      { image: 'docker.io/acme/app', 'registry-password': 'robot' },
      undefined,
      'robot',
    ],
  ])('%s', (_, inputs, context, password) => {
    expect(passwordFor(inputs, context)).toBe(password);
  });

  test('pushing to a registry of others needs a password of its own', () => {
    expect(problemsOf(someInputs({ image: 'docker.io/acme/app' }))).toEqual([
      'registry-password is missing: pushing docker.io/acme/app needs it; the job’s own token is for GitHub’s registry alone',
    ]);
  });
});

test.each(['acme/.github', 'acme/app-', 'acme/_x'])('an image has no name of its own in %s', (repository) => {
  const [problem] = problemsOf(someInputs(), aContext({ repository }));
  expect(problem).toBe(
    `image is missing: ghcr.io/${repository}, after the repository, is no name that an image can have`,
  );
});

test('the namespace is made of the repository’s name', () => {
  const namespaceOf = (repository: string): unknown =>
    settingsOf(someInputs(), aContext({ repository })).manifests;
  expect(namespaceOf('acme/My.Bot_2')).toMatchObject({ namespace: 'my-bot-2' });
  expect(namespaceOf(`acme/${'a'.repeat(62)}.b`)).toMatchObject({ namespace: 'a'.repeat(62) });
});

describe('with secrets-token', () => {
  const token = { 'secrets-token': 'github_pat_0123456789' };
  const kubeconfig = (given: RawInputs): unknown => {
    const { manifests } = settingsOf(someInputs({ ...token, ...given }));
    return manifests.run ? manifests.kubeconfig : undefined;
  };

  test.each([kubeconfigText(), 'an old one that is broken'])(
    'what the infra step hands on goes before the secret, which is a copy of it',
    (text) => expect(kubeconfig({ 'kube-config': text })).toBeUndefined(),
  );

  test('the secret counts where the infra step does not run', () => {
    expect(kubeconfig({ 'kube-config': kubeconfigText(), infra: 'never' })).toEqual(aKubeconfig());
  });
});

describe('bootstrap', () => {
  const tokens = {
    command: 'bootstrap',
    'linode-token': 'linode-0123456789',
    'secrets-token': 'github_pat_0',
  };

  test('needs two tokens, and no Dockerfile, manifests or keys', () => {
    const settings = settingsOf(tokens, aContext(), {});
    expect(settings.bootstrap).toEqual({
      ...{ owner: 'Acme', repository: 'Wpp-Bot', bucket: 'wpp-bot-terraform-state' },
      ...{ storeRegion: 'us-east-1', hasKey: false, linodeToken: 'linode-0123456789' },
    });
    expect([settings.image.run, settings.infra.run, settings.manifests.run]).toEqual([false, false, false]);
  });

  test('makes the bucket that the configuration or the input names', () => {
    const own = { 'terraform/main.tf': 'terraform {\n  backend "s3" {\n    bucket = "own"\n  }\n}\n' };
    expect(settingsOf(tokens, aContext(), own).bootstrap?.bucket).toBe('own');
    const given = { ...tokens, 'backend-config': 'bucket=given\nregion=eu-west-1' };
    expect(settingsOf(given, aContext(), own).bootstrap).toMatchObject({
      bucket: 'given',
      storeRegion: 'eu-west-1',
    });
  });

  test('knows that the key is there, where both halves are given', () => {
    const half = { ...tokens, 'state-access-key': 'ACCESS' };
    expect(settingsOf(half).bootstrap?.hasKey).toBe(false);
    expect(settingsOf({ ...half, 'state-secret-key': 'secret' }).bootstrap?.hasKey).toBe(true);
  });

  test('says which token is missing', () => {
    expect(problemsOf({ command: 'bootstrap' })).toEqual([
      expect.stringMatching(/^linode-token is missing: bootstrap needs it to make the bucket and its key \(/),
      expect.stringMatching(
        /^secrets-token is missing: bootstrap needs it to keep the key .* Secrets read and/,
      ),
    ]);
  });

  test('is not for pull requests from forks', () => {
    expect(problemsOf(tokens, aPullContext('mallory/wpp-bot'))).toEqual([
      expect.stringMatching(/^command is bootstrap, but the pull request comes from a fork/),
    ]);
  });
});
