import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.ts';
import { dataFolder, home } from '../paths.ts';
import { pauseImageName } from '../toolchain/base-images.ts';
import { imageArchives } from '../toolchain/toolchain.ts';
import { type Part, folder } from './part.ts';

/** The socket by which the kubelet runs containers. */
export const containerdSocket = '/run/sandbox-containerd/containerd.sock';

const place = join(home, 'containerd');
const networks = join(place, 'net.d');

/** The addresses of pods. */
export const podRange = '10.213.2.0/24';

/** Pods hang on a bridge of the sandbox's; only the gateway's address is the node's. */
const network = {
  cniVersion: '0.4.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: '/run/sandbox-cni',
        ranges: [[{ subnet: podRange }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
};

const configuration = `version = 2
root = "${dataFolder('containerd')}"
state = "/run/sandbox-containerd/state"

[grpc]
  address = "${containerdSocket}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImageName}"
  # Where the machine gives no CAP_SYS_RESOURCE, a lower score than the parent's cannot be set, and no pod would start.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${networks}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`;

/** Runs the containers of the cluster's pods. */
export const containerd: Part = {
  name: 'containerd',
  address: `unix://${containerdSocket}`,
  after: [],
  patience: 30,
  fills: ['kubepods'],
  prepare: async () => {
    folder(networks);
    folder(dataFolder('containerd'));
    await writeFile(join(networks, '10-pods.conflist'), JSON.stringify(network, null, 2));
    await writeFile(join(place, 'config.toml'), configuration);
    return { argv: ['containerd', '--config', join(place, 'config.toml')] };
  },
  check: async () => {
    await run(['ctr', '--address', containerdSocket, 'version'], { timeout: 5_000 });
  },
  // Imported, not pulled: no registry has it.
  furnish: () => importImage(imageArchives.pause),
};

/** Gives the cluster's pods an image from an archive, under the name that it has there. */
export async function importImage(archive: string): Promise<void> {
  await run(['ctr', '--address', containerdSocket, '--namespace', 'k8s.io', 'images', 'import', archive]);
}
