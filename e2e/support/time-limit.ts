import { jest } from '@jest/globals';

// Whole deployments take seconds here; this only ends one that hangs.
jest.setTimeout(300_000);
