import { parseServeArguments, serveUntilSignal } from '../http/command-line.ts';
import { readConfig } from './config.ts';
import { readClusterAccess } from './kubeconfig.ts';
import { linodeSimulator } from './simulator.ts';

const { serve, own } = parseServeArguments(process.argv.slice(2), ['config', 'kubeconfig-source']);
const access = () => readClusterAccess(own['kubeconfig-source']);
await serveUntilSignal(linodeSimulator(readConfig(own.config), access), serve);
