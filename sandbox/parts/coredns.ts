import { writeFile } from 'node:fs/promises';
import { run } from '../command.ts';
import { hosts } from '../hosts.ts';
import { programs } from '../toolchain/toolchain.ts';
import { nameServer } from './kubelet.ts';
import { clusterFile, writeKubeconfig } from './kubernetes-client.ts';
import { type Part, answers } from './part.ts';

const health = 'http://127.0.0.1:10253/health';
const { address } = hosts.kubernetes;

/** A service without pods: the name server is a process of the node. */
const service = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: {
      clusterIP: nameServer,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'kube-dns' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
  },
];

/** The name server of the pods: it knows the services, and nothing outside the cluster. */
export const coredns: Part = {
  name: 'coredns',
  address: `udp://${address}:53`,
  after: ['kube-apiserver'],
  patience: 30,
  prepare: async () => {
    const file = clusterFile('Corefile');
    const kubeconfig = await writeKubeconfig('admin');
    await writeFile(
      file,
      `cluster.local {
  bind ${address}
  health 127.0.0.1:10253
  errors
  kubernetes {
    kubeconfig ${kubeconfig}
  }
}
`,
    );
    return { argv: [programs.coredns, '-conf', file] };
  },
  check: async () => {
    await answers(health);
  },
  furnish: async () => {
    await run(['kubectl', 'apply', '--filename=-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: service }),
    });
  },
};
