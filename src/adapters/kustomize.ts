import { resolve } from 'node:path';
import { DeployError, type ErrorDetails } from '../errors';
import type { Kustomize } from '../ports';
import { run, type Exit } from './process';

/** What would run a program or reach out is off, whatever kubectl's defaults become. */
const OFF = [
  '--enable-helm=false',
  '--enable-alpha-plugins=false',
  '--network=false',
  '--load-restrictor=LoadRestrictionsRootOnly',
];

/** Nothing listens at this port (RFC 863, discard), and git takes no way that leaves the machine: remote bases fail at once. */
const NOWHERE = 'http://127.0.0.1:9';
const OFFLINE = {
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  http_proxy: NOWHERE,
  https_proxy: NOWHERE,
  NO_PROXY: undefined,
  no_proxy: undefined,
  GIT_ALLOW_PROTOCOL: 'file',
};

/** `kubectl kustomize` of the runner, without network, helm and plugins. */
export class KubectlKustomize implements Kustomize {
  readonly #signal: AbortSignal;
  readonly #program: string;

  constructor(signal: AbortSignal, program = 'kubectl') {
    this.#signal = signal;
    this.#program = program;
  }

  async render(folder: string): Promise<string> {
    const args = ['kustomize', resolve(folder), ...OFF];
    const exit = await run({ file: this.#program, args, env: OFFLINE, signal: this.#signal });
    if (exit.code === 0) return exit.stdout;
    throw new DeployError(exit.code === 127 ? missing(folder) : failed(folder, exit));
  }
}

function missing(folder: string): ErrorDetails {
  return {
    code: 'kustomize-missing',
    cause: `${folder} has a kustomization file, but there is no kubectl to render it`,
    advice:
      'Install kubectl before this step (GitHub’s own Ubuntu runners have it), or name the files of the folder in the input manifests.',
  };
}

function failed(folder: string, { code, stderr }: Exit): ErrorDetails {
  const known = KNOWN.flatMap(([form, tell]) => {
    const match = form.exec(stderr);
    return match === null ? [] : [tell(match)];
  });
  return {
    code: 'kustomize-failed',
    cause: `kubectl kustomize ${folder} failed with code ${code}${known.length === 0 ? '' : `: ${known[0]}`}`,
    advice: `Run \`kubectl kustomize ${folder}\` to see all that it says: it is not shown here, since it may hold values of Secrets.`,
  };
}

/** What kustomize says, as far as it cannot hold a value of a Secret: its errors quote what they stumble over. */
const KNOWN: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /MalformedYAMLError: yaml: line (\d+): .* in File: ([\w./-]+)/,
    ([, line, file]) => `${file} is not YAML at line ${line}`,
  ],
  [
    /resources? from '([^'\s]+)': (?:Get |.*(?:git fetch|git init|transport '))/,
    ([, base]) => `${base} is remote, and nothing is fetched: copy it into the repository`,
  ],
  [
    /resources? from '([^'\s]+)': missing Resource metadata/,
    ([, file]) => `${file} has an object without metadata`,
  ],
  [
    /resources? from '([^'\s]+)': .*(?:no such file|not found|must resolve)/,
    ([, file]) => `there is no ${file}`,
  ],
  [
    /invalid Kustomization: json: (unknown field \\?"\w+|cannot unmarshal \w+ into Go struct field [\w.]+ of type [\w.[\]]+)/,
    ([, what]) => `the kustomization file is not right: ${what?.replace(/\\?"/, '')}`,
  ],
  [/invalid literal source/, () => 'a literal of a generator is not key=value'],
];
