import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { caCertificate } from '../certificates.ts';
import { run } from '../command.ts';
import { hosts } from '../hosts.ts';
import { dataFolder } from '../paths.ts';
import { programs } from '../toolchain/toolchain.ts';
import { containerdSocket } from './containerd.ts';
import { clusterFile, writeKubeconfig } from './kubernetes-client.ts';
import { type Part, answers, folder } from './part.ts';

/** Where pods look for names: the address of the service kube-dns. */
export const nameServer = '10.96.0.10';

const configuration = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: hosts.kubernetes.address,
  containerRuntimeEndpoint: `unix://${containerdSocket}`,
  cgroupDriver: 'cgroupfs',
  authentication: { x509: { clientCAFile: caCertificate }, anonymous: { enabled: false } },
  authorization: { mode: 'Webhook' },
  failSwapOn: false,
  // The rules of the packet filter are kube-proxy's alone.
  makeIPTablesUtilChains: false,
  clusterDNS: [nameServer],
  clusterDomain: 'cluster.local',
  resolvConf: '/etc/resolv.conf',
  // The machine's disk is not the sandbox's to judge; a full one must not evict pods.
  evictionHard: { 'memory.available': '50Mi' },
  imageGCHighThresholdPercent: 100,
  // New pods in seconds: the tests wait for every one.
  nodeStatusUpdateFrequency: '4s',
  syncFrequency: '10s',
  registerWithTaints: [],
};

/** The cluster's one node. */
export const kubelet: Part = {
  name: 'kubelet',
  address: `https://${hosts.kubernetes.address}:10250`,
  after: ['kube-apiserver', 'containerd'],
  patience: 60,
  prepare: async () => {
    const file = clusterFile('kubelet.json');
    const data = folder(dataFolder('kubelet'));
    await writeFile(
      file,
      JSON.stringify({ ...configuration, podLogsDir: folder(join(data, 'pod-logs')) }, null, 2),
    );
    return {
      argv: [
        programs.kubernetes('kubelet'),
        `--config=${file}`,
        `--kubeconfig=${await writeKubeconfig('kubelet')}`,
        `--root-dir=${data}`,
        '--hostname-override=sandbox',
        // A loopback address here would leave `kubectl logs` without a way to the kubelet.
        `--node-ip=${hosts.kubernetes.address}`,
        // The scheduler's rules for a real pool's nodes work with these.
        '--node-labels=topology.kubernetes.io/region=us-east,node.kubernetes.io/instance-type=g6-standard-2',
      ],
    };
  },
  check: async () => {
    // After a restart the condition is for a while still the one of before.
    await answers('http://127.0.0.1:10248/healthz');
    const ready = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    const status = await run(['kubectl', 'get', 'node', 'sandbox', '--output', ready], { timeout: 5_000 });
    if (status !== 'True') throw new Error(`the node's condition Ready is ${status || 'not there yet'}`);
  },
};
