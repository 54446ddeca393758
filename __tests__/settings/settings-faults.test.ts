import { describe, expect, test } from '@jest/globals';
import type { RunContext } from '../../src/settings/event';
import type { RawInputs } from '../../src/settings/inputs';
import { readSettings, SECRET_INPUTS } from '../../src/settings/settings';
import { ManualClock } from '../support/clock';
import { fakeFiles } from '../support/files';
import { KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';
import { aContext, aPullContext, someInputs } from '../support/settings';

const files = fakeFiles({
  Dockerfile: '',
  'action/terraform/main.tf': '',
  'action/manifests/namespace.yaml': '',
});

function problemsOf(inputs: RawInputs, context: RunContext = aContext()): readonly string[] {
  const result = readSettings(inputs, context, { files, clock: new ManualClock(), actionFolder: 'action' });
  return result.ok ? [] : result.problems;
}

describe('one fault, one sentence', () => {
  test.each<[string, RawInputs, RegExp]>([
    ['command', { command: 'revert' }, /^command is "revert", but must be one of: auto, preview/],
    ['environment', { environment: 'Prod' }, /^environment is "Prod", but must be 1 to 63 of a-z, 0-9/],
    ['environment that ends in -', { environment: 'a-' }, /^environment is "a-"/],
    ['environment of 64', { environment: 'a'.repeat(64) }, /^environment is "a+"/],
    ['comment', { comment: 'yes' }, /^comment is "yes"/],
    ['build', { build: 'sometimes' }, /^build is "sometimes"/],
    ['image with a tag', { image: 'ghcr.io/a/b:1' }, /^image is "ghcr.io\/a\/b:1".*without tag and digest/],
    ['image that is none', { image: 'a b' }, /^image is "a b"/],
    ['context', { context: 'nowhere', file: 'Dockerfile' }, /^context is nowhere, which is no folder/],
    ['file', { file: 'Other' }, /^file is Other, which is no file here; there is Dockerfile$/],
    ['platforms', { platforms: 'amd64' }, /^platforms has "amd64", but each must be such as linux\/amd64$/],
    ['build-args', { 'build-args': 'VERSION' }, /^build-args has the line "VERSION", but each line must/],
    ['build-args, a name', { 'build-args': 'a b=c' }, /^build-args has the name "a b" that does not match/],
    ['build-secrets', { 'build-secrets': 'a=b\nhunter2' }, /^build-secrets has a line without = \(2\.\),/],
    ['build-secrets, a name', { 'build-secrets': 'hunter/2==' }, /^build-secrets has a name that does not/],
    ['build-ssh', { 'build-ssh': 'default\nhunter/2' }, /^build-ssh must be a private key, or lines such as/],
    ['tags', { tags: 'ghcr.io/acme/bot:1' }, /^tags has "ghcr.io\/acme\/bot:1", which is none: it has/],
    ['tags of the cache', { tags: 'buildcache' }, /^tags has "buildcache", which the action itself uses$/],
    ['tags of a commit', { tags: 'a'.repeat(40) }, /^tags has "a{40}", which the action itself uses$/],
    ['cache', { cache: 'inline' }, /^cache is "inline", but must be one of: auto, gha, registry, none$/],
    ['provenance', { provenance: 'max' }, /^provenance is "max"/],
    ['sbom', { sbom: 'yes' }, /^sbom is "yes"/],
    [
      'workloads',
      { workloads: 'bot\npod/bot' },
      /^workloads has the line "pod\/bot", but each must be name or/,
    ],
    ['infra', { infra: 'maybe' }, /^infra is "maybe"/],
    [
      'terraform-directory',
      { 'terraform-directory': 'tf' },
      /^terraform-directory is tf, which is no folder/,
    ],
    ['terraform-version', { 'terraform-version': '~1.11' }, /^terraform-version is "~1.11", but must be a/],
    [
      'terraform-var-files',
      { 'terraform-var-files': 'gone.tfvars' },
      /^terraform-var-files names gone\.tfvars, which is/,
    ],
    ['terraform-variables, a list', { 'terraform-variables': '- a' }, /^terraform-variables must be a YAML/],
    ['terraform-variables', { 'terraform-variables': 'a: [' }, /^terraform-variables is not YAML at line \d/],
    ['backend-config', { 'backend-config': 'bucket' }, /^backend-config has the line "bucket"/],
    ['manifests', { manifests: 'nowhere' }, /^manifests names nowhere, which is not here/],
    ['namespace', { namespace: 'Ns' }, /^namespace is "Ns", but must be 1 to 63/],
    ['variables', { variables: 'just text' }, /^variables must be a YAML map/],
    ['prune', { prune: 'some' }, /^prune is "some", but must be one of: safe, all, never/],
    ['secrets, a list', { secrets: '- env' }, /^secrets must be a YAML map: the name of each Secret/],
    ['secrets', { secrets: 'env: {' }, /^secrets is not YAML at line \d/],
    [
      'secrets without keys',
      { secrets: 'env: hunter2' },
      /^secrets must give env a map of keys.*: the name of each/,
    ],
    [
      'secrets, a number',
      { secrets: 'env: {PORT: 8080}' },
      /^secrets must give env\.PORT a text: put it in quotes$/,
    ],
    [
      'backend-config without a lock',
      { 'backend-config': 'use_lockfile=false' },
      /^backend-config or the configuration has use_lockfile = false/,
    ],
    ['kube-config', { 'kube-config': '%%%' }, /^kube-config is neither a kubeconfig nor/],
    ['kube-config-exec', { 'kube-config-exec': 'yes' }, /^kube-config-exec is "yes"/],
    ['kube-context alone', { 'kube-context': 'a' }, /^kube-context is "a", but there is no kube-config/],
    [
      'kube-context',
      { 'kube-config': kubeconfigText(), 'kube-context': 'a' },
      /^kube-config has no context "a", which kube-context names: it has "lke1-ctx"$/,
    ],
    [
      'kube-config with a program',
      { 'kube-config': kubeconfigText([`token: ${KUBECONFIG_TOKEN}`, 'exec: {command: aws}']) },
      /^kube-config runs a program on the runner \(exec: "aws"\)/,
    ],
    ['rollout', { rollout: 'fast' }, /^rollout is "fast"/],
    ['rollout-timeout', { 'rollout-timeout': '10' }, /^rollout-timeout is "10", but must be a time/],
  ])('%s', (_, given, expected) => {
    expect(problemsOf(someInputs(given))).toEqual([expect.stringMatching(expected)]);
  });
});

test('a Dockerfile that is not there is told to who never heard of the input', () => {
  const bare = fakeFiles({ 'action/terraform/main.tf': '', 'action/manifests/namespace.yaml': '' });
  const around = { files: bare, clock: new ManualClock(), actionFolder: 'action' };
  const result = readSettings(someInputs(), aContext(), around);
  expect(result.ok ? [] : result.problems).toEqual([
    'file is missing: there is no ./Dockerfile to build the image from; add it, name another by the input, or set build to never',
  ]);
});

describe('missing secrets', () => {
  test.each([
    ['linode-token', 'give it'],
    ['state-access-key', 'give it (the command bootstrap makes it)'],
    ['state-secret-key', 'give it (the command bootstrap makes it)'],
  ])('%s', (name, advice) => {
    expect(problemsOf(someInputs({ [name]: '' }))).toEqual([
      `${name} is missing: infra is auto; ${advice}, or set infra to never`,
    ]);
  });

  test('no password of the registry: a deployment needs one, a preview does not', () => {
    const inputs = someInputs({ 'github-token': '' });
    expect(problemsOf(inputs)).toEqual([
      'registry-password is missing: pushing ghcr.io/acme/wpp-bot needs it, or github-token',
    ]);
    expect(problemsOf({ ...inputs, command: 'preview' })).toEqual([]);
    expect(problemsOf({ ...inputs, build: 'never' })).toEqual([]);
  });

  test('no kubeconfig where nothing else gives the cluster', () => {
    expect(problemsOf({ 'github-token': 'x'.repeat(20), infra: 'never' })).toEqual([
      'kube-config is missing: infra is never, so nothing else gives the cluster',
    ]);
  });

  test('a bad kubeconfig is told once, not as missing too', () => {
    const problems = problemsOf({ 'github-token': 'x'.repeat(20), infra: 'never', 'kube-config': '%%' });
    expect(problems).toHaveLength(1);
  });
});

test('all faults are told at once, each with its input', () => {
  const names = problemsOf({
    command: 'x',
    environment: 'X',
    comment: 'x',
    build: 'x',
    image: ':',
    context: 'x',
    infra: 'x',
    'terraform-version': 'x',
    'terraform-variables': 'x',
    'terraform-var-files': 'x',
    'backend-config': 'x',
    manifests: 'x',
    namespace: 'X',
    variables: 'x',
    secrets: 'x',
    prune: 'x',
    'kube-config': 'x y',
    rollout: 'x',
    'rollout-timeout': 'x',
  }).map((problem) => problem.split(' ')[0]);
  expect(names).toEqual([
    'command',
    'environment',
    'comment',
    'rollout',
    'rollout-timeout',
    'image',
    'build',
    'context',
    'file',
    'infra',
    'terraform-variables',
    'terraform-var-files',
    'backend-config',
    'terraform-version',
    'linode-token',
    'state-access-key',
    'state-secret-key',
    'manifests',
    'namespace',
    'variables',
    'secrets',
    'prune',
    'kube-config',
  ]);
});

describe('a pull request from a fork', () => {
  test.each(['deploy', 'restart'])('may not %s', (command) => {
    expect(problemsOf({ command, build: 'never' }, aPullContext('mallory/wpp-bot'))).toContain(
      `command is ${command}, but the pull request comes from a fork, which has no secrets: only preview runs there`,
    );
  });

  test.each(['preview', 'auto'])('may %s', (command) => {
    expect(problemsOf({ command }, aPullContext('mallory/wpp-bot'))).toEqual([]);
  });
});

test('an event that is refused is told beside the faults of inputs', () => {
  const problems = problemsOf({ rollout: 'x' }, aContext({ eventName: 'issues' }));
  expect(problems).toEqual([
    expect.stringMatching(/^rollout is/),
    expect.stringMatching(/^the event "issues"/),
  ]);
});

describe('no message repeats a secret', () => {
  const SECRET = 'hunter2-Passw0rd';

  test.each(SECRET_INPUTS)('%s', (name) => {
    const problems = problemsOf({ [name]: `${SECRET} and more`, build: 'x', image: ':', manifests: 'x' });
    expect(problems.length).toBeGreaterThan(2);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  test.each([
    ['plain text', SECRET],
    ['an unclosed quote', `password: "${SECRET}`],
    ['an unclosed list', `password: [${SECRET}`],
    ['an alias', `password: *${SECRET}`],
    ['a tag', `password: !${SECRET} x`],
    ['a key twice', `${SECRET}: 1\n${SECRET}: 2`],
    ['a colon too many', `password: ${SECRET}: x`],
  ])('variables with %s', (_, text) => {
    for (const name of ['variables', 'terraform-variables', 'secrets']) {
      const problems = problemsOf(someInputs({ [name]: text }));
      expect(problems).toHaveLength(1);
      expect(problems.join('\n')).not.toContain(SECRET);
    }
  });

  test.each([
    ['a Secret that is a text', `env: ${SECRET}`],
    ['a Secret that is a list', `env: [${SECRET}]`],
    ['a value that is a list', `env: {KEY: [${SECRET}]}`],
    ['a value that is a map', `env: {KEY: {inner: ${SECRET}}}`],
    ['a value beside one that is no text', `env: {KEY: ${SECRET}, PORT: 1}`],
  ])('secrets with %s', (_, secrets) => {
    const problems = problemsOf(someInputs({ secrets }));
    expect(problems).toHaveLength(1);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  test('a kubeconfig with a fault shows neither its token nor its server', () => {
    const text = kubeconfigText(['current-context: lke1-ctx', 'current-context: ""']);
    const [problem = ''] = problemsOf(someInputs({ 'kube-config': text }));
    expect(problem).toBe(
      'kube-config has no current-context: choose one by the input kube-context; its contexts are "lke1-ctx"',
    );
  });
});
