import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { run } from '../command.ts';
import { programs } from '../toolchain/toolchain.ts';
import { podRange } from './containerd.ts';
import { writeKubeconfig } from './kubernetes-client.ts';
import { type Part, answers } from './part.ts';

const health = 'http://127.0.0.1:10256/healthz';

/** What addresses Linode would give load balancers from; a service gets one by its status, as Linode's controller writes it. */
export const loadBalancerRange = '10.213.3.0/24';

/** As in `--service-cluster-ip-range` of the API server. */
const serviceRange = '10.96.0.0/16';

/** Pods talk over a bridge, whose frames the packet filter must see: else an answer skips the way back through the service. */
const filterOfBridges = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/** Gives services their addresses, those of load balancers too, by rules of the packet filter. */
export const kubeProxy: Part = {
  name: 'kube-proxy',
  address: health,
  after: ['kubelet'],
  patience: 30,
  prepare: async () => {
    if (!existsSync(filterOfBridges)) throw new Error(`${filterOfBridges} is missing: modprobe br_netfilter`);
    await writeFile(filterOfBridges, '1');
    // What leads nowhere is not sent at all, and so never meets the rules.
    for (const range of [serviceRange, loadBalancerRange])
      await run(['ip', 'route', 'replace', range, 'dev', 'wpp0']);
    return {
      argv: [
        programs.kubernetes('kube-proxy'),
        `--kubeconfig=${await writeKubeconfig('admin')}`,
        ...['--proxy-mode=iptables', `--cluster-cidr=${podRange}`, '--hostname-override=sandbox'],
        // Rules that arrive at once: the tests wait for every one.
        ...['--iptables-min-sync-period=100ms'],
        // The limits of the machine's connections are not the sandbox's to set.
        ...['--conntrack-max-per-core=0', '--conntrack-tcp-timeout-established=0'],
        ...['--conntrack-tcp-timeout-close-wait=0'],
        ...['--healthz-bind-address=127.0.0.1:10256', '--metrics-bind-address=127.0.0.1:10249'],
      ],
    };
  },
  check: async () => {
    await answers(health);
  },
};
