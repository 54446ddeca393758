import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../command.ts';
import { parseConfig } from '../linode/config.ts';
import { linodeSimulator } from '../linode/simulator.ts';
import { serve } from '../http/serve.ts';
import { repository } from '../paths.ts';
import { say } from '../progress.ts';
import { providerMirror } from '../toolchain/toolchain.ts';
import { cases, type Account, type PlanCase } from './cases.ts';
import { shown, type Terraform } from './terraform.ts';

const TOKEN = 'sandbox-token';
const access = {
  server: 'https://sandbox.us-east-1-gw.linodelke.net:443',
  caData: 'Y2E=',
  token: 'service-account-token-of-a-fixture',
};

/**
 * Makes the plans in `__tests__/fixtures/plans/` with the real Terraform, the stand-in provider and the simulator of Linode:
 * `node sandbox/plans/make.ts [NAME…]`. The provider must be compiled, which `script/sandbox up` does.
 */
async function main(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plans-'));
  const target = join(repository, '__tests__', 'fixtures', 'plans');
  await mkdir(target, { recursive: true });
  await writeFile(
    join(folder, 'terraformrc'),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(providerMirror())}\n  }\n}\n`,
  );
  const config = parseConfig({
    tokens: [{ token: TOKEN, scopes: '*' }],
    settleMs: 0,
    kubeconfigPendingCalls: 0,
    k8sVersions: ['1.35', '1.34', '1.33'],
  });
  const server = await serve(
    linodeSimulator(config, () => access),
    { host: '127.0.0.1', port: 0, data: join(folder, 'account') },
  );
  try {
    const account = accountAt(server.url);
    for (const [name, each] of Object.entries(cases)) {
      if (names.length > 0 && !names.includes(name)) continue;
      await account.send('POST', '/_sandbox/reset');
      const plan = await planOf(each, account, { folder, url: server.url });
      await writeFile(join(target, `${name}.json`), `${JSON.stringify(plan)}\n`);
      say(name);
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
}

async function planOf(
  { before, prepare, after, options }: PlanCase,
  account: Account,
  around: { readonly folder: string; readonly url: string },
): Promise<object> {
  const { terraform, write } = await workspace(around);
  await prepare?.(account, { terraform, write });
  if (before !== undefined) {
    await write(before.configuration);
    await terraform('apply', '-auto-approve', '-input=false');
    await before.then?.(account, { terraform, write });
  }
  await write(after);
  // A plan that fails at a condition is written all the same.
  await terraform('plan', '-input=false', '-out=plan', ...(options ?? [])).catch((error: Error) => {
    if (!error.message.includes('condition')) throw error;
  });
  return shown(await terraform('show', '-json', 'plan'));
}

async function workspace({ folder, url }: { readonly folder: string; readonly url: string }) {
  const directory = await mkdtemp(join(folder, 'configuration-'));
  const env = {
    ...process.env,
    TF_CLI_CONFIG_FILE: join(folder, 'terraformrc'),
    LINODE_URL: url,
    LINODE_TOKEN: TOKEN,
    LINODE_EVENT_POLL_MS: '10',
    LINODE_LKE_EVENT_POLL_MS: '10',
    LINODE_LKE_NODE_READY_POLL_MS: '10',
    CHECKPOINT_DISABLE: '1',
  };
  const terraform: Terraform = (...args) => run(['terraform', `-chdir=${directory}`, ...args], { env });
  const write = async (configuration: string): Promise<void> => {
    await writeFile(join(directory, 'main.tf'), configuration);
    await terraform('init', '-input=false');
  };
  return { terraform, write };
}

function accountAt(url: string): Account {
  return {
    async send(method, path, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${TOKEN}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? {} : JSON.parse(text)) as { readonly id?: number };
    },
  };
}

await main(process.argv.slice(2));
