import { caCertificate, serviceAccountKey } from '../certificates.ts';
import { certificateFile, keyFile } from '../paths.ts';
import { programs } from '../toolchain/toolchain.ts';
import { furnishCluster } from './cluster.ts';
import { writeKubeconfig } from './kubernetes-client.ts';
import { type Part, answers } from './part.ts';

/** Turns Deployments into pods, and hands out the tokens of service accounts. */
export const kubeControllerManager: Part = {
  name: 'kube-controller-manager',
  address: 'https://localhost:10257',
  after: ['kube-apiserver'],
  patience: 30,
  prepare: async () => ({
    argv: [
      programs.kubernetes('kube-controller-manager'),
      `--kubeconfig=${await writeKubeconfig('kube-controller-manager')}`,
      ...['--bind-address=127.0.0.1', '--leader-elect=false', '--use-service-account-credentials=true'],
      ...[
        `--tls-cert-file=${certificateFile('kubernetes')}`,
        `--tls-private-key-file=${keyFile('kubernetes')}`,
      ],
      `--root-ca-file=${caCertificate}`,
      `--service-account-private-key-file=${serviceAccountKey}`,
    ],
  }),
  check: async () => {
    await answers('https://localhost:10257/healthz');
  },
  furnish: furnishCluster,
};
