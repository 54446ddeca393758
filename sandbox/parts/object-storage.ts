import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hosts, stateBucket } from '../hosts.ts';
import { certificateFile, dataFolder, keyFile } from '../paths.ts';
import { readSecrets } from '../secrets.ts';
import { programs } from '../toolchain/toolchain.ts';
import { type Part, answers, folder } from './part.ts';

const { name, address } = hosts.objectStorage;

/** An S3 gateway over a folder, which stands for Linode Object Storage. */
export const objectStorage: Part = {
  name: 'object-storage',
  address: `https://${name}`,
  after: [],
  patience: 20,
  prepare: async () => {
    const { s3AccessKey, s3SecretKey } = readSecrets();
    const data = folder(dataFolder('object-storage'));
    // A bucket is a folder of the gateway's.
    await mkdir(join(data, stateBucket), { recursive: true });
    const tls = ['--cert', certificateFile('objectStorage'), '--key', keyFile('objectStorage')];
    return {
      argv: [
        programs.versitygw,
        ...['--port', `${address}:443`, '--region', 'us-east-1', '--health', '/_sandbox/health'],
        ...['--virtual-domain', name],
        ...tls,
        ...['posix', data],
      ],
      env: { ROOT_ACCESS_KEY_ID: s3AccessKey, ROOT_SECRET_ACCESS_KEY: s3SecretKey },
    };
  },
  check: async () => {
    await answers(`https://${name}/_sandbox/health`);
  },
};
