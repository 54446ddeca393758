import { actionFolder, fail, publishRefusal, readContext, readInputs } from './adapters/actions';
import { fileSystem } from './adapters/files';
import { RunLog } from './adapters/run-log';
import { Secrets } from './adapters/secrets';
import { failureOf } from './errors';
import { isPlainKubeconfig } from './manifests/kubeconfig-text';
import type { RawInputs } from './settings/inputs';
import { readSettings, SECRET_INPUTS } from './settings/settings';

/** Runs the action: inputs and event → settings → steps → report. */
export async function main(): Promise<void> {
  const secrets = new Secrets();
  const log = new RunLog(secrets);
  try {
    const inputs = readInputs();
    for (const secret of secretsOf(inputs)) secrets.add(secret);
    const around = { files: fileSystem, clock: { now: Date.now }, actionFolder: actionFolder() };
    const result = readSettings(inputs, readContext(), around);
    if (!result.ok) return refuse(secrets.redact(result.problems), secrets);
    const { manifests, image } = result.settings;
    for (const secret of image.run ? [...Object.values(image.secrets), image.ssh.key ?? ''] : [])
      secrets.add(secret);
    const { credentials = [], warnings = [] } = (manifests.run ? manifests.kubeconfig : undefined) ?? {};
    for (const credential of credentials) secrets.add(credential);
    for (const warning of warnings) log.of('manifests').warning(`kube-config ${warning}`);
    // A chunk of its own: whoever has a fault in the inputs does not wait until all else is loaded.
    const { run } = await import('./run');
    await run(result.settings, secrets, log);
  } catch (error) {
    const { code, cause, advice, evidence = [] } = failureOf(error, 'report');
    fail([{ text: [`${code}: ${cause}. ${advice}`, ...evidence].join('\n') }], secrets);
  }
}

/** A kubeconfig in plain YAML would make secrets of lines such as `apiVersion: v1`: of that only the credentials are. */
function secretsOf(inputs: RawInputs): readonly string[] {
  return SECRET_INPUTS.map((name) => inputs[name] ?? '').filter(
    (value, index) => SECRET_INPUTS[index] !== 'kube-config' || !isPlainKubeconfig(value),
  );
}

/** Ends a run that has not begun, with every fault of its inputs. */
async function refuse(problems: readonly string[], secrets: Secrets): Promise<void> {
  const count = `${problems.length} input${problems.length === 1 ? ' is' : 's are'} not right; nothing was touched`;
  await publishRefusal(problems);
  const lines = [`input-invalid: ${count}:`, ...problems.map((problem) => `- ${problem}`)];
  fail([{ text: lines.join('\n') }], secrets);
}
