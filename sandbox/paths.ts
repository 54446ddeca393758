import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const environment = process.env;

/** The checkout that this file belongs to. */
export const repository = dirname(import.meta.dirname);

/** Where the sandbox keeps its state: data, logs, certificates and secrets. `down` deletes it. */
export const home = resolve(environment['WPP_SANDBOX_HOME'] ?? '/var/lib/wpp-sandbox');

/** Where compiled and downloaded tools stay between runs, in folders by name and version. */
export const cache = resolve(
  environment['WPP_SANDBOX_CACHE'] ??
    join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'wpp-deploy-action'),
);

/** What the control groups of all sandboxes on a machine begin with. */
export const groupPrefix = 'wpp-sandbox-';

/** The name of this sandbox's control group; a second sandbox with a home of its own gets its own. */
export const groupName = groupPrefix + createHash('sha256').update(home).digest('hex').slice(0, 8);

export const certificateFile = (name: string): string => join(home, 'certificates', `${name}.crt`);
export const keyFile = (name: string): string => join(home, 'certificates', `${name}.key`);
export const logFile = (part: string): string => join(home, 'logs', `${part}.log`);
export const dataFolder = (part: string): string => join(home, 'data', part);
