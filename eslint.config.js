import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What only `src/adapters/` may touch: the outside world. */
const outside = {
  group: ['@actions/*', '@octokit/*', '@kubernetes/*', 'node:*'],
  message: 'Only src/adapters/ touches the outside world; take a port from src/ports.ts instead.',
};
/** Reading a certificate or key that is at hand touches nothing outside. */
const outsideButCrypto = { ...outside, group: [...outside.group, '!node:crypto'] };
const yaml = {
  group: ['js-yaml'],
  message: 'Only src/manifests/yaml*.ts know the YAML library; import yaml.ts.',
};
const adapters = {
  group: ['**/adapters/*'],
  message: 'Only src/main.ts, src/run.ts and src/post.ts use adapters.',
};
const steps = {
  group: ['**/image/image', '**/infra/infra', '**/manifests/manifests', '**/rollout/rollout', '**/deploy'],
  message: 'A step is run by src/deploy.ts alone; pure files and adapters do not know it.',
};
const forbid = (...patterns) => ({
  'no-restricted-imports': 'off',
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
});

export default defineConfig(
  globalIgnores(['dist', 'build', 'coverage', '**/node_modules']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'sandbox/tsconfig.json'] } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...forbid(outside, yaml, adapters, steps),
      'no-restricted-globals': [
        'error',
        { name: 'process', message: 'Only src/adapters/ reads the process.' },
      ],
    },
  },
  { files: ['src/manifests/yaml*.ts'], rules: forbid(outside, adapters, steps) },
  {
    files: ['src/manifests/kubeconfig-certificates.ts'],
    rules: forbid(outsideButCrypto, yaml, adapters, steps),
  },
  { files: ['src/deploy*.ts'], rules: forbid(outside, yaml, adapters) },
  {
    files: ['src/adapters/*.ts'],
    rules: { ...forbid(yaml, steps), 'no-restricted-globals': 'off' },
  },
  { files: ['src/main.ts', 'src/run.ts', 'src/post.ts'], rules: forbid(outside, yaml) },
  { files: ['src/index.ts'], rules: forbid(outside, yaml, adapters, steps) },
  {
    files: ['sandbox/**/*.ts', 'e2e/**/*.ts', 'script/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { globals: { process: 'readonly', fetch: 'readonly' } },
  },
);
