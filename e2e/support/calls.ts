import { kubectl } from '../../sandbox/live.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

const SERVICES = { linode: 'https://api.linode.com', github: 'https://api.github.com' } as const;

/** Forgets the calls that a simulator has received. */
export async function forgetCalls(service: keyof typeof SERVICES): Promise<void> {
  await fetch(`${SERVICES[service]}/_sandbox/calls`, { method: 'DELETE' });
}

/** Gives the calls that a simulator has received, as `METHOD path`. */
export async function callsTo(service: keyof typeof SERVICES): Promise<readonly string[]> {
  const response = await fetch(`${SERVICES[service]}/_sandbox/calls`);
  const calls = (await response.json()) as readonly Call[];
  return calls.map(({ method, path }) => `${method} ${path}`);
}

interface ObjectList {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: {
      readonly name: string;
      readonly generation?: number;
      readonly resourceVersion: string;
    };
  }[];
}

/**
 * Gives what a write would change of the application's objects: of those with a spec the generation, of the others
 * the resource version. Controllers write only status, which changes neither.
 */
export async function writtenState(): Promise<Readonly<Record<string, string>>> {
  const kinds = 'configmaps,secrets,services,deployments,ingresses,persistentvolumeclaims';
  const list = JSON.parse(await kubectl('get', kinds, '-n', 'wpp-bot', '-o', 'json')) as ObjectList;
  return Object.fromEntries(
    list.items
      .filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt')
      .map(({ kind, metadata }) => [
        `${kind}/${metadata.name}`,
        String(metadata.generation ?? metadata.resourceVersion),
      ]),
  );
}
