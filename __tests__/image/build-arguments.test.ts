import { expect, test } from '@jest/globals';
import { argumentWarning } from '../../src/image/build-arguments';

test.each([
  'NPM_TOKEN',
  'token',
  'DB_PASSWORD',
  'API_KEY',
  'APIKEY',
  'AWS_SECRET_ACCESS_KEY',
  'GOOGLE_CREDENTIALS',
  'SSH_PRIVATE_KEY',
  'RAILS_MASTER_KEY',
  'STRIPE_KEY',
  'DB_PASS',
  'GH_PAT',
  'DBPASSWORD',
  'npmToken',
  'KEY',
])('%s looks like a secret', (name) => {
  const warning = argumentWarning({ VERSION: '1', [name]: 'hunter2' });
  expect(warning).toContain(name);
  expect(warning).not.toMatch(/hunter2|VERSION/);
});

test.each([
  'VERSION',
  'NODE_ENV',
  'KEYBOARD',
  'MONKEY',
  'TOKENIZER',
  'PUBLIC_KEY_URL',
  'CACHE_KEY',
  'BYPASS',
  'PATH',
  'COMPASS_URL',
  'KEYS_URL',
])('%s does not', (name) => expect(argumentWarning({ [name]: '1' })).toBeUndefined());
