import type { DeployEvent, RunContext } from '../../src/settings/event';
import type { RawInputs } from '../../src/settings/inputs';
import type {
  ImageSettings,
  InfraSettings,
  ManifestsSettings,
  ReviewSettings,
  Settings,
} from '../../src/settings/settings';
import { aKubeconfig } from './kubeconfig';

export const SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
export const DIGEST = `sha256:${'5'.repeat(64)}`;

/** What the runner tells of a push to the default branch. */
export function aContext(given: Partial<RunContext> = {}): RunContext {
  return {
    eventName: 'push',
    payload: { repository: { default_branch: 'main' } },
    sha: SHA,
    ref: 'refs/heads/main',
    repository: 'Acme/Wpp-Bot',
    runId: '4711',
    runAttempt: '1',
    actor: 'octocat',
    serverUrl: 'https://github.com',
    ...given,
  };
}

/** What the runner tells of a pull request; its head is in `from`. */
export function aPullContext(from = 'Acme/Wpp-Bot'): RunContext {
  return aContext({
    eventName: 'pull_request',
    sha: 'f'.repeat(40),
    ref: 'refs/pull/7/merge',
    payload: {
      repository: { default_branch: 'main' },
      pull_request: { number: 7, head: { sha: SHA, ref: 'feature/x', repo: { full_name: from } } },
    },
  });
}

/** What every backend in Linode Object Storage gets where nothing else is said. */
export const LINODE_BACKEND = {
  use_path_style: 'true',
  skip_credentials_validation: 'true',
  skip_metadata_api_check: 'true',
  skip_region_validation: 'true',
  skip_requesting_account_id: 'true',
  skip_s3_checksum: 'true',
} as const;

/** Inputs that are enough for every step. */
export function someInputs(given: RawInputs = {}): RawInputs {
  return {
    'github-token': 'ghs_0123456789abcdef',
    'linode-token': 'linode-0123456789abcdef',
    'state-access-key': 'ACCESS0123456789',
    'state-secret-key': 'state-secret-0123456789',
    ...given,
  };
}

export function anEvent(given: Partial<DeployEvent> = {}): DeployEvent {
  return {
    name: 'push',
    owner: 'acme',
    repository: 'wpp-bot',
    sha: SHA,
    branch: 'main',
    gitTag: undefined,
    onDefaultBranch: true,
    pullRequest: undefined,
    runId: '4711',
    runAttempt: '1',
    runUrl: 'https://github.com/acme/wpp-bot/actions/runs/4711',
    ...given,
  };
}

export const IMAGE = { registry: 'ghcr.io', repository: 'acme/wpp-bot' } as const;

export function anImage(given: Partial<ImageSettings> = {}): ImageSettings {
  return {
    run: true,
    name: IMAGE,
    build: 'auto',
    context: '.',
    file: './Dockerfile',
    target: undefined,
    platforms: [],
    args: {},
    provenance: false,
    sbom: false,
    tags: [],
    secrets: {},
    ssh: { forwards: [], key: undefined },
    cache: 'auto',
    username: 'acme',
    password: 'registry-password-1',
    ...given,
  };
}

/** The review of what is pushed to the default branch. */
export function aReview(given: Partial<ReviewSettings> = {}): ReviewSettings {
  return { demand: 'shown', environment: 'production', branch: 'main', pullRequest: undefined, ...given };
}

export function anInfra(given: Partial<InfraSettings> = {}): InfraSettings {
  return {
    run: true,
    mode: 'auto',
    directory: 'terraform',
    shipped: false,
    localState: false,
    terraform: { product: 'terraform', version: undefined, constraints: [] },
    variableFiles: [],
    variables: { region: 'us-east', label: 'bot' },
    backend: { bucket: 'wpp-bot-terraform-state', key: 'production/terraform.tfstate', region: 'us-east-1' },
    allowDestroy: [],
    review: aReview(),
    linodeToken: 'linode-0123456789abcdef',
    stateAccessKey: 'ACCESS0123456789',
    stateSecretKey: 'state-secret-0123456789',
    ...given,
  };
}

export function someManifests(given: Partial<ManifestsSettings> = {}): ManifestsSettings {
  return {
    run: true,
    paths: ['manifests'],
    namespace: 'wpp-bot',
    variables: {},
    secrets: {},
    inventory: 'wpp-bot-production-inventory',
    prune: 'safe',
    forceConflicts: false,
    timeoutSeconds: 300,
    kubeconfig: aKubeconfig(),
    pullToken: undefined,
    pullUsername: 'acme',
    ...given,
  };
}

/** The settings of a deployment with all four steps. */
export function aSettings(given: Partial<Settings> = {}): Settings {
  return {
    command: 'deploy',
    event: anEvent(),
    environment: 'production',
    comment: true,
    githubToken: 'ghs_0123456789abcdef',
    secretsToken: undefined,
    bootstrap: undefined,
    destroy: undefined,
    imageName: IMAGE,
    image: anImage(),
    infra: anInfra(),
    manifests: someManifests(),
    rollout: { mode: 'auto', timeoutSeconds: 600, rollbackOnFailure: false, workloads: [] },
    ...given,
  };
}
