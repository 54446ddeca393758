import { certificateFile, keyFile } from '../paths.ts';
import { programs } from '../toolchain/toolchain.ts';
import { writeKubeconfig } from './kubernetes-client.ts';
import { type Part, answers } from './part.ts';

/** Assigns pods to the node. */
export const kubeScheduler: Part = {
  name: 'kube-scheduler',
  address: 'https://localhost:10259',
  after: ['kube-apiserver'],
  patience: 30,
  prepare: async () => ({
    argv: [
      programs.kubernetes('kube-scheduler'),
      `--kubeconfig=${await writeKubeconfig('kube-scheduler')}`,
      ...['--bind-address=127.0.0.1', '--leader-elect=false'],
      ...[
        `--tls-cert-file=${certificateFile('kubernetes')}`,
        `--tls-private-key-file=${keyFile('kubernetes')}`,
      ],
    ],
  }),
  check: async () => {
    await answers('https://localhost:10259/healthz');
  },
};
