import { dataFolder } from '../paths.ts';
import { type Part, answers, folder } from './part.ts';

/** Where the API server finds etcd: only inside the sandbox's own network, hence without TLS. */
export const etcdAddress = 'http://127.0.0.1:2379';

/** The store of the cluster. */
export const etcd: Part = {
  name: 'etcd',
  address: etcdAddress,
  after: [],
  patience: 20,
  prepare: () =>
    Promise.resolve({
      argv: [
        'etcd',
        `--data-dir=${folder(dataFolder('etcd'), 0o700)}`,
        `--listen-client-urls=${etcdAddress}`,
        `--advertise-client-urls=${etcdAddress}`,
        '--listen-peer-urls=http://127.0.0.1:2380',
      ],
    }),
  check: async () => {
    await answers(`${etcdAddress}/health`);
  },
};
