import type { SchemaObject } from 'ajv';
import { bodyParser, tagsSchema } from './body.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { notFound } from './error.ts';
import { takeId, timestamp, type Firewall, type FirewallRules } from './state.ts';

interface FirewallUpdate {
  readonly label?: string;
  readonly status?: string;
  readonly tags?: readonly string[];
}

interface FirewallCreation extends FirewallUpdate {
  readonly label: string;
  readonly rules: FirewallRules;
}

const policy: SchemaObject = { enum: ['ACCEPT', 'DROP'] };
const rulesProperties: Readonly<Record<keyof FirewallRules, SchemaObject>> = {
  inbound: { type: 'array', items: { type: 'object' } },
  inbound_policy: policy,
  outbound: { type: 'array', items: { type: 'object' } },
  outbound_policy: policy,
};
const required = ['inbound_policy', 'outbound_policy'] as const;
const rules: SchemaObject = { type: 'object', properties: rulesProperties, required };
const updateProperties: Readonly<Record<keyof FirewallUpdate, SchemaObject>> = {
  label: { type: 'string', minLength: 3, maxLength: 32 },
  status: { enum: ['enabled', 'disabled'] },
  tags: tagsSchema,
};
const parseUpdate = bodyParser<FirewallUpdate>(updateProperties);
const parseCreation = bodyParser<FirewallCreation>({ ...updateProperties, rules }, ['label', 'rules']);
const parseRules = bodyParser<FirewallRules>(rulesProperties, required);

function firewallOf({ state, params }: Call): Firewall {
  const firewall = state.firewalls.find(({ id }) => String(id) === params['firewall']);
  if (firewall === undefined) throw notFound();
  return firewall;
}

function createFirewall(call: Call): Firewall {
  const { label, rules, tags = [] } = parseCreation(call.body);
  const created = timestamp(call.now);
  return {
    id: takeId(call.state),
    label,
    created,
    updated: created,
    status: 'enabled',
    rules,
    version: 1,
    tags,
  };
}

function rulesView({ rules, version }: Firewall): object {
  const { inbound = [], inbound_policy, outbound = [], outbound_policy } = rules;
  const fingerprint = version.toString(16).padStart(8, '0');
  return { inbound, inbound_policy, outbound, outbound_policy, version, fingerprint };
}

function firewallView(firewall: Firewall): object {
  const { id, label, created, updated, status, tags } = firewall;
  return { id, label, created, updated, status, rules: rulesView(firewall), tags, entities: [] };
}

const firewalls = '/networking/firewalls';
const firewall = `${firewalls}/{firewall}`;

/** Firewalls that are attached to nothing. */
export const firewallEndpoints: readonly Endpoint[] = [
  { path: firewalls, scope: 'firewall:read_only', list: ({ state }) => state.firewalls.map(firewallView) },
  {
    method: 'POST',
    path: firewalls,
    scope: 'firewall:read_write',
    handle: (call) => {
      const created = createFirewall(call);
      call.state.firewalls.push(created);
      return firewallView(created);
    },
  },
  {
    method: 'GET',
    path: firewall,
    scope: 'firewall:read_only',
    handle: (call) => firewallView(firewallOf(call)),
  },
  {
    method: 'PUT',
    path: firewall,
    scope: 'firewall:read_write',
    handle: (call) => {
      const found = firewallOf(call);
      Object.assign(found, parseUpdate(call.body), { updated: timestamp(call.now) });
      return firewallView(found);
    },
  },
  {
    method: 'DELETE',
    path: firewall,
    scope: 'firewall:read_write',
    handle: (call) => {
      const found = firewallOf(call);
      call.state.firewalls = call.state.firewalls.filter((other) => other !== found);
      return {};
    },
  },
  {
    method: 'GET',
    path: `${firewall}/rules`,
    scope: 'firewall:read_only',
    handle: (call) => rulesView(firewallOf(call)),
  },
  {
    method: 'PUT',
    path: `${firewall}/rules`,
    scope: 'firewall:read_write',
    handle: (call) => {
      const found = firewallOf(call);
      Object.assign(found, { rules: parseRules(call.body), version: found.version + 1 });
      return rulesView(found);
    },
  },
  {
    path: `${firewall}/devices`,
    scope: 'firewall:read_only',
    list: (call) => {
      firewallOf(call);
      return [];
    },
  },
];
