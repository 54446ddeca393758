import type { DeployResult } from '../deploy-result';
import { formatName, pinned } from '../image/reference';
import { KEY_SECRETS, type BootstrapResult } from '../infra/bootstrap';
import { countsInWords } from '../infra/plan-words';
import type { ObjectChange } from '../manifests/apply';

type ValueOf<K extends keyof DeployResult> = Extract<DeployResult[K], { status: 'succeeded' }>['value'];

/** Gives what bootstrap made, in one sentence. */
export function bootstrapHeadline({ bucket, region, madeBucket, madeKey }: BootstrapResult): string {
  const made = madeBucket ? 'made' : 'there already';
  const key = madeKey ? `made, and kept in the secrets ${KEY_SECRETS.join(' and ')}` : 'there already';
  return `the bucket ${bucket} in ${region} was ${made}; its key was ${key}`;
}

/** Gives what became of the image. */
export function imageHeadline(image: ValueOf<'image'>): string {
  if (image.kind === 'checked') return `${formatName(image.name)} builds`;
  const reference = pinned(image.name, image.digest);
  return image.built ? `built and pushed ${reference}` : `${reference} is in the registry already`;
}

/** Gives what became of the infrastructure, or in a preview would. */
export function infraHeadline(infra: ValueOf<'infra'>, preview: boolean): string {
  if (infra.plan === undefined) return 'unchanged since the last apply';
  const { changes, outputsChanged } = infra.plan;
  const outputs = outputsChanged.length === 0 ? '' : `, ${outputsChanged.length} of outputs`;
  const counts = changes.length === 0 ? `no change to resources${outputs}` : countsInWords(infra.plan);
  if (preview) return counts;
  return infra.applied ? `applied: ${counts}` : 'changed in content, but the plan changes nothing';
}

/** Gives how many objects were written, or in a preview would be. */
export function manifestsHeadline(changes: readonly ObjectChange[], preview: boolean): string {
  const count = (action: ObjectChange['action']): number =>
    changes.filter((change) => change.action === action).length;
  const [created, configured, pruned] = preview
    ? ['to create', 'to configure', 'to delete']
    : ['created', 'configured', 'deleted'];
  const gone = count('pruned') === 0 ? '' : `, ${count('pruned')} ${pruned}`;
  return `${count('created')} ${created}, ${count('configured')} ${configured}, ${count('unchanged')} unchanged${gone}`;
}

/** Gives which workloads were rolled out. */
export function rolloutHeadline(workloads: ValueOf<'rollout'>): string {
  const rolled = workloads.filter((workload) => workload.rolled).map((workload) => workload.workload);
  if (rolled.length > 0) return `rolled out ${rolled.join(', ')}`;
  return workloads.length === 0
    ? 'the manifests have no workload'
    : 'nothing to roll out: every workload runs as it should';
}
