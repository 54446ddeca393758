/** A name that the action calls, and the address of the sandbox that answers to it. */
export interface Host {
  readonly name: string;
  readonly address: string;
  readonly aliases?: readonly string[];
}

/** The bucket that holds Terraform's state. */
export const stateBucket = 'wpp-bot-terraform-state';

/** The hosts of the sandbox by part; inside it they are the only names that resolve. */
export const hosts = {
  registry: { name: 'ghcr.io', address: '127.0.1.1' },
  github: { name: 'api.github.com', address: '127.0.1.2' },
  linode: { name: 'api.linode.com', address: '127.0.1.3' },
  objectStorage: {
    name: 'us-east-1.linodeobjects.com',
    address: '127.0.1.4',
    // S3 has two ways to name a bucket: in the path and in the host name.
    aliases: [`${stateBucket}.us-east-1.linodeobjects.com`],
  },
  // Not a loopback address: the kubelet refuses one for its node, and pods must reach the API server.
  kubernetes: { name: 'sandbox.us-east-1-gw.linodelke.net', address: '10.213.0.1' },
} as const satisfies Record<string, Host>;

/** Gives the text of the sandbox's /etc/hosts. */
export function hostsFile(): string {
  const lines = Object.values<Host>(hosts).map((host) => [host.address, ...namesOf(host)].join(' '));
  return ['127.0.0.1 localhost', ...lines, ''].join('\n');
}

/** Gives every name of a host. */
export const namesOf = ({ name, aliases = [] }: Host): readonly string[] => [name, ...aliases];
