import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caCertificate } from './certificates.ts';
import { lastLines } from './command.ts';
import {
  createGroup,
  endGroup,
  groupExists,
  memberFiles,
  processesOf,
  removeGroup,
} from './control-group.ts';
import { hosts, hostsFile } from './hosts.ts';
import { groupName, groupPrefix, home, logFile } from './paths.ts';

const folder = join(home, 'world');
const shell = `${groupName}/shell`;
const script = join(import.meta.dirname, 'world-init.sh');

/** A shell script that joins the groups of the files before `--` and becomes the command after it. */
const joinGroups =
  'for procs; do [ "$procs" = -- ] && break; shift; echo $$ >"$procs"; done; shift; exec "$@"';

/** Says whether this process already runs inside the sandbox. */
export const inside = process.env['WPP_SANDBOX_INSIDE'] === '1';

/** Gives the process id of the sandbox's first process, or undefined when the sandbox is down. */
export function worldPid(): number | undefined {
  try {
    const [pid = '', network] = readFileSync(join(folder, 'init'), 'utf8').trim().split(' ');
    // The id may belong to another process by now; the network namespace tells.
    return readlinkSync(`/proc/${pid}/ns/net`) === network ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/** Opens the namespaces of the sandbox when they are not open, and removes what a killed run left first. */
export async function openWorld(plugins: Readonly<Record<string, string>>): Promise<void> {
  if (worldPid() !== undefined) return;
  await closeNamespaces();
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'lib/docker/cli-plugins'), { recursive: true });
  await mkdir(join(home, 'logs'), { recursive: true });
  for (const [name, target] of Object.entries(plugins)) {
    await symlink(target, join(folder, 'lib/docker/cli-plugins', name));
  }
  const bundle = await readFile('/etc/ssl/certs/ca-certificates.crt', 'utf8');
  await writeFile(join(folder, 'ca-certificates.crt'), `${bundle}\n${await readFile(caCertificate, 'utf8')}`);
  await writeFile(join(folder, 'hosts'), hostsFile());
  await writeFile(
    join(folder, 'resolv.conf'),
    '# The sandbox has no name server; every name that it knows is in /etc/hosts.\n',
  );
  await createGroup(groupName);
  await createGroup(shell);
  await startInit();
}

async function startInit(): Promise<void> {
  const log = openSync(logFile('world'), 'w');
  // The namespace of control groups must be opened from within the group that is to be its root.
  const unshare = [
    'unshare',
    '--mount',
    '--net',
    '--pid',
    '--cgroup',
    '--ipc',
    '--uts',
    '--fork',
    '--kill-child=KILL',
  ];
  const child = spawn(
    'sh',
    [
      '-c',
      joinGroups,
      'sh',
      ...memberFiles(groupName),
      '--',
      ...unshare,
      'sh',
      script,
      home,
      hosts.kubernetes.address,
    ],
    { detached: true, stdio: ['ignore', log, log], cwd: '/' },
  );
  child.unref();
  for (let attempt = 0; worldPid() === undefined; attempt += 1) {
    if (child.exitCode !== null || attempt === 200) {
      throw new Error(
        `the namespaces of the sandbox do not open:\n${lastLines(readFileSync(logFile('world'), 'utf8'))}`,
      );
    }
    await sleep(50);
  }
  // With cgroup v2 a group that has groups below it may hold no process itself.
  for (const pid of processesOf(groupName)) {
    for (const file of memberFiles(shell)) await writeFile(file, String(pid));
  }
}

/** Gives the command line that runs `argv` inside the sandbox, in `directory`; inside already, it only changes folder. */
export function enter(argv: readonly string[], directory = '/'): readonly string[] {
  const there = ['env', '-C', directory, ...argv];
  if (inside) return there;
  const pid = worldPid();
  if (pid === undefined) throw new Error('the sandbox is down: run script/sandbox up');
  const namespaces = ['--mount', '--net', '--pid', '--cgroup', '--ipc', '--uts'];
  return [
    'sh',
    '-c',
    joinGroups,
    'sh',
    ...memberFiles(shell),
    '--',
    'nsenter',
    '--target',
    `${pid}`,
    ...namespaces,
    ...there,
  ];
}

/** Ends every process of the sandbox, with which its mounts and interfaces go, and deletes its state. */
export async function closeWorld(): Promise<void> {
  await closeNamespaces();
  await rm(home, { recursive: true, force: true });
  // Removing a mount point would take the mount away from another sandbox.
  if (groupExists(groupPrefix)) return;
  // Mount points that opening made; one that holds something was there before.
  for (const mountPoint of ['/var/lib/kubelet', '/var/lib/cni']) {
    if (existsSync(mountPoint)) await rmdir(mountPoint).catch(() => undefined);
  }
}

async function closeNamespaces(): Promise<void> {
  await endGroup(groupName);
  await removeGroup(groupName);
}
