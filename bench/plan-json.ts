const ACTIONS = [['create'], ['update'], ['update'], ['delete'], ['delete', 'create']];
/** Digits for texts that look like keys and never repeat. */
const MULTIPLIER = 2_654_435_761;

/** Gives a plan as `terraform show -json` has it: changes of every kind, each with a secret of its own, and the state before and after. */
export function largePlan(count: number): object {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: indexes.map(change),
    output_changes: { address: { actions: ['update'], before: 'a', after: 'b' } },
    prior_state: { values: { root_module: { resources: indexes.map((index) => resource(index, 20)) } } },
    planned_values: { root_module: { resources: indexes.map((index) => resource(index, 40)) } },
    configuration: { root_module: { variables: { region: {} } } },
    complete: true,
  };
}

function change(index: number): object {
  const actions = ACTIONS[index % ACTIONS.length] ?? [];
  const [before, after] = [values(index, 20), values(index, 40)];
  const sensitive = { root_pass: true };
  return {
    ...name(index),
    change: {
      actions,
      before: actions[0] === 'create' ? null : before,
      after: actions.at(-1) === 'delete' ? null : after,
      after_unknown: { status: true, ipv4: true },
      before_sensitive: actions[0] === 'create' ? false : sensitive,
      after_sensitive: actions.at(-1) === 'delete' ? false : sensitive,
    },
  };
}

function resource(index: number, size: number): object {
  return { ...name(index), values: values(index, size), sensitive_values: { root_pass: true } };
}

function name(index: number): object {
  return {
    address: `module.fleet["${index % 7}"].linode_instance.node["worker-${index}"]`,
    module_address: `module.fleet["${index % 7}"]`,
    mode: 'managed',
    type: 'linode_instance',
    name: 'node',
    index: `worker-${index}`,
    provider_name: 'registry.terraform.io/linode/linode',
  };
}

function values(index: number, size: number): object {
  return {
    id: String(10_000_000 + index),
    label: `worker-${index}`,
    region: 'us-east',
    type: 'g6-standard-2',
    image: 'linode/debian12',
    tags: ['fleet', `shard-${index % 50}`],
    private_ip: true,
    backups_enabled: size > 20,
    swap_size: 512,
    watchdog_enabled: true,
    alerts: [{ cpu: 180, io: 10_000, network_in: 10, network_out: 10, transfer_quota: size }],
    specs: [{ disk: 81_920, memory: 4_096, transfer: 4_000, vcpus: 2 }],
    interface: [
      { purpose: 'public' },
      { purpose: 'vlan', label: `net-${index % 9}`, ipam_address: `10.0.0.${index % 250}/24` },
    ],
    root_pass: secretOf(index),
    metadata: [{ user_data: `fleet ${index}` }],
    note: `size ${size} of a worker in a fleet, with a note that is as long as people write them`,
  };
}

function secretOf(index: number): string {
  return `root-${((index + 1) * MULTIPLIER).toString(36)}-${(index * MULTIPLIER + 7).toString(16)}`;
}

/** Gives a configuration of resources that Terraform has built in. */
export function manyResources(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `resource "terraform_data" "r${index}" {
  input = {
    label = "worker-${index}", region = "us-east", type = "g6-standard-2", image = "linode/debian12",
    tags = ["fleet", "shard-${index % 50}"], swap = 512, watchdog = true, transfer = ${index}
  }
}
`,
  ).join('\n');
}
