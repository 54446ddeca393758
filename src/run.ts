import { actionFolder, fail, publish, rememberScratch, type Complaint } from './adapters/actions';
import { systemClock } from './adapters/clock';
import { contextHash } from './adapters/context-hash';
import { DockerBuilder } from './adapters/docker';
import { fileSystem } from './adapters/files';
import { GitHubPullRequests } from './adapters/github';
import { GitHubApi } from './adapters/github-api';
import { GitHubIssues } from './adapters/github-issues';
import { GitHubSecrets } from './adapters/github-secrets';
import { interruption, within } from './adapters/interruption';
import { KubernetesClient } from './adapters/kubernetes';
import { KubectlKustomize } from './adapters/kustomize';
import { LinodeClient } from './adapters/linode';
import { LinodeMade } from './adapters/linode-made';
import { LinodePrices } from './adapters/linode-prices';
import { LinodeStorage } from './adapters/linode-storage';
import { ObjectStorage } from './adapters/object-storage';
import { removeOwnBuilder } from './adapters/own-builder';
import { RegistryClient } from './adapters/registry';
import type { RunLog } from './adapters/run-log';
import { Scratch } from './adapters/scratch';
import { readLockFile } from './adapters/state-lock';
import type { Secrets } from './adapters/secrets';
import { TerraformCli } from './adapters/terraform';
import { deploy } from './deploy';
import { writeComment } from './deploy-comment';
import { writeDriftIssue } from './deploy-issue';
import type { DeployPorts } from './deploy-steps';
import type { StepName } from './errors';
import { TIME_LIMITS } from './infra/time-limits';
import type { Log } from './ports';
import { makeReport, type Report } from './report/report';
import type { Settings } from './settings/settings';

/**
 * Builds the adapters, deploys and publishes the report; a failure of a step is in the report and makes the run fail. At the end nothing is left
 * of what the run made for itself.
 */
export async function run(settings: Settings, secrets: Secrets, runLog: RunLog): Promise<void> {
  const signal = interruption();
  const scratch = new Scratch();
  rememberScratch(scratch.folder);
  try {
    const github = gitHub(settings, signal);
    const ports = buildPorts(settings, github, scratch, secrets, runLog, signal);
    const result = await deploy(settings, ports);
    const report = secrets.redact(makeReport(settings, result, runLog.warnings));
    const { pullRequests } = ports;
    const log = ports.log('report');
    const comment = await writeComment(settings, result, report, { pullRequests, log });
    await writeDriftIssue(report, { issues: new GitHubIssues(github), log });
    await publish(report, comment ?? '');
    runLog.close();
    if (report.outcome === 'failed') fail(complaints(report), secrets);
  } finally {
    await removeOwnBuilder(scratch.folder, runLog.of('image'));
    scratch.remove();
  }
}

function gitHub({ event, githubToken }: Settings, signal: AbortSignal): GitHubApi {
  const { owner, repository } = event;
  return new GitHubApi({ token: githubToken, owner, repository, clock: systemClock(signal), signal });
}

function buildPorts(
  settings: Settings,
  github: GitHubApi,
  scratch: Scratch,
  secrets: Secrets,
  runLog: RunLog,
  signal: AbortSignal,
): DeployPorts {
  const log = (step: StepName): Log => runLog.of(step);
  const clock = systemClock(signal);
  const { infra, image, imageName, event, secretsToken, bootstrap, destroy } = settings;
  const { owner, repository } = event;
  const login = image.run
    ? { registry: imageName.registry, username: image.username, password: image.password }
    : { registry: imageName.registry, username: '', password: '' };
  return {
    files: fileSystem,
    kustomize: new KubectlKustomize(signal),
    clock,
    log,
    progress: runLog,
    mask: (secret) => secrets.add(secret),
    connect: (kubeconfig, seconds) =>
      new KubernetesClient(kubeconfig, seconds === undefined ? signal : within(seconds, signal), (secret) =>
        secrets.add(secret),
      ),
    pullRequests: new GitHubPullRequests(github, log('report')),
    image: {
      builder: new DockerBuilder(scratch, login, log('image'), signal),
      hash: contextHash(signal),
      registry: new RegistryClient(imageName, login, clock, signal),
    },
    prices: new LinodePrices(signal),
    account: bootstrap === undefined ? undefined : new LinodeStorage(bootstrap.linodeToken, signal),
    made:
      destroy?.linodeToken === undefined
        ? undefined
        : new LinodeMade(destroy.linodeToken, clock, log('leftovers'), signal),
    secrets:
      secretsToken === undefined
        ? undefined
        : new GitHubSecrets(new GitHubApi({ token: secretsToken, owner, repository, clock, signal })),
    infra: infra.run
      ? {
          store: infra.localState ? undefined : new ObjectStorage(infra, signal),
          linode: new LinodeClient(infra.linodeToken, clock, log('infra'), signal),
          terraform: (onDone) =>
            new TerraformCli({
              settings: infra,
              actionFolder: actionFolder(),
              scratch,
              log: log('infra'),
              signal,
              limits: TIME_LIMITS,
              readLock: () => readLockFile(infra),
              onDone,
            }),
        }
      : undefined,
  };
}

function complaints(report: Report): readonly Complaint[] {
  return report.failures.map(({ code, step, cause, advice, place }) => ({
    // The words of others may end as a sentence.
    text: `${step}: ${code}: ${cause.replace(/\.$/, '')}. ${advice}`,
    ...(place === undefined ? {} : { place }),
  }));
}
