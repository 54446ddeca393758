const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false, tsconfig: 'tsconfig.json' }] },
  clearMocks: true,
};

/** Two projects: `unit` needs only this checkout, `e2e` needs the sandbox (`script/sandbox up`). */
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/__tests__', '<rootDir>/sandbox', '<rootDir>/bench'],
      testMatch: ['**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      roots: ['<rootDir>/e2e'],
      testMatch: ['**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/e2e/support/time-limit.ts'],
    },
  ],
};
