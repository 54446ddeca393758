import type { Endpoint } from './endpoint.ts';
import { notFound } from './error.ts';

interface Price {
  readonly hourly: number;
  readonly monthly: number;
}

/** The two regions that cost more, in US dollars. */
function regional(idCgk: Price, brGru: Price): readonly object[] {
  return [
    { id: 'id-cgk', ...idCgk },
    { id: 'br-gru', ...brGru },
  ];
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** id, label, memory in GB, disk in GB, transfer in GB, vcpus, dollars a month. */
const plans = [
  ['g6-nanode-1', 'Nanode 1GB', 1, 25, 1000, 1, 5],
  ['g6-standard-1', 'Linode 2GB', 2, 50, 2000, 1, 12],
  ['g6-standard-2', 'Linode 4GB', 4, 80, 4000, 2, 24],
  ['g6-standard-4', 'Linode 8GB', 8, 160, 5000, 4, 48],
  ['g6-standard-6', 'Linode 16GB', 16, 320, 8000, 6, 96],
  ['g6-dedicated-2', 'Dedicated 4GB', 4, 80, 4000, 2, 36],
  ['g6-dedicated-4', 'Dedicated 8GB', 8, 160, 5000, 4, 72],
] as const;

const types = plans.map(([id, label, memory, disk, transfer, vcpus, monthly]) => {
  const hourly = rounded(monthly * 0.0015, 4);
  return {
    id,
    label,
    price: { hourly, monthly },
    region_prices: regional(
      { hourly: rounded(hourly * 1.2, 4), monthly: rounded(monthly * 1.2, 2) },
      { hourly: rounded(hourly * 1.4, 4), monthly: rounded(monthly * 1.4, 2) },
    ),
    memory: memory * 1024,
    disk: disk * 1024,
    transfer,
    vcpus,
    gpus: 0,
    accelerated_devices: 0,
    network_out: vcpus === 1 ? memory * 1000 : vcpus * 2000,
    class: id.split('-')[1],
    successor: null,
  };
});

const lkeTypes = [
  {
    id: 'lke-sa',
    label: 'LKE Standard Availability',
    price: { hourly: 0, monthly: 0 },
    region_prices: [],
    transfer: 0,
  },
  {
    id: 'lke-ha',
    label: 'LKE High Availability',
    price: { hourly: 0.09, monthly: 60 },
    region_prices: regional({ hourly: 0.108, monthly: 72 }, { hourly: 0.126, monthly: 84 }),
    transfer: 0,
  },
];

const volumeTypes = [
  {
    id: 'volume',
    label: 'Storage Volume',
    price: { hourly: 0.00015, monthly: 0.1 },
    region_prices: regional({ hourly: 0.00018, monthly: 0.12 }, { hourly: 0.00021, monthly: 0.14 }),
    transfer: 0,
  },
];

const nodeBalancerTypes = [
  {
    id: 'nodebalancer',
    label: 'NodeBalancer',
    price: { hourly: 0.015, monthly: 10 },
    region_prices: regional({ hourly: 0.018, monthly: 12 }, { hourly: 0.021, monthly: 14 }),
    transfer: 0,
  },
];

const objectStorageTypes = [
  {
    id: 'objectstorage',
    label: 'Object Storage',
    price: { hourly: 0.0075, monthly: 5 },
    region_prices: [],
    transfer: 1000,
  },
];

const capabilities = [
  'Linodes',
  'Block Storage Encryption',
  'Block Storage',
  'Object Storage',
  'NodeBalancers',
  'Cloud Firewall',
  'Kubernetes',
];

/** Regions with Kubernetes, Block Storage and Object Storage, each with the host of its S3 endpoint. */
export const regions = [
  ['us-east', 'Newark, NJ', 'us', 'us-east-1'],
  ['us-ord', 'Chicago, IL', 'us', 'us-ord-1'],
  ['eu-central', 'Frankfurt, DE', 'de', 'eu-central-1'],
  ['br-gru', 'Sao Paulo, BR', 'br', 'br-gru-1'],
  ['id-cgk', 'Jakarta, ID', 'id', 'id-cgk-1'],
].map(([id = '', label = '', country = '', storage = '']) => ({
  id,
  storage,
  view: { id, label, country, capabilities, status: 'ok', site_type: 'core' },
}));

/** Whether a plan of that id is on offer. */
export function hasType(id: string): boolean {
  return types.some((type) => type.id === id);
}

function regionView(id: string | undefined): object {
  const found = regions.find((region) => region.id === id);
  if (found === undefined) throw notFound();
  return found.view;
}

/** What is on offer, and for how much: public, without a token. Prices in US dollars, as of 2025. */
export const catalogEndpoints: readonly Endpoint[] = [
  { path: '/linode/types', list: () => types },
  { path: '/lke/versions', list: ({ config }) => config.k8sVersions.map((id) => ({ id })) },
  { path: '/lke/types', list: () => lkeTypes },
  { path: '/volumes/types', list: () => volumeTypes },
  { path: '/nodebalancers/types', list: () => nodeBalancerTypes },
  { path: '/object-storage/types', list: () => objectStorageTypes },
  { path: '/regions', list: () => regions.map(({ view }) => view) },
  { method: 'GET', path: '/regions/{region}', handle: ({ params }) => regionView(params['region']) },
];
