import type { SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';
import type { Endpoint } from './endpoint.ts';
import { errorResponse, notFound } from './errors.ts';
import { isRepository } from './repository.ts';
import type { GitHubState } from './state.ts';

const path = '/repos/{owner}/{repo}/actions/secrets';

/** The Actions secrets of the repository: their names can be listed and their values written, never read. */
export const secrets: readonly Endpoint[] = [
  { method: 'GET', path, access: 'secrets', handle: list },
  { method: 'GET', path: `${path}/public-key`, access: 'secrets', handle: publicKey },
  { method: 'PUT', path: `${path}/{secret_name}`, access: 'secrets', handle: write },
];

function list({ params, query }: SimulatorRequest, { secrets: all }: GitHubState): SimulatorResponse {
  if (!isRepository(params)) return notFound;
  const [size, number] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
  const shown = all.slice((number - 1) * size, number * size);
  const views = shown.map(({ name, createdAt, updatedAt }) => ({
    name,
    created_at: createdAt,
    updated_at: updatedAt,
  }));
  return { status: 200, body: { total_count: all.length, secrets: views } };
}

function publicKey({ params }: SimulatorRequest, { secretsKey }: GitHubState): SimulatorResponse {
  if (!isRepository(params)) return notFound;
  return { status: 200, body: { key_id: secretsKey.id, key: secretsKey.publicKey } };
}

function write({ params, body }: SimulatorRequest, state: GitHubState): SimulatorResponse {
  if (!isRepository(params)) return notFound;
  const { encrypted_value: sealed, key_id: id } = body as Readonly<Record<string, string>>;
  if (id !== state.secretsKey.id || sealed === undefined)
    return errorResponse(422, 'The key_id is not that of the public key.');
  const [name, now] = [(params['secret_name'] ?? '').toUpperCase(), new Date().toISOString()];
  const known = state.secrets.find((secret) => secret.name === name);
  if (known !== undefined) {
    Object.assign(known, { sealed, updatedAt: now });
    return { status: 204 };
  }
  state.secrets.push({ name, sealed, createdAt: now, updatedAt: now });
  return { status: 201, body: {} };
}
