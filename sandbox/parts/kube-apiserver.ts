import { caCertificate, serviceAccountKey } from '../certificates.ts';
import { hosts } from '../hosts.ts';
import { certificateFile, keyFile } from '../paths.ts';
import { programs } from '../toolchain/toolchain.ts';
import { etcdAddress } from './etcd.ts';
import { apiServer, writeKubeconfig } from './kubernetes-client.ts';
import { type Part, answers } from './part.ts';

const { address } = hosts.kubernetes;

/** The cluster's API, under the name that a cluster of Linode's would have. */
export const kubeApiserver: Part = {
  name: 'kube-apiserver',
  address: apiServer,
  after: ['etcd'],
  patience: 60,
  prepare: async () => {
    await writeKubeconfig('admin');
    return {
      argv: [
        programs.kubernetes('kube-apiserver'),
        `--etcd-servers=${etcdAddress}`,
        ...[`--bind-address=${address}`, `--advertise-address=${address}`, '--secure-port=443'],
        ...[
          `--tls-cert-file=${certificateFile('kubernetes')}`,
          `--tls-private-key-file=${keyFile('kubernetes')}`,
        ],
        `--client-ca-file=${caCertificate}`,
        '--authorization-mode=Node,RBAC',
        '--enable-admission-plugins=NodeRestriction',
        '--allow-privileged=true',
        '--service-cluster-ip-range=10.96.0.0/16',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        `--service-account-key-file=${serviceAccountKey}`,
        `--service-account-signing-key-file=${serviceAccountKey}`,
        '--kubelet-preferred-address-types=InternalIP',
        `--kubelet-client-certificate=${certificateFile('admin')}`,
        `--kubelet-client-key=${keyFile('admin')}`,
      ],
    };
  },
  check: async () => {
    await answers(`${apiServer}/readyz`);
  },
};
