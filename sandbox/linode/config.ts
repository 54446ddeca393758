import { readFileSync, statSync } from 'node:fs';
import { Ajv, type JSONSchemaType } from 'ajv';

/** A personal access token that the simulator accepts. */
export interface AccessToken {
  readonly token: string;
  /** As in the `X-OAuth-Scopes` header: `*`, or such as `lke:read_write volumes:read_only`. */
  readonly scopes: string;
}

export interface StoreKey {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface LinodeConfig {
  readonly tokens: readonly AccessToken[];
  /** Kubernetes minor versions on offer for a new cluster, newest first. */
  readonly k8sVersions: readonly string[];
  /** How many calls for the kubeconfig of a new cluster are told to come again. */
  readonly kubeconfigPendingCalls: number;
  /** Milliseconds that a volume or a node takes to become ready. */
  readonly settleMs: number;
  /** What opens the store that stands for Object Storage, which knows no other key: each key that is made is this one. */
  readonly storeKey?: StoreKey;
}

const schema: JSONSchemaType<LinodeConfig> = {
  type: 'object',
  properties: {
    tokens: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { token: { type: 'string', minLength: 1 }, scopes: { type: 'string', minLength: 1 } },
        required: ['token', 'scopes'],
        additionalProperties: false,
      },
    },
    k8sVersions: { type: 'array', items: { type: 'string' }, minItems: 1, default: ['1.35', '1.34', '1.33'] },
    kubeconfigPendingCalls: { type: 'integer', minimum: 0, default: 2 },
    settleMs: { type: 'integer', minimum: 0, default: 500 },
    storeKey: {
      type: 'object',
      properties: { accessKey: { type: 'string' }, secretKey: { type: 'string' } },
      required: ['accessKey', 'secretKey'],
      additionalProperties: false,
      nullable: true,
    },
  },
  required: ['tokens'],
  additionalProperties: false,
};
const ajv = new Ajv({ allErrors: true, useDefaults: true });
const isConfig = ajv.compile(schema);

/** Checks untrusted JSON and fills in what may be left out; throws an error that names each member that is wrong. */
export function parseConfig(candidate: unknown): LinodeConfig {
  const config = structuredClone(candidate);
  if (isConfig(config)) return config;
  throw new Error(ajv.errorsText(isConfig.errors, { dataVar: 'config' }));
}

/** Reads the configuration from a JSON file; throws when others than its owner may read it, for it holds tokens. */
export function readConfig(file: string): LinodeConfig {
  if ((statSync(file).mode & 0o077) !== 0) throw new Error(`${file} holds tokens: give it the mode 0600`);
  return parseConfig(JSON.parse(readFileSync(file, 'utf8')));
}
