import { join } from 'node:path';
import { happen, openApplication, type Happening } from './application.ts';
import {
  applicationPods,
  comments,
  fetchFromPod,
  linodeClusters,
  registryDigest,
  rolloutCount,
} from './live.ts';
import { home } from './paths.ts';
import { elapsed, say } from './progress.ts';
import type { WorkflowResult } from './runner.ts';

const PULL_REQUEST = 1;

/** Shows the main job as a user's pull request and push run it, then asks the live systems whether it is true. */
async function showMainJob(): Promise<void> {
  const application = await openApplication(join(home, 'applications/try'));
  const sha = await application.head();
  const preview = await watch(application, { event: 'pull_request', number: PULL_REQUEST });
  const deployed = await watch(application, { event: 'push' });

  const digest = await registryDigest(sha);
  const clusters = await linodeClusters();
  const pods = await applicationPods();
  const [pod] = pods;
  const ready = pod === undefined ? '' : await fetchFromPod(pod.name, '/health/ready');
  const posted = await comments(PULL_REQUEST);

  heading('What the live systems say');
  console.log(`registry   ghcr.io/org/wpp-bot:${sha.slice(0, 12)} is ${digest ?? 'missing'}`);
  for (const { id, label } of clusters) console.log(`Linode     cluster ${id} "${label}"`);
  for (const each of pods)
    console.log(
      `cluster    pod ${each.name} ${each.ready ? 'is ready' : 'is not ready'} and runs ${each.digest}`,
    );
  console.log(`cluster    rollouts so far: ${await rolloutCount()}`);
  console.log(`pod        GET /health/ready: ${ready}`);
  heading(`The comment on pull request ${PULL_REQUEST}`);
  console.log(posted.join('\n\n'));
  heading('The job summary of the push');
  console.log(deployed.summary);

  const faults = [
    ...(preview.code === 0 && deployed.code === 0 ? [] : ['a run failed']),
    ...(digest === undefined ? ['the registry lacks the image'] : []),
    ...(clusters.length === 1 ? [] : [`Linode has ${clusters.length} clusters, not 1`]),
    ...(pods.length > 0 && pods.every((each) => each.ready && each.digest === digest)
      ? []
      : ['the pods do not run the digest of the registry']),
    ...(ready.includes('"status":"ready"') ? [] : ['/health/ready does not say ready']),
    ...(posted.length === 1 ? [] : [`the pull request has ${posted.length} comments, not 1`]),
  ];
  if (faults.length > 0) throw new Error(`the live systems do not agree: ${faults.join('; ')}`);
  heading('They agree');
  console.log(whatRan(deployed));
}

async function watch(
  application: Parameters<typeof happen>[0],
  happening: Happening,
): Promise<WorkflowResult> {
  const since = Date.now();
  say(`${happening.event} runs through act and the reusable workflow …`);
  const result = await happen(application, happening);
  say(`${happening.event} ended with ${result.code === 0 ? 'success' : 'failure'} after ${elapsed(since)}`);
  if (result.code !== 0) console.log(result.log);
  return result;
}

function whatRan({ outputs }: WorkflowResult): string {
  const deploy = outputs['deploy'] ?? {};
  const parts = [
    deploy['image-built'] === 'true' ? 'one build' : 'no build',
    deploy['infra-applied'] === 'true' ? 'Terraform applied' : 'no Terraform apply',
    deploy['objects-changed'] === '0' ? 'no object written' : `${deploy['objects-changed']} objects written`,
    deploy['rollout'] === 'succeeded' ? 'one rollout' : 'no new rollout',
  ];
  return `This push: ${parts.join(', ')}.`;
}

function heading(text: string): void {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);
}

try {
  await showMainJob();
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
