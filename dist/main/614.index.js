export const id = 614;
export const ids = [614];
export const modules = {

/***/ 1614:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run_run)
});

// EXTERNAL MODULE: ./src/adapters/actions.ts + 2 modules
var actions = __webpack_require__(1036);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./src/adapters/clock.ts

/** The real clock; its sleep ends with the reason of the cancellation when the run is cancelled. */
function systemClock(signal) {
    return {
        now: () => Date.now(),
        async sleep(milliseconds) {
            await (0,promises_.setTimeout)(milliseconds, undefined, { signal }).catch(() => undefined);
            signal.throwIfAborted();
        },
    };
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./src/adapters/context-hash.ts




const BUFFER_BYTES = 1 << 20;
/** After so much the other work of the run gets its turn. */
const TURN_BYTES = 32 << 20;
/** What a file costs besides its bytes, in bytes. */
const FILE_BYTES = 64 << 10;
/** Gives the function that digests a context: names, modes, links and bytes, file by file through one small buffer. */
function contextHash(signal) {
    return async (folder, rules) => {
        const hash = (0,external_node_crypto_.createHash)('sha256');
        const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
        let spent = 0;
        for (const path of walk(folder, '', rules)) {
            spent += FILE_BYTES + add(hash, folder, path, buffer);
            if (spent < TURN_BYTES)
                continue;
            spent = 0;
            await (0,promises_.setImmediate)();
            signal.throwIfAborted();
        }
        return hash.digest('hex');
    };
}
/** Gives what is in the context, each folder before what is in it, in an order that is the same everywhere. */
function* walk(root, below, rules) {
    const entries = (0,external_node_fs_.readdirSync)((0,external_node_path_.join)(root, below), { withFileTypes: true });
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
        const path = below === '' ? entry.name : `${below}/${entry.name}`;
        const ignored = rules.ignores(path);
        if (!ignored)
            yield path;
        if (entry.isDirectory() && (!ignored || rules.mayHold(path)))
            yield* walk(root, path, rules);
    }
}
/** Gives how many bytes were read. Of time and owner the builder takes no notice. */
function add(hash, root, path, buffer) {
    const place = (0,external_node_path_.join)(root, path);
    const stat = (0,external_node_fs_.lstatSync)(place);
    const kind = stat.isFile()
        ? 'file'
        : stat.isDirectory()
            ? 'folder'
            : stat.isSymbolicLink()
                ? 'link'
                : 'other';
    const size = kind === 'file' ? stat.size : 0;
    const target = kind === 'link' ? (0,external_node_fs_.readlinkSync)(place) : '';
    hash.update(`${JSON.stringify([kind, path, stat.mode & 0o7777, size, target])}\n`);
    if (kind !== 'file')
        return 0;
    const file = (0,external_node_fs_.openSync)(place, 'r');
    try {
        for (let read = (0,external_node_fs_.readSync)(file, buffer); read > 0; read = (0,external_node_fs_.readSync)(file, buffer))
            hash.update(buffer.subarray(0, read));
    }
    finally {
        (0,external_node_fs_.closeSync)(file);
    }
    return size;
}

// EXTERNAL MODULE: ./src/errors.ts
var src_errors = __webpack_require__(3916);
;// CONCATENATED MODULE: ./src/image/build-command.ts
/** Variables that a builder itself obeys; a build argument of such a name must not reach its environment. */
const BUILDERS_OWN = /^(PATH|HOME|USER|TMPDIR|LANG|LC_.*|TERM|NO_COLOR|SOURCE_DATE_EPOCH|SSL_CERT_.*|(DOCKER|BUILDX|BUILDKIT|OTEL|ACTIONS|GO|XDG|CONTAINERS?|PODMAN|BUILDAH|STORAGE|REGISTRY_AUTH)_?.*|.*_proxy)$/i;
const SECRET_VARIABLE = 'WPP_BUILD_SECRET_';
/** Gives the call of `docker buildx` that builds the image, and pushes it where the request names a reference. */
function buildxCommand(request, cache) {
    const output = request.push === undefined ? ['--output', 'type=cacheonly'] : ['--push'];
    return {
        args: [
            ...['buildx', 'build', '--progress=plain'],
            // An attestation makes an index of the image, with a platform `unknown/unknown`: only where it is asked for; an older
            // buildx knows no such option. More than the least would tell the build arguments.
            ...(request.provenance ? ['--provenance=mode=min'] : []),
            ...(request.sbom ? ['--sbom=true'] : []),
            ...platformsAndSecrets(request),
            ...cache.args,
            ...commonArguments(request),
            ...(isIndex(request) ? pairs('--annotation', request.labels, 'index:') : []),
            ...output,
            ...['--', request.context],
        ],
        env: { ...argumentVariables(request.args), ...secretVariables(request.secrets) },
    };
}
/** Gives the calls of docker without buildx that build the image and push it. */
function legacyCommands(request) {
    const build = ['build', ...commonArguments(request), '--', request.context];
    return [
        { args: build, env: { ...argumentVariables(request.args), DOCKER_BUILDKIT: '0' } },
        ...pushOf(request),
    ];
}
/**
 * Gives the calls of podman or buildah that build the image and push it. `ignoreFile` is the .dockerignore that counts: they would
 * take a .containerignore before it.
 */
function podmanCommands(request, ignoreFile) {
    const args = [
        // Layers are kept, so that a push that is tried again builds nothing. Docker's format has all that a Dockerfile can say.
        ...['build', '--layers', '--format', 'docker'],
        ...(ignoreFile === undefined ? [] : ['--ignorefile', ignoreFile]),
        ...platformsAndSecrets(request),
        ...commonArguments(request),
        ...['--', request.context],
    ];
    const env = { ...argumentVariables(request.args), ...secretVariables(request.secrets) };
    return [{ args, env }, ...pushOf(request)];
}
function pushOf({ push }) {
    return push === undefined ? [] : [{ args: ['push', '--', push], env: {} }];
}
function platformsAndSecrets({ platforms, secrets, ssh }) {
    return [
        ...(platforms.length > 0 ? ['--platform', platforms.join(',')] : []),
        ...Object.keys(secrets).flatMap((id, index) => ['--secret', `id=${id},env=${SECRET_VARIABLE}${index}`]),
        ...ssh.forwards.flatMap((forward) => ['--ssh', forward]),
    ];
}
function secretVariables(secrets) {
    return Object.fromEntries(Object.values(secrets).map((value, i) => [`${SECRET_VARIABLE}${i}`, value]));
}
function commonArguments({ file, target, args, labels, fresh, push }) {
    return [
        ...(fresh ? ['--no-cache'] : []),
        ...['--file', file],
        ...(target === undefined ? [] : ['--target', target]),
        ...Object.entries(args).flatMap(([name, value]) => [
            '--build-arg',
            BUILDERS_OWN.test(name) ? `${name}=${value}` : name,
        ]),
        ...pairs('--label', labels),
        ...(push === undefined ? [] : ['--tag', push]),
    ];
}
/** Of a name alone a builder takes the value from its environment, which other users of the machine cannot see. */
function argumentVariables(args) {
    return Object.fromEntries(Object.entries(args).filter(([name]) => !BUILDERS_OWN.test(name)));
}
function pairs(option, entries, kind = '') {
    return Object.entries(entries).flatMap(([name, value]) => [option, `${kind}${name}=${value}`]);
}
/** Labels are of one platform's image; of an index the registry reads annotations. */
function isIndex({ platforms, provenance, sbom, push }) {
    return push !== undefined && (platforms.length > 1 || provenance || sbom);
}

// EXTERNAL MODULE: ./src/report/inert.ts
var inert = __webpack_require__(1822);
;// CONCATENATED MODULE: ./src/image/dockerfile.ts

/** Gives the instructions of a Dockerfile, each with its continuation lines; comments are left out. */
function instructions(dockerfile) {
    const found = [];
    let begun;
    for (const [index, line] of dockerfile.split(/\r?\n/).entries()) {
        if (/^\s*(#|$)/.test(line))
            continue;
        const goesOn = /\\\s*$/.test(line);
        const part = line.replace(/\\\s*$/, '');
        const whole = { line: begun?.line ?? index + 1, text: `${begun?.text ?? ''}${part}` };
        begun = goesOn ? whole : undefined;
        if (!goesOn)
            found.push({ ...whole, text: whole.text.trim() });
    }
    return begun === undefined ? found : [...found, begun];
}
/** Gives the names of the stages, which is what the input `target` can be. */
function stages(dockerfile) {
    return instructions(dockerfile).flatMap(({ text }) => {
        const [, name] = /^FROM\s.*\sAS\s+(\S+)$/i.exec(text) ?? [];
        return name === undefined ? [] : [name];
    });
}
/** Gives the line of an instruction, by its text as BuildKit repeats it and the log makes it inert; undefined where it was changed by arguments. */
function lineOf(dockerfile, instruction) {
    const plain = (text) => (0,inert/* inert */.t)(text.replaceAll(/\s+/g, ' ').trim());
    return instructions(dockerfile).find(({ text }) => plain(text) === plain(instruction))?.line;
}
/**
 * Whether anything may be copied of the context that the Dockerfile does not name: a whole folder above all, patterns, names in
 * variables, a mounted context, a copy that an image made from this one does.
 */
function copiesUnnamed(dockerfile) {
    return instructions(dockerfile)
        .flatMap(({ text }) => [...copied(text), ...mounted(text)])
        .some((name) => /^[./]*$|[*?$[]|^(\.?\/)*\.git(\/|$)/.test(name));
}
/** Gives what COPY and ADD take from the context. */
function copied(instruction) {
    const [, sources] = /^(?:ONBUILD\s+)?(?:COPY|ADD)\s+(.*)$/i.exec(instruction) ?? [];
    if (sources === undefined || /(^|\s)--from=/.test(sources))
        return [];
    const list = /^(?:--\S+\s+)*\[\s*"(.*)"\s*\]$/.exec(sources)?.[1]?.split(/"\s*,\s*"/);
    const words = () => sources.replaceAll(/["']/g, '').split(/\s+/);
    const names = list ?? words().filter((name) => !name.startsWith('--'));
    return names.slice(0, -1);
}
/** Gives what RUN mounts of the context: that is what a mount does which names neither another type nor an image. */
function mounted(instruction) {
    return [...instruction.matchAll(/--mount=(\S+)/g)].flatMap(([, options = '']) => {
        const parts = options.replaceAll('"', '').split(',');
        const valueOf = (name) => parts.find((part) => name.test(part))?.replace(/^[^=]*=/, '');
        if ((valueOf(/^type=/i) ?? 'bind') !== 'bind' || valueOf(/^from=/i) !== undefined)
            return [];
        return [valueOf(/^(source|src)=/i) ?? '.'];
    });
}

;// CONCATENATED MODULE: ./src/image/build-causes.ts

/** What registries and networks say when a base image cannot be had; the first that fits counts. */
const BASE_ADVICE = [
    [
        /toomanyrequests|rate limit|\b429\b/i,
        'The registry gives no more images for now: log in to it before this step (docker/login-action), or run the job again later.',
    ],
    [
        /denied|unauthorized|forbidden|authorization failed|\b40[13]\b/i,
        'The image is private or does not exist: correct its name in FROM, or log in to its registry before this step (docker/login-action).',
    ],
    [
        /short-name .* did not resolve|no unqualified-search registries/i,
        'Docker’s own registry has to be named for podman: write `docker.io/library/` before the name in FROM, or `docker.io/` where the name has a slash.',
    ],
    [/no match for platform/i, 'The image does not exist for that platform: change platforms or FROM.'],
    [/not found|manifest unknown|invalid reference format/i, 'Correct the name and tag in FROM.'],
];
/** Gives the cause where an image that the Dockerfile begins with cannot be had. */
function baseFailure(said, failed) {
    const [, loaded] = /load metadata for (\S+)/.exec(failed?.title ?? '') ?? [];
    const [, pulled] = /^(?:FROM|\[[^\]]*\] FROM) (\S+)/i.exec(failed?.title ?? '') ?? [];
    const [, named] = /failed to resolve source metadata for (\S+?):? /.exec(said) ?? [];
    const image = named ?? loaded ?? pulled;
    if (image === undefined)
        return undefined;
    const [, advice] = BASE_ADVICE.find(([words]) => words.test(said)) ?? [];
    return {
        cause: `the base image ${image} cannot be had: ${said}`,
        advice: advice ?? 'Its registry did not answer: run the job again when it does.',
    };
}
/** Gives the cause where COPY or ADD names what the context does not have. */
function contextFailure(said, { exists, rules }) {
    const [, quoted, plain] = /"\/?([^"]+)":? not found|^COPY failed: .*?\bstat (\S+): /.exec(said) ?? [];
    const path = quoted ?? plain ?? podmansPath(said, exists);
    if (path === undefined)
        return undefined;
    if (exists(path) && rules.ignores(path))
        return {
            cause: `${path} is there, but .dockerignore leaves it out: ${said}`,
            advice: `Add the line !${path} to .dockerignore, or do not copy it.`,
        };
    return {
        cause: `${path} is not in the context: ${said}`,
        advice: `Paths of COPY are below the folder that the input context names; make ${path} in an earlier step of the job where it is built.`,
    };
}
/** Podman tells a path below the context, or one of the machine where .dockerignore left all of it out. */
function podmansPath(said, exists) {
    const [, below, absolute] = /copier: stat: "\/?([^"]+)": no such file|no items matching glob "([^"]+)" copied/.exec(said) ?? [];
    const parts = absolute?.split('/') ?? [];
    return (below ?? parts.map((_, index) => parts.slice(index).join('/')).find((path) => path !== '' && exists(path)));
}
/** Gives the cause where a build has no SSH key, or none that helps; `output` is what the failed step wrote. */
function sshFailure(said, output) {
    const wrote = (words) => output.some((line) => words.test(line));
    if (/empty ssh agent socket/i.test(said))
        return {
            cause: `build-ssh names the machine's agent, and there is none: ${said}`,
            advice: 'Start an agent before this step, as webfactory/ssh-agent does, or give a private key to build-ssh.',
        };
    if (/unset ssh forward key|no SSH key .* forwarded/i.test(said))
        return {
            cause: `a step wants SSH that it was not given: ${said}`,
            advice: 'Give build-ssh, with the id that `RUN --mount=type=ssh` names; where it names none it is default.',
        };
    if (/passphrase protected/i.test(said))
        return {
            cause: said,
            advice: 'Give build-ssh a key without a passphrase, such as a deploy key made for this.',
        };
    if (wrote(/Permission denied \(publickey/))
        return {
            cause: said,
            advice: 'The other side takes no SSH key of this step: give build-ssh one that may read there, and the step `RUN --mount=type=ssh`.',
        };
    if (wrote(/Host key verification failed/))
        return {
            cause: said,
            advice: 'Put the host’s key into ~/.ssh/known_hosts before, in the Dockerfile (ssh-keyscan prints it).',
        };
    return undefined;
}
/** Gives the cause where the Dockerfile itself cannot be used. */
function dockerfileFailure(said, { target }, dockerfile) {
    if (/target stage .* could not be found|failed to reach build target|The target .* was not found/.test(said)) {
        const known = stages(dockerfile);
        const names = known.length === 0 ? 'it names no stage' : `its stages are ${known.join(', ')}`;
        return { cause: `there is no stage ${target}: ${said}`, advice: `Correct the input target: ${names}.` };
    }
    if (/parse error|unknown instruction|dockerfile cannot be empty|file with no instructions|no contents in /i.test(said))
        return { cause: said, advice: 'Correct the Dockerfile at that line.' };
    return undefined;
}

;// CONCATENATED MODULE: ./src/image/push-refusal.ts
const FULL_DISK = /no space left on device|insufficient storage|^507\b|"Err":28\b/i;
/** What registries say when they refuse to take an image, and what helps; the first that fits counts. */
const REFUSALS = [
    [
        /write_package/,
        'Give the job `permissions: packages: write`; where the package was first pushed by hand or by another repository, add this one under Package settings → Manage Actions access, with the role Write.',
    ],
    [
        /installation not allowed to \w+ organization package/i,
        'Give the job `permissions: packages: write`; where it has that, an owner of the organization must allow it under Settings → Packages and Settings → Actions → Workflow permissions.',
    ],
    [
        /requested installation does not exist/i,
        'The job’s own token pushes only below ghcr.io/<owner of this repository>: correct the input image, or give registry-username and registry-password.',
    ],
    [
        /not match expected scopes/i,
        'The token in registry-password lacks the scope write:packages: make one that has it.',
    ],
    [
        /quota|storage limit|spending limit|payment required/i,
        'The registry has no room left for this owner: delete old versions of packages, or raise the limit under Settings → Billing.',
    ],
    [
        /immutable/i,
        'The registry moves no tags: delete that one there, or let build be auto, which takes the image that has it.',
    ],
    [
        FULL_DISK,
        'It is the disk of the registry, not of the runner: who runs the registry must delete old images there and collect its garbage, or give it a larger disk.',
    ],
    [
        /requested access to the resource is denied|insufficient_scope|name unknown|name_unknown/i,
        'The credentials may not push to this name: check the owner in the input image and that the repository exists there, and registry-username.',
    ],
    [
        /unauthenticated|cannot be authenticated|authentication required|no basic auth|incorrect username or password|\bunauthorized\b|\b401\b/i,
        'The registry does not know these credentials: check registry-username and registry-password; the job’s own token is for ghcr.io alone.',
    ],
];
/** Whether a registry says that it cannot keep what is pushed: in words, by HTTP's 507, or by Linux's number ENOSPC, as distribution gives it. */
function isFullDisk(said) {
    return FULL_DISK.test(said);
}
/**
 * Gives what a registry says without the names in it: `acme/quotation-403` is neither a quota nor a status.
 */
function withoutNames(said, { repository }) {
    const name = repository.includes('/') ? repository : `/${repository}`;
    return said
        .split(' ')
        .map((word) => (word.includes('://') || word.includes(name) ? '…' : word))
        .join(' ');
}
/** Gives what to do when a registry refuses a push with these words. */
function pushAdvice(said) {
    const [, advice] = REFUSALS.find(([words]) => words.test(said)) ?? [];
    return (advice ??
        'Give the job `permissions: packages: write`; for another registry than ghcr.io check registry-username and registry-password.');
}

;// CONCATENATED MODULE: ./src/image/build-failure.ts



const EVIDENCE_LINES = 20;
const ENGINE = /is not a docker command|unknown command: docker|unknown flag: --|Cannot connect to the Docker daemon|trying to connect to the Docker daemon|failed to connect to the docker API/i;
/** The registry will say the same again. */
const FINAL = /denied|unauthorized|forbidden|unauthenticated|authentication required|no basic auth|insufficient_scope|name (unknown|invalid)|manifest invalid|invalid reference|immutable|quota|\b40[0135]\b|\b413\b/i;
/** How docker and BuildKit begin the answer of a registry. */
const ANSWERED = /unexpected (HTTP )?status/i;
const PREFIXES = /^ERROR:\s*|^(failed to build|failed to solve|rpc error: code = \w+ desc = failed to solve with frontend \S+|rpc error: code = \w+ desc = (?=\w)|failed to create LLB definition):\s*/i;
/** Tells why a build or its push ended, by what docker wrote, and says what to do; with the line of the Dockerfile where it is one. */
function explainBuild(broken) {
    const { request, exitCode, log } = broken;
    const said = lastWords(log.lines) ?? `the builder ended with exit code ${exitCode}`;
    const evidence = evidenceOf(log);
    if (exitCode === 127 || ENGINE.test(said)) {
        return {
            code: 'image-engine-missing',
            cause: `docker with a running engine, podman or buildah is needed to build ${request.file}: ${said}`,
            advice: 'Run on a runner that has docker (ubuntu-latest does), or start its engine before this step.',
            evidence,
        };
    }
    if (/requires BuildKit/i.test(said)) {
        return {
            code: 'image-engine-unfit',
            cause: `${request.file} cannot be built by docker without buildx: ${said}`,
            advice: 'Run on a runner that has docker with buildx, or leave that out of the Dockerfile.',
            evidence,
        };
    }
    if (isBooting(broken)) {
        return {
            code: 'image-engine-missing',
            cause: `the builder that is to build ${request.file} does not start: ${said}`,
            advice: 'Let `docker buildx inspect --bootstrap` show the same before this step, and mend what made the builder; docker/setup-buildx-action makes one.',
            evidence,
        };
    }
    // The words of a registry that is full are of its own disk.
    if (isPushing(broken) && ANSWERED.test(said) && isFullDisk(said))
        return { ...pushFailure(request, said), evidence };
    if (/no space left on device/i.test(said) ||
        log.lines.slice(-EVIDENCE_LINES).some((line) => /no space left on device/i.test(line))) {
        return {
            code: 'image-build-failed',
            cause: `the disk of the builder is full: ${said}`,
            advice: 'Free space before this step, as with `docker system prune --all --force`, or take a larger runner.',
            evidence,
        };
    }
    if (isPushing(broken))
        return { ...pushFailure(request, said), evidence };
    const place = placeOf(broken, said);
    const { cause, advice } = baseFailure(said, log.failed) ??
        contextFailure(said, broken.files) ??
        dockerfileFailure(said, request, broken.files.dockerfile) ??
        sshFailure(said, log.failed?.output ?? []) ?? {
        cause: said,
        advice: stepAdvice(said, log.failed?.output),
    };
    return {
        code: 'image-build-failed',
        cause: `the build of ${request.file} failed: ${cause}`,
        advice,
        evidence,
        ...(place === undefined ? {} : { place }),
    };
}
function lastWords(lines) {
    const last = 
    // How it is called follows a flag that it does not know.
    lines.findLast((line) => /^(ERROR:|unknown flag:)/i.test(line.trim())) ??
        lines.findLast((line) => line.trim() !== '');
    let words = last?.trim();
    while (words !== undefined && PREFIXES.test(words))
        words = words.replace(PREFIXES, '');
    // Podman shows its parser's memory.
    return words?.replace(/ &imagebuilder\.Step\{.*$/, '');
}
/** Whether the driver could not start its builder: a container or pod that does not run. */
function isBooting({ log }) {
    return /^\[internal\] booting buildkit/.test(log.failed?.title ?? '');
}
function isPushing({ request, log, isPush }) {
    return isPush || (request.push !== undefined && /^(exporting to|pushing) /.test(log.failed?.title ?? ''));
}
function pushFailure({ push = '', name }, said) {
    const words = withoutNames(said, name);
    if ((FINAL.test(words) || isFullDisk(words)) && !/\b429\b|toomanyrequests/i.test(words))
        return {
            code: 'image-push-denied',
            cause: `the registry refused the push of ${push}: ${said}`,
            advice: pushAdvice(words),
        };
    return {
        code: 'image-push-failed',
        cause: `the push of ${push} failed: ${said}`,
        advice: 'The image was built; run the job again when the registry answers.',
    };
}
function stepAdvice(said, output = []) {
    if (/exit code: 137\b|returned a non-zero code: 137\b|exit status 137\b/.test(said))
        return 'The program was killed, most often since the runner has too little memory: let it need less, or take a larger runner.';
    if (output.some((line) => /exec format error/i.test(line)))
        return 'The program is for another processor than the builder has: leave that one out of platforms, take a runner that has it, or run docker/setup-qemu-action before this step.';
    return 'Mend the Dockerfile or what it runs; `docker buildx build` shows the same on your machine.';
}
/** Gives the last lines of the step that failed, else of all. */
function evidenceOf({ failed, lines }) {
    if (failed === undefined || failed.output.length === 0)
        return lines.slice(-EVIDENCE_LINES);
    return [failed.title, ...failed.output.slice(-EVIDENCE_LINES)];
}
/** Newer engines show the Dockerfile's line; of older ones the step is looked for in it. */
function placeOf({ request, log, files }, said) {
    const shown = log.lines.flatMap((line, index) => {
        const [, number] = /^\S.*:(\d+)$/.exec(line) ?? [];
        return number !== undefined && /^-{20}$/.test(log.lines[index + 1] ?? '') ? [Number(number)] : [];
    });
    const [, parsed] = /dockerfile parse error (?:on )?line (\d+)/i.exec(said) ?? [];
    const title = log.failed?.title.replace(/^\[[^\]]*\]\s*/, '');
    const line = shown.at(-1) ??
        (parsed === undefined ? undefined : Number(parsed)) ??
        (title === undefined ? undefined : lineOf(files.dockerfile, title));
    return line === undefined ? undefined : { file: request.file.replace(/^\.\//, ''), line };
}

;// CONCATENATED MODULE: ./src/image/build-log.ts
const LONGEST_TITLE = 120;
/** A build that writes more than this is cut at its beginning. */
const MOST_LINES = 20_000;
/** What is not asked for is no step to tell of. */
const INTERNAL = /^(\[.*?internal\]|\[auth\]|building with )/;
/** Layers of earlier builds that cannot be had or kept are no failure. The cache of GitHub alone is told by its name. */
const CACHE = /^((importing|exporting) cache|exporting to GitHub Actions Cache)/;
/** Reads what a build prints, `--progress=plain`, docker's older builder or podman: its steps, in short, and the one that failed. */
class BuildLog {
    lines = [];
    #steps = new Map();
    #failed;
    #last;
    /** Gives what people are told when the line ends a step, with its time. */
    add(line) {
        this.lines.push(line);
        if (this.lines.length > MOST_LINES)
            this.lines.shift();
        // Docker's older builder, and podman, which numbers its stages before.
        const [, counted] = /^(?:\[\d+\/\d+\] )?Step \d+\/\d+ ?: (.*)$/i.exec(line) ?? [];
        if (counted !== undefined) {
            this.#last = { title: counted, output: [] };
            return shortened(counted);
        }
        const [, number, text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
        if (number === undefined) {
            this.#last?.output.push(line);
            return undefined;
        }
        const step = this.#steps.get(number);
        if (step === undefined) {
            this.#steps.set(number, { title: text, output: [] });
            return undefined;
        }
        return this.#read(step, text);
    }
    /** The step at which the build ended, where it was one. */
    get failed() {
        return this.#failed ?? this.#last;
    }
    #read(step, text) {
        const [, output] = /^\d+\.\d+ (.*)$/.exec(text) ?? [];
        if (output !== undefined)
            step.output.push(output);
        const [, state, seconds = ''] = /^(DONE|CACHED|CANCELED|ERROR)\b:? ?(\S*)/.exec(text) ?? [];
        if (state === undefined)
            return undefined;
        if (state === 'ERROR' && !CACHE.test(step.title))
            this.#failed = step;
        if (state === 'CANCELED' || INTERNAL.test(step.title))
            return undefined;
        const end = { DONE: seconds, CACHED: 'cached', ERROR: CACHE.test(step.title) ? 'not there' : 'failed' }[state];
        return `${shortened(step.title)} (${end})`;
    }
}
function shortened(title) {
    return title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE)}…` : title;
}

// EXTERNAL MODULE: ./src/sha256.ts
var sha256 = __webpack_require__(8868);
;// CONCATENATED MODULE: ./src/image/ignore.ts
/**
 * Reads a .dockerignore as docker does (github.com/moby/patternmatcher): the last pattern counts that matches the path or a folder above
 * it; a `!` before one takes back what it matches. Where buildx and docker's older builder differ, what either takes is not ignored: what
 * may be in the image must count. Throws SyntaxError for a pattern that docker refuses.
 */
function ignoreRules(text) {
    const rules = text
        .replace(/^\uFEFF/, '')
        .split(/\r?\n/)
        .filter((line) => !line.startsWith('#') && line.trim() !== '')
        .flatMap((line) => readRule(line.trim()));
    const exceptions = rules.filter(({ excepts }) => excepts);
    return {
        ignores(path) {
            const parts = path.split('/');
            const places = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
            return byLast(rules, places) && byFolder(rules, places);
        },
        mayHold: (folder) => exceptions.some(({ text: it }) => /[*?[\\]/.test(it) || it.startsWith(`${folder}/`)),
    };
}
/** As the older builder does (MatchesOrParentMatches); `places` are the folders above the path and the path itself. */
function byLast(rules, places) {
    const last = rules.findLast(({ expression }) => places.some((place) => expression.test(place)));
    return last !== undefined && !last.excepts;
}
/**
 * As buildx does (MatchesUsingParentResults): it goes down folder by folder and remembers which patterns matched, but a pattern that would
 * have changed nothing for a folder was not tried there, and so is not remembered below it.
 */
function byFolder(rules, places) {
    let matched = false;
    let above = rules.map(() => false);
    for (const place of places) {
        matched = false;
        above = rules.map(({ excepts, expression }, index) => {
            const matches = above[index] === true || (excepts === matched && expression.test(place));
            if (matches)
                matched = !excepts;
            return matches;
        });
    }
    return matched;
}
function readRule(line) {
    const excepts = line.startsWith('!');
    const text = clean(excepts ? line.slice(1).trim() : line);
    if (text === '' || text === '.')
        return [];
    return [{ text, expression: expressionOf(text), excepts }];
}
/** Gives a path as Go's filepath.Clean does, without a slash before it. */
function clean(path) {
    const parts = [];
    for (const part of path.split('/').filter((each) => each !== '' && each !== '.')) {
        if (part === '..' && parts.length > 0 && parts.at(-1) !== '..')
            parts.pop();
        else
            parts.push(part);
    }
    return parts.join('/');
}
function expressionOf(pattern) {
    let source = '';
    for (let at = 0; at < pattern.length; at += 1) {
        const character = pattern[at] ?? '';
        if (pattern.startsWith('**', at)) {
            at += pattern[at + 2] === '/' ? 2 : 1;
            // Any number of folders, none too; at the end everything.
            source += at + 1 >= pattern.length ? '.*' : '(?:.*/)?';
        }
        else if (character === '*')
            source += '[^/]*';
        else if (character === '?')
            source += '[^/]';
        else if (character === '[') {
            const end = pattern.indexOf(']', at + 1);
            if (end < 0)
                throw new SyntaxError(`the pattern ${pattern} has a [ without ]`);
            source += pattern.slice(at, end + 1);
            at = end;
        }
        else if (character === '\\') {
            at += 1;
            source += literal(pattern[at] ?? '\\');
        }
        else
            source += literal(character);
    }
    return new RegExp(`^${source}$`, 's');
}
function literal(character) {
    return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw `\$&`);
}

;// CONCATENATED MODULE: ./src/image/content.ts



/** Raised where the same content would give another image than before. */
const VERSION = 1;
/** What nobody wants in an image: GitHub's checkout may leave a token in the one, and passwords stand in the others. */
const RISKY = ['.git', '.env', '.env.local', '.env.production'];
/** Reads what describes the build. Throws SyntaxError for a .dockerignore that docker refuses. */
function readSources({ context, file }, files) {
    const text = (path) => new TextDecoder().decode(files.read(path));
    // The one of the Dockerfile goes before that of the context.
    const ignoreFile = [`${file}.dockerignore`, `${context}/.dockerignore`].find((path) => files.kind(path) === 'file');
    return {
        dockerfile: text(file),
        rules: ignoreRules(ignoreFile === undefined ? '' : text(ignoreFile)),
        ignoreFile,
        place: (path) => `${context}/${path}`,
    };
}
/**
 * Gives the key of an image's content, 64 hex digits: all that makes the image, but for what its base images and the network give.
 * Values of build secrets are not in it, since everybody may see the key.
 */
async function contentKey(recipe, labels, { dockerfile, rules }, hash) {
    // Git's own folder differs with each commit and checkout; it counts only where it may end in the image.
    const leavesGit = !copiesUnnamed(dockerfile);
    const context = await hash(recipe.context, {
        ignores: (path) => (leavesGit && path === '.git') || rules.ignores(path),
        mayHold: (folder) => !(leavesGit && folder === '.git') && rules.mayHold(folder),
    });
    const { target, platforms, args, provenance, sbom } = recipe;
    const sorted = (map) => Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
    const parts = [
        VERSION,
        context,
        dockerfile,
        target,
        platforms,
        sorted(args),
        provenance,
        sbom,
        sorted(labels),
    ];
    return (await (0,sha256/* sha256 */.s)(JSON.stringify(parts))).toString('hex');
}
/** Gives a warning where the build may copy what nobody wants in an image, or undefined. */
function riskWarning({ dockerfile, rules, place }, files) {
    if (!copiesUnnamed(dockerfile))
        return undefined;
    const risky = RISKY.filter((path) => files.kind(place(path)) !== 'missing' && !rules.ignores(path));
    if (risky.length === 0)
        return undefined;
    return `${risky.join(' and ')} may be copied into the image: name ${risky.length === 1 ? 'it' : 'them'} in .dockerignore.${risky.includes('.git') ? ' With .git in it each commit is built anew.' : ''}`;
}

// EXTERNAL MODULE: ./src/image/reference.ts
var image_reference = __webpack_require__(3564);
// EXTERNAL MODULE: ./src/image/tag.ts
var image_tag = __webpack_require__(9241);
;// CONCATENATED MODULE: ./src/image/cache.ts


/** A build without layers of earlier ones. */
const NO_CACHE = { args: [] };
/**
 * Gives the cache of a build: on `auto` that of GitHub where the runner has one, else the registry. A cache that cannot be written
 * never fails a build. Without a push nothing is written to the registry.
 */
function layerCache(request, engine, atGitHub) {
    const { cache, name, push } = request;
    if (cache === 'none')
        return NO_CACHE;
    if (engine.kind !== 'buildx' || !engine.full) {
        const why = engine.kind === 'podman'
            ? 'podman and buildah keep layers on the runner alone.'
            : 'the builder `docker` cannot export layers.';
        if (cache !== 'auto')
            return { args: [], warning: `cache ${cache} is left out: ${why}` };
        if (engine.kind !== 'buildx' || !atGitHub)
            return NO_CACHE;
        return {
            args: [],
            hint: 'The builder `docker` keeps no layers for the next run; with `cache: gha` one is made that does.',
        };
    }
    if (cache === 'gha' && !atGitHub)
        return { args: [], warning: 'cache gha is left out: the runner has no cache of GitHub.' };
    if (cache === 'gha' || (cache === 'auto' && atGitHub)) {
        const place = `type=gha,scope=${scopeOf(request)}`;
        return { args: ['--cache-from', place, '--cache-to', `${place},mode=max,ignore-error=true`] };
    }
    const place = `type=registry,ref=${(0,image_reference/* tagged */.VK)(name, cacheTag(request))}`;
    const write = push === undefined ? [] : ['--cache-to', `${place},mode=max,ignore-error=true`];
    return { args: ['--cache-from', place, ...write] };
}
/** Gives the tag of the layers; that of an image by another Dockerfile or target is another one. */
function cacheTag({ file, target }) {
    const path = (0,image_tag/* plainPath */.s1)(file);
    const parts = [path === 'Dockerfile' ? '' : path, target ?? ''].filter((part) => part !== '');
    return [image_tag/* CACHE_TAG */.yJ, ...parts]
        .join('-')
        .replaceAll(/[^\w.-]+/g, '-')
        .slice(0, image_reference/* LONGEST_TAG */.a$);
}
/** Two images of one repository must not replace each other's layers. */
function scopeOf({ name, file, target }) {
    return [(0,image_reference/* formatName */.nD)(name), file, target ?? ''].join('-').replaceAll(/[^\w.-]+/g, '-');
}
/** Whether a build ended, by the cause of its failure, since its cache cannot be had: that `ignore-error` does not cover. */
function isCacheFault(cause) {
    return /failed to configure \w+ cache (ex|im)porter/.test(cause);
}

// EXTERNAL MODULE: ./src/json.ts
var json = __webpack_require__(8301);
;// CONCATENATED MODULE: ./src/image/engine.ts

/** Programs that build images where docker is not there, in the order in which they are taken. */
const OTHER_PROGRAMS = ['podman', 'buildah'];
/** Whether podman answers to the name of docker, by what `docker --version` prints. */
function isPodman(version) {
    return /^podman version /m.test(version);
}
/** Gives the driver of the builder that is in use, by what `docker buildx inspect` prints. */
function driverOf(inspect) {
    return /^Driver:\s*(\S+)/m.exec(inspect)?.[1];
}
/**
 * Gives buildx with this driver, and what `docker info` gives as its DriverStatus. The driver `docker` can do all only with the image
 * store of containerd (https://docs.docker.com/build/builders/drivers/docker/).
 */
function buildxEngine(driver, driverStatus) {
    const pairs = Array.isArray(driverStatus) ? driverStatus : [];
    const store = pairs.find((pair) => (0,json.at)(pair, 0) === 'driver-type');
    return { kind: 'buildx', full: driver !== 'docker' || (0,json.at)(store, 1) === 'io.containerd.snapshotter.v1' };
}
function hasSsh({ ssh }) {
    return ssh.key !== undefined || ssh.forwards.length > 0;
}
/** Gives the inputs that an engine cannot do as they are. */
function beyond(request, engine) {
    if (engine.kind === 'buildx' && engine.full)
        return [];
    const legacy = engine.kind === 'legacy';
    return [
        ...(request.platforms.length > (legacy ? 0 : 1) ? ['platforms'] : []),
        ...(request.provenance ? ['provenance'] : []),
        ...(request.sbom ? ['sbom'] : []),
        ...(legacy && Object.keys(request.secrets).length > 0 ? ['build-secrets'] : []),
        ...(legacy && hasSsh(request) ? ['build-ssh'] : []),
    ];
}
/**
 * Gives the inputs for which a builder of the run's own is made, as the one of docker cannot do them: those that ask for it by name.
 * What the others need is done as well by docker's, which is there at once and has the machine's own images.
 */
function builderInputs(request, engine, atGitHub) {
    if (engine.kind !== 'buildx' || engine.full)
        return [];
    const { cache } = request;
    const keepsLayers = cache === 'registry' || (cache === 'gha' && atGitHub);
    return [...beyond(request, engine), ...(keepsLayers ? ['cache'] : [])];
}
/** Gives why an engine cannot do what is asked for, or undefined where it can. */
function unfit(request, engine) {
    const asked = beyond(request, engine);
    if (asked.length === 0)
        return undefined;
    return {
        code: 'image-engine-unfit',
        cause: `${asked.join(', ')} cannot be done by ${nameOf(engine)}`,
        advice: `Run on a runner that has docker with buildx and can start a builder, or leave out ${asked.join(', ')}.`,
    };
}
function nameOf(engine) {
    switch (engine.kind) {
        case 'legacy':
            return 'docker without buildx';
        case 'buildx':
            return 'the builder `docker` with its older image store';
        case 'podman':
            return engine.program === 'buildah' ? 'buildah' : 'podman';
    }
}

// EXTERNAL MODULE: ./src/adapters/files.ts
var files = __webpack_require__(9771);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./node_modules/execa/index.js + 131 modules
var execa = __webpack_require__(6993);
;// CONCATENATED MODULE: ./src/adapters/descendants.ts

/** Gives the ids of the processes that a process has started, and those that they have; none where the machine has no /proc. */
function descendants(pid) {
    const children = Map.groupBy(processes(), ({ parent }) => parent);
    const below = (id) => (children.get(id) ?? []).flatMap((child) => [child.id, ...below(child.id)]);
    return below(pid);
}
function processes() {
    try {
        return (0,external_node_fs_.readdirSync)('/proc').flatMap((name) => (/^\d+$/.test(name) ? readProcess(Number(name)) : []));
    }
    catch {
        return [];
    }
}
/** The parent stands after the state, which follows the name in brackets (proc_pid_stat(5)). */
function readProcess(id) {
    try {
        const [, parent] = /\) \S (\d+)[^)]*$/.exec((0,external_node_fs_.readFileSync)(`/proc/${id}/stat`, 'utf8')) ?? [];
        return parent === undefined ? [] : [{ id, parent: Number(parent) }];
    }
    catch {
        return []; // It has ended.
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./src/adapters/follow-file.ts


const INTERVAL_MS = 50;
const CHUNK = 64 * 1024;
/** Calls `onLine` with each line of a file while it grows, until `end` and all that stands in it then. */
async function followFile(path, end, onLine) {
    let ended = false;
    const over = Promise.resolve(end).finally(() => (ended = true));
    const file = await (0,external_node_fs_promises_.open)(path);
    const decoder = new TextDecoder();
    const buffer = Buffer.alloc(CHUNK);
    let rest = '';
    try {
        for (;;) {
            // Looked at before the reading: what was written until then is read.
            const last = ended;
            const { bytesRead } = await file.read(buffer, 0, CHUNK);
            const lines = `${rest}${decoder.decode(buffer.subarray(0, bytesRead), { stream: true })}`.split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines)
                onLine(line);
            if (bytesRead > 0)
                continue;
            if (last)
                break;
            await Promise.race([over, (0,promises_.setTimeout)(INTERVAL_MS)]);
        }
        if (rest !== '')
            onLine(rest);
    }
    finally {
        await file.close();
    }
}

;// CONCATENATED MODULE: ./src/adapters/process.ts





/** How many lines of output are kept to show when a program fails. */
const TAIL_LINES = 40;
/** A plan of ten thousand changes is some hundred megabytes of JSON; a string of Node's ends at 512 million characters. */
const LONGEST_OUTPUT = 500_000_000;
/** Variables of the runner and of this action that no child needs; some carry tokens, some let a child speak for us. */
const WITHHELD = /^(INPUT_|STATE_|ACTIONS_|GITHUB_(TOKEN|ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$)/;
/**
 * Runs a program to its end. On cancellation it gets one SIGINT and is waited for; then this throws the reason.
 * The child has a process group of its own, so that a Ctrl-C at a terminal does not reach it a second time.
 */
async function run(request) {
    const { signal, output, onLine } = request;
    signal.throwIfAborted();
    const child = start(request);
    if (child.pid !== undefined)
        request.onStart?.(child.pid);
    const forget = interruptOnAbort(child, request);
    const tail = [];
    const take = (line) => {
        const safe = (0,inert/* inert */.t)(line);
        onLine?.(safe);
        tail.push(safe);
        if (tail.length > TAIL_LINES)
            tail.shift();
    };
    const read = async (from) => {
        for await (const line of child.iterable({ from }))
            take(String(line));
    };
    // Each stream by itself, so that a line of one never ends in the middle of a line of the other. A program that fails
    // ends its streams with an error; the exit code below tells it better.
    if (output !== undefined)
        await followFile(output, child, take);
    else
        await Promise.allSettled([read('stderr'), ...(onLine === undefined ? [] : [read('stdout')])]);
    const result = await child;
    forget();
    signal.throwIfAborted();
    return {
        code: result.exitCode ?? (result.isTerminated ? 128 : 127),
        stdout: output === undefined ? result.stdout : '',
        stderr: output === undefined ? result.stderr : '',
        tail,
    };
}
function start({ file, args, env, output }) {
    const descriptor = output === undefined ? undefined : (0,external_node_fs_.openSync)(output, 'w', 0o600);
    // Its types know the lowest descriptors only.
    const to = (descriptor ?? 'pipe');
    try {
        return (0,execa/* execa */.Ho)(file, [...args], {
            env: childEnvironment(env),
            extendEnv: false,
            detached: true,
            stdin: 'ignore',
            stdout: to,
            stderr: to,
            reject: false,
            maxBuffer: LONGEST_OUTPUT,
        });
    }
    finally {
        if (descriptor !== undefined)
            (0,external_node_fs_.closeSync)(descriptor);
    }
}
/** Gives what takes this back. */
function interruptOnAbort(child, { signal, graceMs, leavesNothing }) {
    let killer;
    const interrupt = () => {
        if (leavesNothing === true && child.pid !== undefined) {
            // Once it has ended, nobody knows whose they are.
            const started = descendants(child.pid);
            child.once('exit', () => started.forEach(kill));
        }
        child.kill('SIGINT');
        if (graceMs !== undefined)
            killer = setTimeout(() => killGroup(child.pid), graceMs);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    return () => {
        signal.removeEventListener('abort', interrupt);
        clearTimeout(killer);
    };
}
/** Ends a program and what it has started, at once. */
function killGroup(pid) {
    if (pid !== undefined)
        kill(-pid);
}
function kill(pid) {
    try {
        process.kill(pid, 'SIGKILL');
    }
    catch {
        // It has ended in this very moment.
    }
}
function childEnvironment(own) {
    const inherited = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name));
    const entries = Object.entries({ ...Object.fromEntries(inherited), ...own });
    return Object.fromEntries(entries.filter((entry) => entry[1] !== undefined));
}

;// CONCATENATED MODULE: ./src/adapters/own-builder.ts





/** Below the folder of a run: what buildx knows of builders, which is this one alone. */
const STORE = 'buildx';
/** What buildx gives each builder that nothing else is said of, such as mirrors and certificates of registries. */
const DEFAULTS = 'buildkitd.default.toml';
const REMOVAL_MS = 30_000;
/** A builder of the driver `docker-container`, for this run alone; the machine's own builders do not see it. */
class OwnBuilder {
    #scratch;
    #logins;
    #log;
    #signal;
    #tried = false;
    #made = false;
    constructor(scratch, logins, log, signal) {
        this.#scratch = scratch;
        this.#logins = logins;
        this.#log = log;
        this.#signal = signal;
    }
    /** By this docker builds with it; empty where it is not there. */
    get environment() {
        return this.#made ? environmentOf(this.#scratch.folder) : {};
    }
    /** Makes and starts it once, since these inputs need it, and gives whether it is there. Warns where it does not start. */
    async make(inputs) {
        if (this.#tried)
            return this.#made;
        this.#tried = true;
        const { folder } = this.#scratch;
        const store = this.#scratch.makeFolder(STORE);
        const defaults = (0,external_node_path_.join)(usersStore(), DEFAULTS);
        if ((0,external_node_fs_.existsSync)(defaults))
            (0,external_node_fs_.symlinkSync)(defaults, (0,external_node_path_.join)(store, DEFAULTS));
        this.#log.info(`A builder is made for ${inputs.join(', ')}; it is removed at the end.`);
        // With the machine's own network it reaches the registries that docker reaches, one on the machine itself too.
        const options = ['--driver', 'docker-container', '--driver-opt', 'network=host'];
        const { code, tail } = await run({
            file: 'docker',
            args: ['buildx', 'create', '--name', own_builder_nameOf(folder), ...options, '--bootstrap'],
            env: { ...this.#logins, ...environmentOf(folder) },
            signal: this.#signal,
        });
        this.#made = code === 0;
        if (!this.#made)
            this.#log.warning(`no builder could be made: ${tail.at(-1) ?? `exit code ${code}`}`);
        return this.#made;
    }
}
/** Removes the builder of the run with this folder, also where it is half made; without one it does nothing. */
async function removeOwnBuilder(folder, log) {
    if (!(0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, STORE)))
        return;
    const name = own_builder_nameOf(folder);
    const request = {
        file: 'docker',
        args: ['buildx', 'rm', name],
        env: { DOCKER_CONFIG: (0,external_node_path_.join)(folder, 'docker'), ...environmentOf(folder) },
        signal: AbortSignal.timeout(REMOVAL_MS),
    };
    const failure = await run(request).then(({ code, tail }) => (code === 0 ? undefined : (tail.at(-1) ?? `exit code ${code}`)), src_errors/* messageOf */.bD);
    if (failure === undefined)
        return;
    log.warning(`the builder ${name} is left (\`docker rm --force buildx_buildkit_${name}0\`): ${failure}`);
}
function environmentOf(folder) {
    return { BUILDX_CONFIG: (0,external_node_path_.join)(folder, STORE), BUILDX_BUILDER: own_builder_nameOf(folder) };
}
/** No other run on the machine has this name, since none has this folder. */
function own_builder_nameOf(folder) {
    return (0,external_node_path_.basename)(folder).toLowerCase();
}
function usersStore() {
    const { BUILDX_CONFIG: own, DOCKER_CONFIG: docker } = process.env;
    return own ?? (0,external_node_path_.join)(docker ?? (0,external_node_path_.join)((0,external_node_os_.homedir)(), '.docker'), 'buildx');
}

;// CONCATENATED MODULE: ./src/adapters/registry-logins.ts




/** What docker calls Docker Hub in its file of logins (github.com/docker/cli, cli/config/configfile). */
const DOCKER_HUB = 'https://index.docker.io/v1/';
/** Gives the environment in which docker, podman and buildah have this login, beside those of the user, from files of this run alone. */
function privateLogins(scratch, login) {
    const users = process.env['DOCKER_CONFIG'] ?? (0,external_node_path_.join)((0,external_node_os_.homedir)(), '.docker');
    return {
        DOCKER_CONFIG: dockerConfig(scratch, users, login),
        REGISTRY_AUTH_FILE: podmanLogins(scratch, users, login),
    };
}
/** Gives a DOCKER_CONFIG that keeps the user's contexts, proxies, plugins and other logins, and adds ours. */
function dockerConfig(scratch, users, login) {
    const folder = scratch.makeFolder('docker');
    // The last three are what DOCKER_TLS_VERIFY takes.
    for (const name of ['cli-plugins', 'contexts', 'buildx', 'ca.pem', 'cert.pem', 'key.pem']) {
        if ((0,external_node_fs_.existsSync)((0,external_node_path_.join)(users, name)))
            (0,external_node_fs_.symlinkSync)((0,external_node_path_.join)(users, name), (0,external_node_path_.join)(folder, name));
    }
    scratch.write('docker/config.json', JSON.stringify(withDockerLogin(readConfig((0,external_node_path_.join)(users, 'config.json')), login)));
    return folder;
}
/** Podman's own logins go before docker's, as where it looks itself (github.com/containers/image, docs/containers-auth.json.5.md). */
function podmanLogins(scratch, users, login) {
    const files = [(0,external_node_path_.join)(users, 'config.json'), ...podmanFiles()];
    const all = (key) => Object.fromEntries(files.flatMap((file) => Object.entries(objectAt(readConfig(file), key))));
    const kept = { auths: all('auths'), credHelpers: all('credHelpers') };
    return scratch.write('podman-auth.json', JSON.stringify(withPodmanLogin(kept, login)));
}
/** Gives the files in which podman looks for logins, those that count most last. */
function podmanFiles() {
    const { REGISTRY_AUTH_FILE: given, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config } = process.env;
    if (given !== undefined)
        return [given];
    return [
        (0,external_node_path_.join)(config ?? (0,external_node_path_.join)((0,external_node_os_.homedir)(), '.config'), 'containers/auth.json'),
        runtime === undefined
            ? `/run/containers/${process.getuid?.() ?? 0}/auth.json`
            : (0,external_node_path_.join)(runtime, 'containers/auth.json'),
    ];
}
function objectAt(config, key) {
    const value = config[key];
    return (0,json/* isObject */.Gv)(value) ? value : {};
}
/** Without a password it is the user's own login that counts. A helper without a name stands for `auths`, before any store. */
function withDockerLogin(config, { registry, ...login }) {
    if (login.password === '')
        return config;
    const key = registry === 'docker.io' ? DOCKER_HUB : registry;
    return {
        ...config,
        auths: { ...objectAt(config, 'auths'), [key]: { auth: basic(login) } },
        credHelpers: { ...objectAt(config, 'credHelpers'), [key]: '' },
    };
}
/** Podman would ask a helper for this registry first, and calls Docker Hub by its name. */
function withPodmanLogin(config, { registry, ...login }) {
    if (login.password === '')
        return config;
    return {
        auths: { ...objectAt(config, 'auths'), [registry]: { auth: basic(login) } },
        credHelpers: { ...objectAt(config, 'credHelpers'), [registry]: undefined },
    };
}
function basic({ username, password }) {
    return Buffer.from(`${username}:${password}`).toString('base64');
}
/** As docker does, goes on without a file that cannot be read. */
function readConfig(path) {
    try {
        const config = JSON.parse((0,external_node_fs_.readFileSync)(path, 'utf8'));
        return (0,json/* isObject */.Gv)(config) ? config : {};
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./src/adapters/docker.ts













const KEY_FILE = 'ssh-key';
/**
 * Builds with `docker buildx`, docker's older builder where that is not there, or podman or buildah where docker is not; with logins
 * of its own, so that no other job's are touched.
 */
class DockerBuilder {
    #log;
    #signal;
    #logins;
    #own;
    #scratch;
    architecture = process.arch;
    /** What builds, once it is known. */
    #found;
    constructor(scratch, login, log, signal) {
        this.#scratch = scratch;
        this.#log = log;
        this.#signal = signal;
        this.#logins = privateLogins(scratch, login);
        this.#own = new OwnBuilder(scratch, this.#logins, log, signal);
    }
    /** A key is on the disk for as long as it builds: builders read it from a file alone. */
    async build(request) {
        const { key } = request.ssh;
        if (key === undefined)
            return this.#build(request);
        const forwards = [`default=${this.#scratch.write(KEY_FILE, key)}`];
        try {
            await this.#build({ ...request, ssh: { forwards, key: undefined } });
        }
        finally {
            this.#scratch.discard(KEY_FILE);
        }
    }
    async #build(request) {
        const atGitHub = cacheVariables()['ACTIONS_RUNTIME_TOKEN'] !== undefined;
        const engine = await this.#engineFor(request, atGitHub);
        const refusal = unfit(request, engine) ?? unfitIgnoreFile(request, engine);
        if (refusal !== undefined)
            throw new src_errors/* DeployError */.sH(refusal);
        const cache = layerCache(request, engine, atGitHub);
        if (cache.warning !== undefined)
            this.#log.warning(cache.warning);
        if (cache.hint !== undefined)
            this.#log.info(cache.hint);
        try {
            await this.#runAll(request, engine, cache);
        }
        catch (error) {
            if (!(error instanceof src_errors/* DeployError */.sH) || !isCacheFault(error.details.cause))
                throw error;
            this.#log.warning(`cache ${request.cache} is left out: ${error.details.cause}`);
            await this.#runAll(request, engine, NO_CACHE);
        }
    }
    async #runAll(request, engine, cache) {
        const program = engine.kind === 'podman' ? engine.program : 'docker';
        for (const command of commandsOf(engine, request, cache))
            await this.#run(request, program, command);
    }
    /** Tells the steps as they end, and the whole log in a group when all is over. */
    async #run(request, program, { args, env }) {
        const log = new BuildLog();
        const tell = (line) => {
            const step = log.add(line);
            if (step !== undefined)
                this.#log.info(step);
        };
        try {
            const { code } = await this.#call(program, args, env, tell);
            if (code === 0)
                return;
            const isPush = args[0] === 'push';
            throw new src_errors/* DeployError */.sH(explainBuild({ request, exitCode: code, log, files: filesOf(request), isPush }));
        }
        finally {
            this.#log.group(`log of ${program} ${args[0]}`, log.lines);
        }
    }
    async #engineFor(request, atGitHub) {
        this.#found ??= this.#engine();
        const engine = await this.#found;
        const inputs = builderInputs(request, engine, atGitHub);
        return inputs.length > 0 && (await this.#own.make(inputs)) ? { kind: 'buildx', full: true } : engine;
    }
    /** The program that is there decides; where none is, docker's build tells so. */
    async #engine() {
        const docker = await this.#dockerEngine();
        if (docker !== undefined)
            return docker;
        for (const program of OTHER_PROGRAMS) {
            const { code } = await this.#call(program, ['--version']);
            if (code === 0)
                return { kind: 'podman', program };
        }
        return { kind: 'buildx', full: true };
    }
    /** Asks docker no more than it takes, and that at once, as each call takes its time to start. */
    async #dockerEngine() {
        const [inspect, info] = await Promise.all([
            this.#call('docker', ['buildx', 'inspect']),
            this.#call('docker', ['info', '--format', '[{{json .ServerVersion}},{{json .DriverStatus}}]']),
        ]);
        const driver = inspect.code === 0 ? driverOf(inspect.stdout) : undefined;
        if (driver !== undefined && driver !== 'podman') {
            const about = parseJson(info.stdout);
            this.#log.info(`docker ${(0,json/* textAt */.$6)(about, 0) || 'of an unknown version'}, builder of the driver ${driver}`);
            return buildxEngine(driver, (0,json.at)(about, 1));
        }
        const [docker, buildx] = await Promise.all([
            this.#call('docker', ['--version']),
            this.#call('docker', ['buildx', 'version']),
        ]);
        if (docker.code !== 0)
            return undefined;
        if (isPodman(docker.stdout))
            return { kind: 'podman', program: 'docker' };
        return buildx.code === 0 ? buildxEngine(undefined, undefined) : { kind: 'legacy' };
    }
    #call(program, args, env = {}, onLine) {
        return run({
            file: program,
            args,
            env: {
                ...cacheVariables(),
                ...env,
                ...this.#logins,
                ...this.#own.environment,
                BUILDX_METADATA_PROVENANCE: 'disabled',
                BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
            },
            signal: this.#signal,
            leavesNothing: true,
            ...(onLine === undefined ? {} : { onLine }),
        });
    }
}
function commandsOf(engine, request, cache) {
    switch (engine.kind) {
        case 'legacy':
            return legacyCommands(request);
        case 'buildx':
            return [buildxCommand(request, cache)];
        case 'podman':
            return podmanCommands(request, readSources(request, files/* fileSystem */.C).ignoreFile);
    }
}
/** Docker's older builder reads the one file of the context alone, so that it would take what the other leaves out. */
function unfitIgnoreFile(request, engine) {
    if (engine.kind !== 'legacy')
        return undefined;
    const { ignoreFile } = readSources(request, files/* fileSystem */.C);
    if (ignoreFile !== `${request.file}.dockerignore`)
        return undefined;
    return {
        code: 'image-engine-unfit',
        cause: `docker without buildx does not read ${ignoreFile}, and would send what that leaves out`,
        advice: `Run on a runner that has docker with buildx, or name the same in ${request.context}/.dockerignore alone.`,
    };
}
function filesOf(request) {
    const sources = readSources(request, files/* fileSystem */.C);
    return { ...sources, exists: (path) => (0,external_node_fs_.existsSync)(sources.place(path)) };
}
/** By these BuildKit reaches GitHub's cache; no other program gets them. */
function cacheVariables() {
    const names = [
        'ACTIONS_RUNTIME_TOKEN',
        'ACTIONS_RESULTS_URL',
        'ACTIONS_CACHE_URL',
        'ACTIONS_CACHE_SERVICE_V2',
    ];
    return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./node_modules/@actions/github/lib/github.js + 22 modules
var github = __webpack_require__(2413);
// EXTERNAL MODULE: ./node_modules/p-retry/index.js + 1 modules
var p_retry = __webpack_require__(4995);
;// CONCATENATED MODULE: ./src/adapters/github-api.ts




const RETRIES = 2;
const TIMEOUT_MS = 15_000;
/** GitHub asks to wait this long where it limits a caller without saying for how long (docs.github.com, rate limits of the REST API). */
const LIMITED_MS = 60_000;
/** A longer wait than this is not worth it. */
const LONGEST_WAIT_MS = 90_000;
/** GitHub's API for one repository, with the job's token. */
class GitHubApi {
    repository;
    #access;
    #octokit;
    #login;
    constructor(access) {
        this.#access = access;
        this.repository = { owner: access.owner, repo: access.repository };
    }
    /** Does a call, and again where what it failed for passes. Throws what the last try threw. */
    async call(work) {
        const { signal, clock } = this.#access;
        return (0,p_retry/* default */.Ay)(() => work(this.#client()), {
            retries: RETRIES,
            minTimeout: 500,
            signal,
            shouldRetry: ({ error }) => mayPass(error, clock),
            onFailedAttempt: async ({ error, retriesLeft }) => {
                const wait = askedWait(error, clock);
                if (retriesLeft > 0 && wait !== undefined && wait <= LONGEST_WAIT_MS)
                    await clock.sleep(wait);
            },
        });
    }
    /** As call(), but throws DeployError, which says for `what` GitHub was asked, and gives the advice. */
    async ask(what, work, advice) {
        try {
            return await this.call(work);
        }
        catch (error) {
            this.#access.signal.throwIfAborted();
            const status = statusOf(error);
            const answer = status === undefined ? 'did not answer' : `answered ${status}`;
            throw new src_errors/* DeployError */.sH({
                code: 'github-refused',
                cause: `GitHub ${answer} for ${what}: ${(0,src_errors/* messageOf */.bD)(error)}`,
                advice,
            }, { cause: error });
        }
    }
    /** Gives the account that the token speaks for, such as `github-actions[bot]`. Throws. */
    async login(octokit) {
        this.#login ??= (0,json/* textAt */.$6)(await octokit.graphql('query { viewer { login } }'), 'viewer', 'login');
        return this.#login;
    }
    #client() {
        const { token, signal } = this.#access;
        if (token === '')
            throw new p_retry/* AbortError */.lc('the input github-token is empty');
        const patient = (input, init) => fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
        this.#octokit ??= (0,github/* getOctokit */.Q)(token, { request: { fetch: patient } });
        return this.#octokit;
    }
}
/** Gives the status that GitHub answered with, or undefined where it did not answer. */
function statusOf(error) {
    const status = (0,json.at)(error, 'status');
    return typeof status === 'number' ? status : undefined;
}
function mayPass(error, clock) {
    const wait = askedWait(error, clock);
    if (wait !== undefined)
        return wait <= LONGEST_WAIT_MS;
    const status = statusOf(error);
    return status === undefined || status >= 500;
}
/** Gives how many milliseconds GitHub wants to be left alone, where it limits the caller; a 403 for want of a right has none of its signs. */
function askedWait(error, clock) {
    const status = statusOf(error);
    if (status !== 403 && status !== 429)
        return undefined;
    const header = (name) => (0,json/* textAt */.$6)(error, 'response', 'headers', name);
    const seconds = Number.parseInt(header('retry-after'));
    if (!Number.isNaN(seconds))
        return seconds * 1000;
    if (header('x-ratelimit-remaining') === '0') {
        return Math.max(0, Number.parseInt(header('x-ratelimit-reset')) * 1000 - clock.now());
    }
    return status === 429 || /secondary rate limit/i.test((0,src_errors/* messageOf */.bD)(error)) ? LIMITED_MS : undefined;
}

;// CONCATENATED MODULE: ./src/adapters/github.ts


const PAGE = 100;
const ADVICE = 'Give the job `permissions: pull-requests: write` and `contents: read`, and run it again; a run by hand asks for no review.';
const MAY_NOT = 'Give the job `permissions: pull-requests: write`; a pull request from a fork or from Dependabot cannot have it.';
/** What to do about a comment that GitHub refused, by the status of its answer. */
const COMMENT_ADVICE = {
    401: 'GitHub does not know the token in github-token: leave the input out to use the job’s own, or give one that has not expired.',
    403: MAY_NOT,
    404: MAY_NOT,
};
/** Reads pull requests and their comments, and writes ours. A token that may not write is told in the log and is no failure. */
class GitHubPullRequests {
    #api;
    #log;
    constructor(api, log) {
        this.#api = api;
        this.#log = log;
    }
    async editComment(pullRequest, marker, edit) {
        try {
            return await this.#edit(pullRequest, marker, edit);
        }
        catch (error) {
            const advice = COMMENT_ADVICE[statusOf(error) ?? 0] ?? 'What it would have said is in the job summary.';
            this.#log.warning(`The comment on pull request ${pullRequest} could not be written: ${(0,src_errors/* messageOf */.bD)(error)}. ${advice}`);
            return undefined;
        }
    }
    readComment(pullRequest, marker) {
        return this.#ask(`the comments of pull request ${pullRequest}`, async (octokit) => {
            const comment = await this.#find(octokit, pullRequest, marker);
            return comment?.text;
        });
    }
    mergedWith(commit, branch) {
        return this.#ask(`the pull requests of commit ${commit}`, async (octokit) => {
            const { data } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({
                ...this.#api.repository,
                commit_sha: commit,
                per_page: PAGE,
            });
            // The commit that merged it is not to be relied on: GitHub may leave it out.
            return data
                .filter(({ merged_at: at, base }) => at !== null && (branch === undefined || base.ref === branch))
                .map(({ number, head }) => ({ number, head: head.sha }));
        });
    }
    async mergedSince(before, commit, branch) {
        const commits = await this.#commitsBetween(before, commit);
        if (commits.size === 0)
            return [];
        return this.#ask('the pull requests that were merged', async (octokit) => {
            // Of more than a page of merges since the last apply the older ones count as not seen.
            const { data } = await octokit.rest.pulls.list({
                ...this.#api.repository,
                state: 'closed',
                sort: 'updated',
                direction: 'desc',
                per_page: PAGE,
                ...(branch === undefined ? {} : { base: branch }),
            });
            return data
                .filter(({ merged_at: at, merge_commit_sha: sha }) => at !== null && commits.has(sha ?? ''))
                .map(({ number, head }) => ({ number, head: head.sha }));
        });
    }
    /** Gives the commits that `commit` has and `before` has not; none where GitHub does not know one of them any more. */
    #commitsBetween(before, commit) {
        return this.#ask(`the commits since ${before}`, async (octokit) => {
            const found = new Set();
            const request = { ...this.#api.repository, basehead: `${before}...${commit}`, per_page: PAGE };
            try {
                for (let page = 1;; page += 1) {
                    const { data } = await octokit.rest.repos.compareCommitsWithBasehead({ ...request, page });
                    for (const { sha } of data.commits)
                        found.add(sha);
                    if (data.commits.length < PAGE)
                        return found;
                }
            }
            catch (error) {
                if (statusOf(error) === 404)
                    return new Set();
                throw error;
            }
        });
    }
    #ask(what, work) {
        return this.#api.ask(what, work, ADVICE);
    }
    async #edit(pullRequest, marker, edit) {
        return this.#api.call(async (octokit) => {
            const { repository } = this.#api;
            const existing = await this.#find(octokit, pullRequest, marker);
            const body = edit(existing?.text);
            if (body === undefined || body === existing?.text)
                return existing?.url;
            const { data } = existing === undefined
                ? await octokit.rest.issues.createComment({ ...repository, issue_number: pullRequest, body })
                : await octokit.rest.issues.updateComment({ ...repository, comment_id: existing.id, body });
            return data.html_url;
        });
    }
    /** Only a comment of our own account counts: anybody can write the marker. */
    async #find(octokit, pullRequest, marker) {
        const author = await this.#api.login(octokit);
        const pages = octokit.paginate.iterator(octokit.rest.issues.listComments, {
            ...this.#api.repository,
            issue_number: pullRequest,
            per_page: PAGE,
        });
        for await (const { data } of pages) {
            const own = data.find(({ user, body }) => user?.login === author && body?.startsWith(marker) === true);
            if (own !== undefined)
                return { id: own.id, url: own.html_url, text: own.body ?? '' };
        }
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/adapters/github-issues.ts
const github_issues_PAGE = 100;
const github_issues_ADVICE = 'Give the job `permissions: issues: write`.';
/** Reads and writes the issues of our own account. */
class GitHubIssues {
    #api;
    constructor(api) {
        this.#api = api;
    }
    /** Only an issue of our own account counts: anybody can write the marker. */
    find(marker) {
        return this.#ask('the issues', async (octokit) => {
            const creator = await this.#api.login(octokit);
            const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
                ...this.#api.repository,
                ...{ state: 'all', creator, per_page: github_issues_PAGE },
            });
            for await (const { data } of pages) {
                const own = data.find(({ user, body, pull_request: pull }) => user?.login === creator && pull === undefined && body?.startsWith(marker) === true);
                if (own !== undefined)
                    return { number: own.number, open: own.state === 'open' };
            }
            return undefined;
        });
    }
    open({ title, body }) {
        return this.#ask('a new issue', async (octokit) => {
            const { data } = await octokit.rest.issues.create({ ...this.#api.repository, title, body });
            return data.html_url;
        });
    }
    rewrite(number, { title, body }) {
        return this.#ask(`issue ${number}`, async (octokit) => {
            const place = { ...this.#api.repository, issue_number: number };
            const { data } = await octokit.rest.issues.update({ ...place, title, body, state: 'open' });
            return data.html_url;
        });
    }
    async close(number, comment) {
        const place = { ...this.#api.repository, issue_number: number };
        await this.#ask(`issue ${number}`, (octokit) => octokit.rest.issues.createComment({ ...place, body: comment }));
        await this.#ask(`issue ${number}`, (octokit) => octokit.rest.issues.update({ ...place, state: 'closed', state_reason: 'completed' }));
    }
    #ask(what, work) {
        return this.#api.ask(what, work, github_issues_ADVICE);
    }
}

;// CONCATENATED MODULE: ./src/adapters/seal.ts
/**
 * Seals a text so that only the owner of a public key (base64) reads it, as GitHub takes the values of secrets: libsodium's
 * `crypto_box_seal`. Gives base64.
 */
async function seal(text, publicKey) {
    // Few runs need the library, which is half a megabyte and takes some 30 ms to start.
    const { default: sodium } = await __webpack_require__.e(/* import() */ 768).then(__webpack_require__.bind(__webpack_require__, 4768));
    await sodium.ready;
    const key = Buffer.from(publicKey, 'base64');
    return Buffer.from(sodium.crypto_box_seal(Buffer.from(text), key)).toString('base64');
}

;// CONCATENATED MODULE: ./src/adapters/github-secrets.ts



const github_secrets_PAGE = 100;
/** The Actions secrets of a repository, by a token that may write them; the job's own never may. */
class GitHubSecrets {
    #api;
    constructor(api) {
        this.#api = api;
    }
    names() {
        return this.#ask('listing the secrets', async ({ paginate, rest }) => {
            const query = { ...this.#api.repository, per_page: github_secrets_PAGE };
            return (await paginate(rest.actions.listRepoSecrets, query)).map(({ name }) => name);
        });
    }
    async write(name, value) {
        await this.#ask(`writing the secret ${name}`, async ({ rest }) => {
            const { data } = await rest.actions.getRepoPublicKey(this.#api.repository);
            await rest.actions.createOrUpdateRepoSecret({
                ...this.#api.repository,
                secret_name: name,
                encrypted_value: await seal(value, data.key),
                key_id: data.key_id,
            });
        });
    }
    async #ask(what, work) {
        try {
            return await this.#api.call(work);
        }
        catch (error) {
            const status = statusOf(error);
            const answer = status === undefined ? 'did not answer' : `answered ${status}`;
            const { owner, repo } = this.#api.repository;
            throw new src_errors/* DeployError */.sH({
                code: 'secrets-refused',
                cause: `GitHub ${answer} for ${what} of ${owner}/${repo}: ${(0,src_errors/* messageOf */.bD)(error)}`,
                advice: 'Let secrets-token be a fine-grained token for this repository with the permission “Secrets: read and write”; the job’s own token cannot have it.',
            }, { cause: error });
        }
    }
}

;// CONCATENATED MODULE: ./src/adapters/interruption.ts

/**
 * Gives a signal that is aborted when the run is cancelled. GitHub's runner sends SIGINT to this process alone, and
 * SIGTERM 7.5 s later; only the first counts, since a second one would make Terraform stop without unlocking.
 */
function interruption() {
    const controller = new AbortController();
    const abort = () => controller.abort(cancelled());
    process.on('SIGINT', abort);
    process.on('SIGTERM', abort);
    return controller.signal;
}
/** Gives a signal that is aborted with `signal`, and with an error of its own after a time. */
function within(seconds, signal) {
    const controller = new AbortController();
    const late = new src_errors/* DeployError */.sH({
        code: 'manifests-timeout',
        cause: `the manifests were not applied within ${seconds} s`,
        advice: 'Run it again, it goes on from what is there; raise manifests-timeout where the cluster needs longer.',
    });
    setTimeout(() => controller.abort(late), seconds * 1000).unref();
    return AbortSignal.any([signal, controller.signal]);
}
function cancelled() {
    return new src_errors/* DeployError */.sH({
        code: 'cancelled',
        cause: 'the run was cancelled',
        advice: 'Run it again: it goes on from what is there.',
    });
}

// EXTERNAL MODULE: external "node:http2"
var external_node_http2_ = __webpack_require__(2467);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: external "node:tls"
var external_node_tls_ = __webpack_require__(1692);
;// CONCATENATED MODULE: ./src/adapters/kubernetes-transport.ts


const kubernetes_transport_TIMEOUT_MS = 30_000;
/** Sends over an open connection; rejects where the answer is not whole, or does not come within the time limit. */
function overHttp2({ method, url, headers, body }, session, signal) {
    return new Promise((resolve, reject) => {
        const stream = session.request({ ...headers, ':method': method, ':path': `${url.pathname}${url.search}` }, { endStream: body === undefined, signal });
        const chunks = [];
        let [status, retryAfter, whole] = [0, 0, false];
        stream.on('response', (received) => {
            status = received[':status'] ?? 0;
            retryAfter = Number(received['retry-after'] ?? 0);
        });
        stream.on('data', (chunk) => chunks.push(chunk));
        stream.on('end', () => (whole = status !== 0 && !stream.aborted));
        stream.on('error', (error) => reject(new Error(error.message, { cause: error })));
        stream.on('close', () => {
            if (whole && stream.rstCode === external_node_http2_.constants.NGHTTP2_NO_ERROR)
                resolve({ status, text: Buffer.concat(chunks).toString('utf8'), retryAfter });
            else
                reject(new Error('the connection was lost before the answer was whole'));
        });
        // A server that is silent on one stream is most likely gone for all of them.
        stream.setTimeout(kubernetes_transport_TIMEOUT_MS, () => session.destroy(new Error(`no answer within ${kubernetes_transport_TIMEOUT_MS / 1000} s`)));
        if (body !== undefined)
            stream.end(body);
    });
}
/** Sends over one of the agent's connections; rejects as overHttp2() does. */
function overHttp1({ method, url, headers, body }, agent, signal) {
    return new Promise((resolve, reject) => {
        const outgoing = (0,external_node_https_.request)(url, { method, headers, agent, signal, timeout: kubernetes_transport_TIMEOUT_MS }, (incoming) => {
            const chunks = [];
            incoming.on('data', (chunk) => chunks.push(chunk));
            incoming.on('error', reject);
            incoming.on('end', () => resolve({
                status: incoming.statusCode ?? 0,
                text: Buffer.concat(chunks).toString('utf8'),
                retryAfter: Number(incoming.headers['retry-after'] ?? 0),
            }));
        });
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${kubernetes_transport_TIMEOUT_MS / 1000} s`)));
        outgoing.on('error', reject);
        outgoing.end(body);
    });
}

;// CONCATENATED MODULE: ./src/adapters/kubernetes-http.ts




/** For a server, or a gateway before it, that does not speak HTTP/2. */
const HTTP1_CONNECTIONS = 16;
/** While an image is built nothing is sent: gateways forget a connection that is silent for some minutes. */
const KEEP_ALIVE_MS = 15_000;
/** An answer that a later try may get better: 429 and 5xx. */
class Busy extends Error {
    answer;
    constructor(answer) {
        super(`HTTP ${answer.status}`);
        this.answer = answer;
    }
}
/**
 * The server answers 500 for a field that no schema has (kubernetes/kubernetes, structured-merge-diff), where no later try
 * gets better, and for a webhook that does not answer, for which the caller has a patience of its own.
 */
const OTHER_500 = ['failed to create typed patch object', 'failed calling webhook'];
/** The server's certificate is not of the authority that the kubeconfig names, or not of its name: no later try gets better. */
class Untrusted extends Error {
}
/** How Node's TLS names what is wrong with a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_FAULT = /CERT|SIGNATURE|ISSUER|ALTNAME|CA_/;
/** Whether the same call may get a better answer in a moment. */
function isBusy({ status, text }) {
    return status === 429 || (status >= 500 && !OTHER_500.some((words) => text.includes(words)));
}
/** One API server. All calls share one HTTP/2 connection, so that many at once cost one handshake and no queue. */
class ApiServer {
    #server;
    #credentials;
    #http1;
    #connection;
    #running = 0;
    constructor(server, credentials) {
        this.#server = server;
        this.#credentials = credentials;
        this.#http1 = new external_node_https_.Agent({ ...credentials.tls, keepAlive: true, maxSockets: HTTP1_CONNECTIONS });
    }
    /** Sends one request and gives the answer, whatever its status. Rejects where there is none within the time limit. */
    async send(call, signal) {
        const url = new URL(this.#server);
        url.pathname = `${url.pathname.replace(/\/$/, '')}${call.path}`;
        url.search = new URLSearchParams(call.query).toString();
        const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
        const headers = {
            ...this.#credentials.headers,
            accept: 'application/json',
            ...(body === undefined
                ? {}
                : { 'content-type': call.type ?? 'application/json', 'content-length': body.length }),
        };
        const message = { method: call.method, url, headers, body };
        const session = await this.#session();
        if (session === undefined)
            return overHttp1(message, this.#http1, signal);
        this.#running += 1;
        session.ref();
        try {
            return await overHttp2(message, session, signal);
        }
        finally {
            this.#running -= 1;
            // An open connection alone is no reason to go on running.
            if (this.#running === 0)
                session.unref();
        }
    }
    /** Gives the open connection, or a new one; undefined where the server speaks HTTP/1.1 only. */
    async #session() {
        const connection = (this.#connection ??= this.#open());
        const forget = () => {
            if (this.#connection === connection)
                this.#connection = undefined;
        };
        const session = await connection.catch((error) => {
            forget();
            throw error;
        });
        if (session === undefined || !(session.closed || session.destroyed))
            return session;
        forget();
        return this.#session();
    }
    async #open() {
        const { hostname, port } = this.#server;
        const host = hostname.replace(/^\[(.*)\]$/, '$1');
        const socket = (0,external_node_tls_.connect)({
            ...this.#credentials.tls,
            host,
            port: port === '' ? 443 : Number(port),
            servername: this.#credentials.tls.servername ?? (/^[\d.]+$|:/.test(host) ? '' : host),
            ALPNProtocols: ['h2', 'http/1.1'],
            timeout: kubernetes_transport_TIMEOUT_MS,
        });
        await secured(socket);
        if (socket.alpnProtocol !== 'h2') {
            socket.destroy();
            return undefined;
        }
        const session = (0,external_node_http2_.connect)(this.#server, { createConnection: () => socket });
        // Each call learns of it by its own stream.
        session.on('error', () => undefined);
        return session;
    }
}
function secured(socket) {
    return new Promise((resolve, reject) => {
        socket.once('secureConnect', () => {
            socket.setTimeout(0);
            socket.setKeepAlive(true, KEEP_ALIVE_MS);
            resolve();
        });
        socket.once('error', (error) => {
            const isUntrusted = CERTIFICATE_FAULT.test(String(error.code));
            reject(new (isUntrusted ? Untrusted : Error)(error.message, { cause: error }));
        });
        socket.once('timeout', () => socket.destroy(new Error(`no answer within ${kubernetes_transport_TIMEOUT_MS / 1000} s`)));
    });
}

// EXTERNAL MODULE: ./src/manifests/yaml.ts + 5 modules
var yaml = __webpack_require__(202);
;// CONCATENATED MODULE: ./src/adapters/kubernetes-credentials.ts


/** Gives the credentials that a kubeconfig holds for its current context. */
function credentialsOf(kubeconfig) {
    const [config] = (0,yaml/* parseYaml */.hN)(kubeconfig.text);
    const named = (list, name, field) => (0,json.at)((0,json/* listAt */.gT)(config, list).find((entry) => (0,json/* textAt */.$6)(entry, 'name') === name), field);
    const context = named('contexts', (0,json/* textAt */.$6)(config, 'current-context'), 'context');
    const cluster = named('clusters', (0,json/* textAt */.$6)(context, 'cluster'), 'cluster');
    const user = named('users', (0,json/* textAt */.$6)(context, 'user'), 'user');
    const decoded = (value, field) => (0,json/* textAt */.$6)(value, field) === '' ? undefined : Buffer.from((0,json/* textAt */.$6)(value, field), 'base64');
    const tls = {
        ca: decoded(cluster, 'certificate-authority-data'),
        cert: decoded(user, 'client-certificate-data'),
        key: decoded(user, 'client-key-data'),
        servername: (0,json/* textAt */.$6)(cluster, 'tls-server-name') || undefined,
    };
    const [token, as] = [(0,json/* textAt */.$6)(user, 'token'), (0,json/* textAt */.$6)(user, 'as')];
    return {
        tls: Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
        headers: { ...(as === '' ? {} : { 'impersonate-user': as }), ...(token === '' ? {} : bearer(token)) },
    };
}
/** Gives the header by which a token enters. */
function bearer(token) {
    return { authorization: `Bearer ${token}` };
}

;// CONCATENATED MODULE: ./src/adapters/kubernetes-login.ts




const TIME_LIMIT_SECONDS = 60;
const SHOWN_LINES = 5;
/** Words that may be a token or a key, whoever printed them. */
const TOKEN_LIKE = /[A-Za-z0-9+/=_.~-]{20,}/g;
/**
 * Gives the credentials of the kubeconfig, or of its exec plugin where it has one. The program gets none of the action's
 * inputs and a time limit, and what it prints is not shown, unlike by the way of `@kubernetes/client-node`. Throws DeployError.
 */
async function login(kubeconfig, mask, signal) {
    const known = credentialsOf(kubeconfig);
    if (kubeconfig.exec === undefined)
        return known;
    const { token, certificate, key } = credentialOf(await ask(kubeconfig.exec, signal), kubeconfig.exec);
    for (const secret of [token, key])
        mask(secret);
    return {
        tls: { ...known.tls, ...(certificate === '' ? {} : { cert: certificate, key }) },
        headers: { ...known.headers, ...(token === '' ? {} : bearer(token)) },
    };
}
async function ask(plugin, signal) {
    const limit = AbortSignal.timeout(TIME_LIMIT_SECONDS * 1000);
    try {
        const { command, args, env } = plugin;
        return await run({ file: command, args, env, signal: AbortSignal.any([signal, limit]) });
    }
    catch (error) {
        signal.throwIfAborted();
        if (limit.aborted)
            throw failed(plugin, `did not end within ${TIME_LIMIT_SECONDS} s`);
        throw error;
    }
}
/** Reads an ExecCredential (client.authentication.k8s.io), of which nothing is ever shown. */
function credentialOf({ code, stdout, tail }, plugin) {
    if (code === 127)
        throw failed(plugin, 'could not be started: the runner has no such program');
    const output = new Set(stdout.split(/\r?\n/));
    const said = tail.filter((line) => !output.has(line)).slice(-SHOWN_LINES);
    const shown = said.map((line) => line.replaceAll(TOKEN_LIKE, '***'));
    if (code !== 0)
        throw failed(plugin, `ended with exit code ${code}`, shown);
    const status = kubernetes_login_statusOf(stdout);
    if (status === undefined)
        throw failed(plugin, 'printed no ExecCredential with a status', shown);
    const token = (0,json/* textAt */.$6)(status, 'token').trim();
    const [certificate, key] = [(0,json/* textAt */.$6)(status, 'clientCertificateData'), (0,json/* textAt */.$6)(status, 'clientKeyData')];
    if ((certificate === '') !== (key === ''))
        throw failed(plugin, 'gave a certificate without its key, or a key without its certificate', shown);
    if (token === '' && certificate === '')
        throw failed(plugin, 'gave neither a token nor a certificate', shown);
    if (/[^\x21-\x7E]/.test(token))
        throw failed(plugin, 'gave a token with signs that no token has', shown);
    const end = Date.parse((0,json/* textAt */.$6)(status, 'expirationTimestamp'));
    if (end <= Date.now())
        throw failed(plugin, `gave credentials that expired on ${new Date(end).toISOString()}`, shown);
    return { token, certificate, key };
}
function kubernetes_login_statusOf(stdout) {
    try {
        const credential = JSON.parse(stdout);
        const status = (0,json/* isObject */.Gv)(credential) ? credential['status'] : undefined;
        return (0,json/* isObject */.Gv)(status) ? status : undefined;
    }
    catch {
        return undefined;
    }
}
function failed(plugin, how, evidence = []) {
    const name = JSON.stringify(plugin.command.split(/[/\\]/).at(-1));
    return new src_errors/* DeployError */.sH({
        code: 'cluster-unauthorized',
        cause: `the program ${name}, which kube-config names to log in, ${how}`,
        advice: 'Install and configure it in a step before this one, or give a kubeconfig with the token of a service account.',
        evidence,
    });
}

;// CONCATENATED MODULE: ./src/adapters/kubernetes-connection.ts


/** The steps of a run make a client each; those of one kubeconfig log in once and share a connection. */
const connections = new WeakMap();
/** Gives the connection of a kubeconfig; `mask` is told the credentials that a program of its gives. */
function connectionOf(kubeconfig, mask, signal) {
    const known = connections.get(kubeconfig);
    if (known !== undefined)
        return known;
    const server = login(kubeconfig, mask, signal).then((credentials) => new ApiServer(new URL(kubeconfig.server), credentials));
    const connection = { server, types: new Map() };
    connections.set(kubeconfig, connection);
    // Told by the first call; a client that is never used must not end the process.
    server.catch(() => connections.delete(kubeconfig));
    return connection;
}

;// CONCATENATED MODULE: ./src/adapters/kubernetes-errors.ts


/** The server answered, and would not do it. */
function refused(host, what, { code, status }) {
    return new src_errors/* DeployError */.sH({
        code: code === 403 ? 'cluster-forbidden' : 'cluster-unreachable',
        cause: `the cluster ${host} refused to ${what}: ${(0,json/* textAt */.$6)(status, 'message') || `HTTP ${code}`}`,
        advice: 'Give the kubeconfig’s account the right to do this.',
    });
}
/** The credentials are not accepted. */
function unauthorized(host) {
    return new src_errors/* DeployError */.sH({
        code: 'cluster-unauthorized',
        cause: `the cluster ${host} does not accept the kubeconfig’s credentials`,
        advice: 'The token was revoked or has expired: make a new kubeconfig and update KUBE_CONFIG, or leave it out and give linode-token.',
    });
}
/** The server shows a certificate of another cluster. */
function untrusted(host, error) {
    return new src_errors/* DeployError */.sH({
        code: 'cluster-unreachable',
        cause: `the cluster ${host} shows a certificate that the kubeconfig does not trust: ${error.message}`,
        advice: 'Take the kubeconfig of this very cluster: its certificate-authority-data is of another one.',
    }, { cause: error });
}
/** No answer, after all tries. */
function unreachable(host, error) {
    return new src_errors/* DeployError */.sH({
        code: 'cluster-unreachable',
        cause: `the cluster ${host} cannot be reached: ${(0,src_errors/* messageOf */.bD)(error)}`,
        advice: 'Check that the cluster exists, that KUBE_CONFIG is of this cluster, and that its control-plane ACL lets the runner in.',
    }, { cause: error });
}

;// CONCATENATED MODULE: ./src/adapters/kubernetes.ts







const kubernetes_RETRIES = 5;
/** A server that asks for more patience than this is as good as away. */
const LONGEST_RETRY_AFTER_SECONDS = 30;
/** Talks to one API server over one connection, JSON as it is (docs/adr/0004). */
class KubernetesClient {
    #host;
    #signal;
    #connection;
    /** `mask` is told the credentials that a program of the kubeconfig's gives. */
    constructor(kubeconfig, signal, mask = () => undefined) {
        this.#host = new URL(kubeconfig.server).host;
        this.#signal = signal;
        this.#connection = connectionOf(kubeconfig, mask, signal);
    }
    async types(apiVersion) {
        const { types } = this.#connection;
        const known = types.get(apiVersion);
        if (known !== undefined && (await known).length > 0)
            return known;
        const asked = this.#discover(apiVersion);
        types.set(apiVersion, asked);
        asked.catch(() => types.delete(apiVersion));
        return asked;
    }
    async typeOf(groupKind) {
        const [kind = '', ...group] = groupKind.split('.');
        const apiVersion = group.length === 0 ? 'v1' : await this.#preferred(group.join('.'));
        return apiVersion === undefined
            ? undefined
            : (await this.types(apiVersion)).find((type) => type.kind === kind);
    }
    async get(key) {
        return this.#call({ method: 'GET', path: pathOf(key.type, key.namespace, key.name) });
    }
    async apply(key, object, options) {
        const query = {
            fieldManager: options.fieldManager,
            fieldValidation: 'Strict',
            ...(options.force ? { force: 'true' } : {}),
            ...(options.dryRun ? { dryRun: 'All' } : {}),
        };
        return this.#call({
            method: 'PATCH',
            path: pathOf(key.type, key.namespace, key.name),
            query,
            type: 'application/apply-patch+yaml',
            body: object,
        });
    }
    async patch(key, operations) {
        return this.#call({
            method: 'PATCH',
            path: pathOf(key.type, key.namespace, key.name),
            type: 'application/json-patch+json',
            body: operations,
        });
    }
    async remove(key, uid) {
        const body = {
            kind: 'DeleteOptions',
            apiVersion: 'v1',
            propagationPolicy: 'Background',
            preconditions: { uid },
        };
        return this.#call({ method: 'DELETE', path: pathOf(key.type, key.namespace, key.name), body });
    }
    async list(type, namespace, labels, fields) {
        const query = {
            ...(labels === undefined ? {} : { labelSelector: labels }),
            ...(fields === undefined ? {} : { fieldSelector: fields }),
        };
        const answer = await this.#call({ method: 'GET', path: pathOf(type, namespace), query });
        if (!answer.ok)
            throw refused(this.#host, `list ${type.plural}`, answer);
        const { apiVersion, kind } = type;
        // The items of a list do not carry what the list says once.
        return (0,json/* listAt */.gT)(answer.object, 'items')
            .filter(json/* isObject */.Gv)
            .map((item) => ({ ...item, apiVersion, kind }));
    }
    async logs(namespace, pod, container, options) {
        const query = {
            container,
            previous: String(options.previous),
            tailLines: String(options.lines),
            limitBytes: '20000',
        };
        const path = `/api/v1/namespaces/${namespace}/pods/${pod}/log`;
        return this.#send({ method: 'GET', path, query }, ({ status, text }) => status === 200 ? text.split('\n').filter((line) => line !== '') : []);
    }
    async #preferred(group) {
        const answer = await this.#call({ method: 'GET', path: `/apis/${group}` });
        if (!answer.ok && answer.code !== 404)
            throw refused(this.#host, `discover ${group}`, answer);
        return answer.ok ? (0,json/* textAt */.$6)(answer.object, 'preferredVersion', 'groupVersion') || undefined : undefined;
    }
    async #discover(apiVersion) {
        const answer = await this.#call({ method: 'GET', path: groupPath(apiVersion) });
        if (!answer.ok && answer.code !== 404)
            throw refused(this.#host, `discover ${apiVersion}`, answer);
        return (0,json/* listAt */.gT)(answer.ok ? answer.object : {}, 'resources')
            .filter((resource) => !(0,json/* textAt */.$6)(resource, 'name').includes('/'))
            .map((resource) => ({
            apiVersion,
            kind: (0,json/* textAt */.$6)(resource, 'kind'),
            plural: (0,json/* textAt */.$6)(resource, 'name'),
            namespaced: (0,json/* isObject */.Gv)(resource) && resource['namespaced'] === true,
        }));
    }
    async #call(call) {
        const { status, body } = await this.#send(call, (answer) => ({
            status: answer.status,
            body: parse(answer),
        }));
        return status < 300 ? { ok: true, object: body } : { ok: false, code: status, status: body };
    }
    /** Sends, and again on a lost connection, 429 and 5xx; every call here is safe to repeat. */
    async #send(call, read) {
        try {
            const server = await this.#connection.server;
            return await (0,p_retry/* default */.Ay)(async () => {
                const answer = await server.send(call, this.#signal).catch((error) => {
                    throw error instanceof Untrusted ? new p_retry/* AbortError */.lc(untrusted(this.#host, error)) : error;
                });
                if (answer.status === 401)
                    throw new p_retry/* AbortError */.lc(unauthorized(this.#host));
                if (isBusy(answer))
                    throw new Busy(answer);
                return read(answer);
            }, {
                retries: kubernetes_RETRIES,
                minTimeout: 250,
                randomize: true,
                signal: this.#signal,
                onFailedAttempt: async ({ error }) => {
                    if (!(error instanceof Busy))
                        return;
                    const seconds = Math.min(error.answer.retryAfter, LONGEST_RETRY_AFTER_SECONDS);
                    await (0,promises_.setTimeout)(seconds * 1000, undefined, { signal: this.#signal });
                },
            });
        }
        catch (error) {
            this.#signal.throwIfAborted();
            if (error instanceof src_errors/* DeployError */.sH)
                throw error;
            if (error instanceof Busy)
                return read(error.answer);
            throw unreachable(this.#host, error);
        }
    }
}
function groupPath(apiVersion) {
    return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
function pathOf(type, namespace, name) {
    const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return `${groupPath(type.apiVersion)}${scope}/${type.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}
/** Gives the JSON of an answer. Throws where a good answer is none, since then a part of it was lost on the way. */
function parse({ status, text }) {
    try {
        const value = JSON.parse(text);
        return (0,json/* isObject */.Gv)(value) ? value : {};
    }
    catch {
        if (status < 300)
            throw new Error('its answer is cut off');
        return { message: text.slice(0, 300) };
    }
}

;// CONCATENATED MODULE: ./src/adapters/kustomize.ts



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
class KubectlKustomize {
    #signal;
    #program;
    constructor(signal, program = 'kubectl') {
        this.#signal = signal;
        this.#program = program;
    }
    async render(folder) {
        const args = ['kustomize', (0,external_node_path_.resolve)(folder), ...OFF];
        const exit = await run({ file: this.#program, args, env: OFFLINE, signal: this.#signal });
        if (exit.code === 0)
            return exit.stdout;
        throw new src_errors/* DeployError */.sH(exit.code === 127 ? missing(folder) : kustomize_failed(folder, exit));
    }
}
function missing(folder) {
    return {
        code: 'kustomize-missing',
        cause: `${folder} has a kustomization file, but there is no kubectl to render it`,
        advice: 'Install kubectl before this step (GitHub’s own Ubuntu runners have it), or name the files of the folder in the input manifests.',
    };
}
function kustomize_failed(folder, { code, stderr }) {
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
const KNOWN = [
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

;// CONCATENATED MODULE: ./src/adapters/linode-refusal.ts

/** What Linode says of a token that it does not know. */
const INVALID_TOKEN = 'Invalid Token';
/** Gives what is told of an answer that is none: the token, its scopes, or Linode itself. */
function linode_refusal_refused({ status, headers, reason }, what) {
    const cause = `Linode answered ${status} for ${what}${reason === '' ? '' : `: ${reason}`}`;
    if (status !== 401 && status !== 403) {
        return new src_errors/* DeployError */.sH({
            code: 'linode-refused',
            cause,
            advice: 'Look at https://status.linode.com and run the job again.',
        });
    }
    const asked = headers.get('x-accepted-oauth-scopes') ?? '';
    if (reason === INVALID_TOKEN || asked === '') {
        return new src_errors/* DeployError */.sH({
            code: 'linode-token-refused',
            cause: `linode-token is not accepted: ${cause}`,
            advice: 'It was revoked, has expired, or is no token of Linode’s: make a new one, and update the secret.',
        });
    }
    return new src_errors/* DeployError */.sH({
        code: 'linode-token-scopes',
        cause: `linode-token lacks the scope ${asked}: ${cause}`,
        advice: 'Make a token that has it in Linode’s Cloud Manager, and update the secret.',
    });
}

;// CONCATENATED MODULE: ./src/adapters/linode-http.ts




const API = 'https://api.linode.com/v4';
const linode_http_TIMEOUT_MS = 20_000;
const PATIENCE_MS = 2 * 60_000;
/** How often a lost connection is tried again: a name that does not resolve will not in a minute either. */
const RECONNECTS = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** What the provider of Terraform obeys of a Retry-After at most. */
const LONGEST_RETRY_AFTER_MS = 30_000;
/** Asks for the largest page that Linode gives: few lists have a second one. */
const LARGEST_PAGE = 'page_size=500';
/** An answer by which the API asks for patience. */
class linode_http_Busy extends Error {
    answer;
    constructor(answer) {
        super(`answered ${answer.status}`);
        this.answer = answer;
    }
}
/** Asks Linode's API v4, politely: https://techdocs.akamai.com/linode-api/reference/rate-limits */
class LinodeHttp {
    #token;
    #clock;
    #log;
    #signal;
    constructor(token, clock, log, signal) {
        this.#token = token;
        this.#clock = clock;
        this.#log = log;
        this.#signal = signal;
    }
    /**
     * Gives the answer to a GET; `what` names it for people. Asks again while Linode is busy and where the connection is lost. Throws
     * DeployError where there is no answer within `patience` milliseconds, or Linode is under maintenance.
     */
    async get(path, what, { headers = {}, patience = PATIENCE_MS } = {}) {
        return this.#patiently({ method: 'GET', path, headers }, what, patience);
    }
    /** Gives the entries of every page of a list, asked for as patiently as by get(). Throws DeployError, also where it is no list. */
    async list(path, what, headers = {}) {
        const found = [];
        for (let page = 1;; page += 1) {
            const answer = await this.get(page === 1 ? path : withPage(path, page), what, { headers });
            const list = answer.status === 200 ? (0,json.at)(answer.body, 'data') : undefined;
            // A page of a proxy must not pass for "there is none": that would make a second one.
            if (!Array.isArray(list))
                throw linode_refusal_refused(answer, what);
            found.push(...list);
            if (page >= (0,json/* numberAt */.tk)(answer.body, 'pages'))
                return found;
        }
    }
    /** Sends what may be sent twice, as patiently as get(). Throws DeployError. */
    async send(method, path, what, body) {
        const headers = { 'content-type': 'application/json' };
        return this.#patiently({ method, path, headers, body }, what, PATIENCE_MS);
    }
    async #patiently(call, what, patience) {
        const start = this.#clock.now();
        let told = '';
        try {
            return await (0,p_retry/* default */.Ay)(() => this.#once(call, what), {
                retries: Infinity,
                minTimeout: 0,
                signal: this.#signal,
                onFailedAttempt: async ({ error, attemptNumber }) => {
                    const pause = pauseAfter(error, attemptNumber);
                    if (!(error instanceof linode_http_Busy) && attemptNumber > RECONNECTS)
                        throw error;
                    if (this.#clock.now() + pause - start > patience)
                        throw error;
                    const says = saidBy(error);
                    if (says !== told)
                        this.#log.info(`Linode ${says} for ${what}: asking again.`);
                    told = says;
                    await this.#clock.sleep(pause);
                },
            });
        }
        catch (error) {
            this.#signal.throwIfAborted();
            if (error instanceof src_errors/* DeployError */.sH)
                throw error;
            throw unavailable(error, what, Math.round((this.#clock.now() - start) / 1000));
        }
    }
    async #once({ method, path, headers, body: sent }, what) {
        const response = await fetch(`${API}${path}`, {
            method,
            ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
            headers: { authorization: `Bearer ${this.#token}`, accept: 'application/json', ...headers },
            signal: AbortSignal.any([this.#signal, AbortSignal.timeout(linode_http_TIMEOUT_MS)]),
        });
        const body = await response.text().then(parsed);
        const answer = {
            status: response.status,
            headers: response.headers,
            body,
            reason: (0,json/* textAt */.$6)(body, 'errors', 0, 'reason'),
        };
        if (answer.status === 503 && answer.headers.has('x-maintenance-mode'))
            throw new p_retry/* AbortError */.lc(underMaintenance(what));
        if (linode_http_isBusy(answer))
            throw new linode_http_Busy(answer);
        return answer;
    }
}
function withPage(path, page) {
    return `${path}${path.includes('?') ? '&' : '?'}page=${page}`;
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function linode_http_isBusy({ status, reason }) {
    return status === 408 || status === 429 || status >= 500 || (status === 400 && reason === 'Linode busy.');
}
/** Gives milliseconds: what the server asks for, else longer from time to time. */
function pauseAfter(error, attempt) {
    const asked = error instanceof linode_http_Busy ? Number(error.answer.headers.get('retry-after') ?? '') : 0;
    if (asked > 0)
        return Math.min(asked * 1000, LONGEST_RETRY_AFTER_MS);
    return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}
function saidBy(error) {
    if (error instanceof linode_http_Busy) {
        const { status, reason } = error.answer;
        return `answered ${status}${reason === '' ? '' : ` (${reason})`}`;
    }
    return `did not answer (${error instanceof Error ? (0,src_errors/* messageOf */.bD)(error.cause ?? error) : (0,src_errors/* messageOf */.bD)(error)})`;
}
function unavailable(error, what, seconds) {
    return new src_errors/* DeployError */.sH({
        code: 'linode-unavailable',
        cause: `Linode ${saidBy(error)} for ${what}, and after ${seconds} s still so`,
        advice: adviceFor(error),
    }, { cause: error });
}
function adviceFor(error) {
    const { status, reason } = error instanceof linode_http_Busy ? error.answer : { status: 0, reason: '' };
    if (status === 429)
        return 'Something else uses up the account’s limit of requests: find out what, or run the job again later.';
    if (reason.includes('not yet available'))
        return 'Linode is still making it: run the job again in some minutes; where it stays so, look at the cluster in the Cloud Manager.';
    return 'Look at https://status.linode.com and run the job again.';
}
function underMaintenance(what) {
    return new src_errors/* DeployError */.sH({
        code: 'linode-unavailable',
        cause: `Linode’s API is under maintenance: it did not answer for ${what}`,
        advice: 'Run the job again when it is over: https://status.linode.com says when.',
    });
}

;// CONCATENATED MODULE: ./src/adapters/linode.ts



/** A new cluster's kubeconfig answers 503 for two to five minutes. */
const KUBECONFIG_PATIENCE_MS = 6 * 60_000;
/** What Linode gives as the scopes of a call without a token. */
const NO_TOKEN = 'unknown';
/** Reads from Linode's API v4: https://techdocs.akamai.com/linode-api/reference/api */
class LinodeClient {
    #http;
    constructor(token, clock, log, signal) {
        this.#http = new LinodeHttp(token, clock, log, signal);
    }
    async find(kind, label) {
        const headers = { 'x-filter': JSON.stringify({ label }) };
        const list = await this.#http.list(`/${kind}`, `the list of ${kind}`, headers);
        const found = list.find((item) => (0,json/* textAt */.$6)(item, 'label') === label);
        return found === undefined ? undefined : (0,json/* numberAt */.tk)(found, 'id');
    }
    async kubeconfig(clusterId) {
        const what = `the kubeconfig of cluster ${clusterId}`;
        const answer = await this.#http.get(`/lke/clusters/${clusterId}/kubeconfig`, what, {
            patience: KUBECONFIG_PATIENCE_MS,
        });
        if (answer.status === 404)
            return undefined;
        const kubeconfig = (0,json/* textAt */.$6)(answer.body, 'kubeconfig');
        if (answer.status !== 200 || kubeconfig === '')
            throw linode_refusal_refused(answer, what);
        return kubeconfig;
    }
    async scopes() {
        const what = 'the list of clusters';
        const answer = await this.#http.get('/lke/clusters?page_size=25', what);
        const held = answer.headers.get('x-oauth-scopes') ?? NO_TOKEN;
        if (held !== NO_TOKEN && answer.reason !== INVALID_TOKEN)
            return held.split(/[\s,]+/).filter((scope) => scope !== '');
        if (answer.status !== 200)
            throw linode_refusal_refused(answer, what);
        return undefined;
    }
    async kubernetesVersions() {
        return (await this.#http.list('/lke/versions', 'the versions of Kubernetes')).map(idOf);
    }
    async regions() {
        return (await this.#http.list(`/regions?${LARGEST_PAGE}`, 'the regions')).map((region) => ({
            id: idOf(region),
            capabilities: (0,json/* listAt */.gT)(region, 'capabilities').map(String),
        }));
    }
    async plans() {
        return (await this.#http.list(`/linode/types?${LARGEST_PAGE}`, 'the plans')).map(idOf);
    }
    async pools(clusterId) {
        const path = `/lke/clusters/${clusterId}/pools`;
        return (await this.#http.list(path, `the pools of cluster ${clusterId}`)).map((pool) => ({
            id: (0,json/* numberAt */.tk)(pool, 'id'),
            type: (0,json/* textAt */.$6)(pool, 'type'),
            nodes: (0,json/* listAt */.gT)(pool, 'nodes').map((node) => ({ id: idOf(node), status: (0,json/* textAt */.$6)(node, 'status') })),
            most: (0,json.at)(pool, 'autoscaler', 'enabled') === true
                ? (0,json/* numberAt */.tk)(pool, 'autoscaler', 'max')
                : (0,json/* numberAt */.tk)(pool, 'count'),
        }));
    }
}
function idOf(item) {
    return (0,json/* textAt */.$6)(item, 'id');
}

;// CONCATENATED MODULE: ./src/adapters/linode-made.ts



/**
 * Finds and deletes what Linode's drivers made for a cluster. Volumes know no cluster, and those of the usual classes carry no tag; a
 * NodeBalancer names its cluster: https://techdocs.akamai.com/linode-api/reference/get-node-balancers
 */
class LinodeMade {
    #http;
    constructor(token, clock, log, signal) {
        this.#http = new LinodeHttp(token, clock, log, signal);
    }
    async volumes(tag) {
        const filter = { 'x-filter': JSON.stringify({ tags: tag }) };
        const all = await this.#http.list(`/volumes?${LARGEST_PAGE}`, `the volumes with the tag ${tag}`, filter);
        return all.filter((volume) => (0,json/* listAt */.gT)(volume, 'tags').includes(tag)).map(volumeOf);
    }
    async tagVolume(id, tag) {
        const what = `the volume ${id}`;
        const answer = await this.#http.get(`/volumes/${id}`, what);
        if (answer.status === 404)
            return false;
        if (answer.status !== 200)
            throw linode_refusal_refused(answer, what);
        const tags = (0,json/* listAt */.gT)(answer.body, 'tags');
        if (tags.includes(tag))
            return true;
        const tagged = await this.#http.send('PUT', `/volumes/${id}`, `tagging the volume ${id}`, {
            tags: [...tags, tag],
        });
        if (tagged.status !== 200)
            throw linode_refusal_refused(tagged, `tagging the volume ${id}`);
        return true;
    }
    async deleteVolume(id) {
        const what = `deleting the volume ${id}`;
        const answer = await this.#http.send('DELETE', `/volumes/${id}`, what);
        if (answer.status === 200 || answer.status === 404)
            return undefined;
        if (answer.status !== 400)
            throw linode_refusal_refused(answer, what);
        return answer.reason;
    }
    async balancers(clusterId) {
        const all = await this.#http.list(`/nodebalancers?${LARGEST_PAGE}`, 'the NodeBalancers');
        return all
            .filter((balancer) => (0,json.at)(balancer, 'lke_cluster', 'id') === clusterId)
            .map((balancer) => ({
            id: (0,json/* numberAt */.tk)(balancer, 'id'),
            label: (0,json/* textAt */.$6)(balancer, 'label'),
            region: (0,json/* textAt */.$6)(balancer, 'region'),
            plan: (0,json/* textAt */.$6)(balancer, 'type'),
        }));
    }
}
function volumeOf(volume) {
    return {
        id: (0,json/* numberAt */.tk)(volume, 'id'),
        label: (0,json/* textAt */.$6)(volume, 'label'),
        size: (0,json/* numberAt */.tk)(volume, 'size'),
        region: (0,json/* textAt */.$6)(volume, 'region'),
    };
}

// EXTERNAL MODULE: ./src/infra/prices.ts
var prices = __webpack_require__(658);
;// CONCATENATED MODULE: ./src/adapters/linode-prices.ts




const linode_prices_API = 'https://api.linode.com/v4';
/** Short: a price is not worth a wait. */
const linode_prices_TIMEOUT_MS = 5_000;
const linode_prices_RETRIES = 1;
/** The largest page that Linode gives; the longest list, that of the plans, has some hundred entries. */
const linode_prices_PAGE = 500;
/** Reads Linode's public price lists; they need no token. */
class LinodePrices {
    #signal;
    constructor(signal) {
        this.#signal = signal;
    }
    async read(lists) {
        const read = await Promise.all(lists.map(async (list) => [list, (0,prices/* readPrices */.RP)(await this.#get(list))]));
        return Object.fromEntries(read);
    }
    async #get(list) {
        const ask = () => this.#answer(`${linode_prices_API}/${list}?page_size=${linode_prices_PAGE}`);
        try {
            return await (0,p_retry/* default */.Ay)(ask, { retries: linode_prices_RETRIES, minTimeout: 500, signal: this.#signal });
        }
        catch (error) {
            throw new src_errors/* DeployError */.sH({
                code: 'linode-refused',
                cause: `Linode’s price list ${list} cannot be read: ${(0,src_errors/* messageOf */.bD)(error)}`,
                advice: 'Look at Linode’s status page; the run goes on without prices.',
            }, { cause: error });
        }
    }
    async #answer(url) {
        const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(linode_prices_TIMEOUT_MS)]);
        const response = await fetch(url, { signal });
        const answer = response.ok ? await response.json().catch(() => undefined) : undefined;
        if (Array.isArray((0,json.at)(answer, 'data')))
            return answer;
        throw new Error(`it answered ${response.status}${response.ok ? ', but no list' : ''}`);
    }
}

;// CONCATENATED MODULE: ./src/adapters/linode-storage.ts



const linode_storage_API = 'https://api.linode.com/v4/object-storage';
const linode_storage_TIMEOUT_MS = 20_000;
const linode_storage_RETRIES = 3;
/** The largest page that Linode gives. */
const linode_storage_PAGE = 500;
/** Object Storage as Linode's API v4 manages it: stores, buckets and access keys. */
class LinodeStorage {
    #token;
    #signal;
    constructor(token, signal) {
        this.#token = token;
        this.#signal = signal;
    }
    async stores() {
        const all = await this.#list('endpoints');
        return all.map((entry) => ({ region: (0,json/* textAt */.$6)(entry, 'region'), host: (0,json/* textAt */.$6)(entry, 's3_endpoint') }));
    }
    async buckets() {
        return (await this.#list('buckets')).map(bucketOf);
    }
    async makeBucket(label, region) {
        return bucketOf(await this.#ask('POST', 'buckets', { label, region, acl: 'private' }));
    }
    async keys() {
        return (await this.#list('keys')).map((entry) => ({
            id: (0,json/* numberAt */.tk)(entry, 'id'),
            label: (0,json/* textAt */.$6)(entry, 'label'),
            buckets: (0,json/* listAt */.gT)(entry, 'bucket_access').map((access) => ({
                region: (0,json/* textAt */.$6)(access, 'region'),
                name: (0,json/* textAt */.$6)(access, 'bucket_name'),
            })),
        }));
    }
    async makeKey(label, bucket) {
        const access = { region: bucket.region, bucket_name: bucket.label, permissions: 'read_write' };
        const key = await this.#ask('POST', 'keys', { label, bucket_access: [access] });
        return {
            id: (0,json/* numberAt */.tk)(key, 'id'),
            accessKey: (0,json/* textAt */.$6)(key, 'access_key'),
            secretKey: (0,json/* textAt */.$6)(key, 'secret_key'),
        };
    }
    async removeKey(id) {
        await this.#ask('DELETE', `keys/${id}`);
    }
    async #list(path) {
        const pages = [];
        for (let page = 1;; page += 1) {
            const answer = await this.#ask('GET', `${path}?page=${page}&page_size=${linode_storage_PAGE}`);
            pages.push(...(0,json/* listAt */.gT)(answer, 'data'));
            if (page >= (0,json/* numberAt */.tk)(answer, 'pages'))
                return pages;
        }
    }
    async #ask(method, path, body) {
        try {
            return await (0,p_retry/* default */.Ay)(() => this.#send(method, path, body), {
                // What was made without an answer would be made twice.
                retries: method === 'POST' ? 0 : linode_storage_RETRIES,
                minTimeout: 500,
                signal: this.#signal,
            });
        }
        catch (error) {
            this.#signal.throwIfAborted();
            const what = `${method === 'GET' ? 'reading' : method === 'POST' ? 'making' : 'removing'} Object Storage ${path.split('?')[0]}`;
            throw new src_errors/* DeployError */.sH({
                code: 'linode-refused',
                cause: `Linode ${(0,src_errors/* messageOf */.bD)(error)} for ${what}`,
                advice: 'linode-token needs the scope object_storage:read_write; where the name of the bucket is taken, give another in backend-config.',
            }, { cause: error });
        }
    }
    async #send(method, path, body) {
        const response = await fetch(`${linode_storage_API}/${path}`, {
            method,
            headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
            signal: AbortSignal.any([this.#signal, AbortSignal.timeout(linode_storage_TIMEOUT_MS)]),
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }).catch((error) => {
            throw new Error(`did not answer (${(0,src_errors/* messageOf */.bD)(error instanceof Error ? (error.cause ?? error) : error)})`);
        });
        const answer = await response.json().catch(() => undefined);
        if (response.ok && answer !== undefined)
            return answer;
        const reason = (0,json/* textAt */.$6)(answer, 'errors', 0, 'reason');
        const said = new Error(`answered ${response.status}${reason === '' ? '' : ` (${reason})`}`);
        throw response.status === 429 || response.status >= 500 ? said : new p_retry/* AbortError */.lc(said);
    }
}
function bucketOf(entry) {
    return {
        label: (0,json/* textAt */.$6)(entry, 'label'),
        region: (0,json/* textAt */.$6)(entry, 'region'),
        host: (0,json/* textAt */.$6)(entry, 's3_endpoint'),
    };
}

// EXTERNAL MODULE: ./node_modules/aws4fetch/dist/aws4fetch.esm.mjs
var aws4fetch_esm = __webpack_require__(2580);
;// CONCATENATED MODULE: ./src/adapters/object-storage.ts




const object_storage_TIMEOUT_MS = 20_000;
const object_storage_RECONNECTS = 3;
const RECORD = '.applied.json';
/** By this Terraform takes its lock. */
const UNLESS_THERE = { 'if-none-match': '*' };
/** Answers by which a store says that it does not know the condition. */
const UNKNOWN_CONDITION = [400, 405, 501];
/** Gives the S3 endpoint of the state store: Linode Object Storage, or what AWS_ENDPOINT_URL_S3 names, as Terraform has it. */
function storeEndpoint(settings) {
    return (process.env['AWS_ENDPOINT_URL_S3'] ?? `https://${settings.backend['region'] ?? ''}.linodeobjects.com`);
}
/** Keeps the record of the last apply beside Terraform's state, as `<key>.applied.json`. */
class ObjectStorage {
    #client;
    #url;
    #bucket;
    #signal;
    constructor(settings, signal) {
        this.#client = new aws4fetch_esm/* AwsClient */.t({
            accessKeyId: settings.stateAccessKey,
            secretAccessKey: settings.stateSecretKey,
            region: settings.backend['region'] ?? '',
            service: 's3',
            retries: 3,
        });
        this.#bucket = settings.backend['bucket'] ?? '';
        this.#url = `${storeEndpoint(settings)}/${this.#bucket}/${settings.backend['key'] ?? ''}`;
        this.#signal = signal;
    }
    async readRecord() {
        const response = await this.#fetch({ method: 'GET', suffix: RECORD });
        const text = await response.text();
        if (response.status === 404 && !text.includes('NoSuchBucket'))
            return undefined;
        if (!response.ok)
            throw this.#failed(response.status, text);
        const record = this.#parsed(text);
        const [clusterId, shipped] = [(0,json.at)(record, 'clusterId'), (0,json.at)(record, 'shipped')];
        return {
            fingerprint: (0,json/* textAt */.$6)(record, 'fingerprint'),
            commit: (0,json/* textAt */.$6)(record, 'commit'),
            clusterId: typeof clusterId === 'number' ? clusterId : undefined,
            ...(typeof shipped === 'boolean' ? { shipped } : {}),
        };
    }
    async writeRecord(record) {
        const response = await this.#fetch({ method: 'PUT', suffix: RECORD, body: JSON.stringify(record) });
        if (!response.ok)
            throw this.#failed(response.status, await response.text());
    }
    async hasState() {
        const response = await this.#fetch({ method: 'HEAD', suffix: '' });
        if (response.status === 404)
            return false;
        if (!response.ok)
            throw this.#failed(response.status, '');
        return true;
    }
    async tryLock() {
        // A name of its own: runs that try at the same time must not take each other's lock for theirs.
        const suffix = `.trial-${crypto.randomUUID()}`;
        const body = 'wpp-deploy-action tried here whether the state can be locked; this may be deleted.';
        const put = (headers) => this.#answer({ method: 'PUT', suffix, body, headers });
        const taken = await put(UNLESS_THERE);
        if (UNKNOWN_CONDITION.includes(taken.status)) {
            const plain = await put({});
            return { taken, plain, released: await this.#answer({ method: 'DELETE', suffix }) };
        }
        if (taken.status !== 200)
            return { taken };
        const again = await put(UNLESS_THERE);
        return { taken, again, released: await this.#answer({ method: 'DELETE', suffix }) };
    }
    async #answer(request) {
        const response = await this.#fetch(request);
        return { status: response.status, code: codeOf(await response.text()) };
    }
    async #fetch({ method, suffix, body, headers = {} }) {
        const send = () => this.#client.fetch(`${this.#url}${suffix}`, {
            method,
            headers: { ...headers },
            signal: AbortSignal.any([this.#signal, AbortSignal.timeout(object_storage_TIMEOUT_MS)]),
            ...(body === undefined ? {} : { body }),
        });
        try {
            return await (0,p_retry/* default */.Ay)(send, { retries: object_storage_RECONNECTS, minTimeout: 250, signal: this.#signal });
        }
        catch (error) {
            this.#signal.throwIfAborted();
            throw this.#failed(undefined, error instanceof Error ? (0,src_errors/* messageOf */.bD)(error.cause ?? error) : (0,src_errors/* messageOf */.bD)(error));
        }
    }
    #parsed(text) {
        try {
            return JSON.parse(text);
        }
        catch (cause) {
            throw new src_errors/* DeployError */.sH({
                code: 'state-store-failed',
                cause: `what the state store has at ${this.#url}${RECORD} is no record of an apply`,
                advice: 'Look at what is there. Where it is spoilt, delete it: Terraform is then run anew, and nothing else is lost.',
            }, { cause });
        }
    }
    #failed(status, text) {
        const code = codeOf(text) || (status === undefined ? text : '');
        return new src_errors/* DeployError */.sH({
            code: 'state-store-failed',
            cause: `the state store ${this.#url}${RECORD} ${status === undefined ? 'did not answer' : `answered ${status}`}${code === '' ? '' : `: ${code}`}`,
            advice: code === 'NoSuchBucket'
                ? `Make the bucket ${this.#bucket} by the command bootstrap or in Linode’s Cloud Manager, or name yours in backend-config.`
                : 'Check state-access-key, state-secret-key and backend-config; the key needs read and write on the bucket.',
        });
    }
}
/** Gives the code of an error of S3, such as `NoSuchBucket`, or ''. */
function codeOf(text) {
    return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? '';
}

;// CONCATENATED MODULE: ./src/image/contents.ts

/** Gives the digest of the image that stands for an index, or undefined where the manifest is one image's (OCI image index). */
function imageOfIndex(manifest) {
    const images = (0,json/* listAt */.gT)(manifest, 'manifests').filter(
    // Attestations are listed too, for a platform that is not known.
    (entry) => (0,json/* textAt */.$6)(entry, 'platform', 'os') !== 'unknown');
    const usual = images.find((entry) => (0,json/* textAt */.$6)(entry, 'platform', 'architecture') === 'amd64');
    const digest = (0,json/* textAt */.$6)(usual ?? images[0], 'digest');
    return digest === '' ? undefined : digest;
}
/** Reads an image's manifest and configuration (OCI image specification); the n-th step that left something made the n-th layer. */
function readContents(manifest, config) {
    const layers = (0,json/* listAt */.gT)(manifest, 'layers');
    const steps = (0,json/* listAt */.gT)(config, 'history').filter((step) => (0,json.at)(step, 'empty_layer') !== true);
    const known = steps.length === layers.length;
    return {
        layers: layers.map((layer, index) => ({
            digest: (0,json/* textAt */.$6)(layer, 'digest'),
            bytes: (0,json/* numberAt */.tk)(layer, 'size'),
            instruction: known ? instructionOf((0,json/* textAt */.$6)(steps[index], 'created_by')) : '',
        })),
    };
}
/** Compares an image with the one before it, where there is one. */
function compareContents(image, before) {
    const known = new Set(before?.layers.map(({ digest }) => digest));
    return {
        bytes: bytesOf(image),
        bytesBefore: before === undefined ? undefined : bytesOf(before),
        layers: image.layers.length,
        fresh: image.layers.filter(({ digest }) => !known.has(digest)),
    };
}
function bytesOf({ layers }) {
    return layers.reduce((sum, { bytes }) => sum + bytes, 0);
}
/** Gives the instruction as the Dockerfile has it; the values of build arguments, which the history repeats before each RUN, are left out. */
function instructionOf(createdBy) {
    const plain = createdBy
        .replace(/ # buildkit$/, '')
        .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
        .replace(/^(RUN )?(\|\d+ .*?)?\/bin\/sh -c /, 'RUN ');
    return /^(RUN )?\|\d+ /.test(plain) ? 'RUN' : plain.trim();
}

;// CONCATENATED MODULE: ./src/adapters/registry-http.ts


const registry_http_TIMEOUT_MS = 20_000;
const registry_http_RETRIES = 3;
const FIRST_WAIT_MS = 500;
/** A registry that asks for more patience than this is told of instead. */
const registry_http_LONGEST_WAIT_MS = 60_000;
/**
 * Speaks to one repository of a registry by the OCI distribution API, with Basic authentication or the token that the registry
 * asks for. Calls again where the registry is busy, broken or cut off.
 */
class RegistryHttp {
    #name;
    #basic;
    #clock;
    #signal;
    /** What the registry took last; it asks again where more is needed. */
    #authorization;
    constructor(name, login, clock, signal) {
        this.#name = name;
        this.#basic =
            login.password === ''
                ? undefined
                : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
        this.#clock = clock;
        this.#signal = signal;
    }
    /** Gives the answer, whatever its status. Throws DeployError where there is none. */
    async call(call) {
        for (let attempt = 0;; attempt += 1) {
            const answer = await this.#authorized(call).catch((error) => this.#lost(error));
            const isTransient = answer instanceof src_errors/* DeployError */.sH || answer.status === 429 || answer.status >= 500;
            const wait = answer instanceof src_errors/* DeployError */.sH ? undefined : this.#waitAsked(answer);
            if (isTransient && attempt < registry_http_RETRIES && (wait ?? 0) <= registry_http_LONGEST_WAIT_MS) {
                await this.#clock.sleep(wait ?? FIRST_WAIT_MS * 2 ** attempt);
                continue;
            }
            if (answer instanceof src_errors/* DeployError */.sH)
                throw answer;
            return answer;
        }
    }
    /** Gives the milliseconds that Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3). */
    #waitAsked(answer) {
        const header = answer.headers.get('retry-after');
        if (header === null)
            return undefined;
        const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - this.#clock.now();
        return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
    }
    async #authorized({ method, path, headers, body }) {
        const url = `https://${hostOf(this.#name)}/v2/${this.#name.repository}/${path}`;
        const send = () => {
            const own = this.#authorization === undefined ? {} : { authorization: this.#authorization };
            return this.#fetch(url, { method, headers: { ...headers, ...own }, ...(body ? { body } : {}) });
        };
        const answer = await send();
        const challenge = answer.headers.get('www-authenticate');
        if (answer.status !== 401 || challenge === null)
            return answer;
        const authorization = await this.#authorize(challenge, answer);
        if (authorization instanceof Response)
            return authorization;
        this.#authorization = authorization;
        return send();
    }
    /** Answers the registry's challenge: https://distribution.github.io/distribution/spec/auth/token/. Gives the refusal where there is one. */
    async #authorize(challenge, refused) {
        if (!/^bearer /i.test(challenge))
            return this.#basic;
        const part = (name) => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1];
        const realm = part('realm') ?? '';
        // Credentials go to no other place than one that a certificate vouches for.
        if (!URL.canParse(realm) || !realm.startsWith('https:'))
            return refused;
        const url = new URL(realm);
        url.searchParams.set('service', part('service') ?? this.#name.registry);
        url.searchParams.set('scope', part('scope') ?? `repository:${this.#name.repository}:pull`);
        const headers = this.#basic === undefined ? {} : { authorization: this.#basic };
        const response = await this.#fetch(url.href, { headers: { accept: 'application/json', ...headers } });
        if (!response.ok)
            return response;
        const answer = await response.json().catch(() => undefined);
        return `Bearer ${(0,json/* textAt */.$6)(answer, 'token') || (0,json/* textAt */.$6)(answer, 'access_token')}`;
    }
    #fetch(url, init) {
        return fetch(url, { ...init, signal: AbortSignal.any([this.#signal, AbortSignal.timeout(registry_http_TIMEOUT_MS)]) });
    }
    #lost(error) {
        this.#signal.throwIfAborted();
        const cause = error instanceof Error && error.cause !== undefined ? (0,src_errors/* messageOf */.bD)(error.cause) : (0,src_errors/* messageOf */.bD)(error);
        return new src_errors/* DeployError */.sH({
            code: 'registry-unreachable',
            cause: `the registry ${this.#name.registry} did not answer: ${cause}`,
            advice: 'Check the image input and the status of the registry, then run the job again.',
        }, { cause: error });
    }
}
/** Docker Hub's API has another name than its images (github.com/distribution/reference). */
function hostOf({ registry }) {
    return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

;// CONCATENATED MODULE: ./src/adapters/registry.ts






const MANIFEST_TYPES = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
/** More than this of an answer is not shown. */
const LONGEST_WORDS = 500;
/** Reads and sets the tags of one repository of a registry. */
class RegistryClient {
    #name;
    #http;
    #anonymous;
    constructor(name, login, clock, signal) {
        this.#name = name;
        this.#http = new RegistryHttp(name, login, clock, signal);
        this.#anonymous = new RegistryHttp(name, { username: '', password: '' }, clock, signal);
    }
    async digest(tag) {
        const headers = { accept: MANIFEST_TYPES };
        const answer = await this.#http.call({ method: 'HEAD', path: `manifests/${tag}`, headers });
        if (answer.status === 404)
            return undefined;
        if (!answer.ok)
            throw await this.#refused(answer, (0,image_reference/* formatName */.nD)(this.#name));
        return answer.headers.get('docker-content-digest') ?? undefined;
    }
    async addTag(present, added) {
        const headers = { accept: MANIFEST_TYPES };
        const manifest = await this.#http.call({ method: 'GET', path: `manifests/${present}`, headers });
        if (!manifest.ok)
            throw await this.#refused(manifest, (0,image_reference/* tagged */.VK)(this.#name, present));
        // The very bytes, since the digest is made of them.
        const body = await manifest.arrayBuffer();
        const type = manifest.headers.get('content-type') ?? '';
        const answer = await this.#http.call({
            method: 'PUT',
            path: `manifests/${added}`,
            headers: { 'content-type': type },
            body,
        });
        if (answer.ok)
            return undefined;
        const words = await answer.clone().text();
        // So say Amazon's and Harbor's, with statuses of their own.
        if (/immutable/i.test(words))
            return shown(`${answer.status} ${words}`);
        throw await this.#refused(answer, (0,image_reference/* tagged */.VK)(this.#name, added), true);
    }
    async uploadRefusal() {
        const answer = await this.#http.call({ method: 'POST', path: 'blobs/uploads/', headers: {} });
        const words = await answer.text();
        return answer.ok ? undefined : shown(`${answer.status} ${words}`);
    }
    async contents(reference) {
        const manifest = await this.#json(`manifests/${reference}`);
        const one = imageOfIndex(manifest);
        const image = one === undefined ? manifest : await this.#json(`manifests/${one}`);
        if ((0,json.at)(image, 'layers') === undefined)
            throw this.#withoutLayers(reference);
        return readContents(image, await this.#json(`blobs/${(0,json/* textAt */.$6)(image, 'config', 'digest')}`));
    }
    #withoutLayers(reference) {
        return new src_errors/* DeployError */.sH({
            code: 'registry-unreachable',
            cause: `the registry has no manifest with layers for ${(0,image_reference/* formatName */.nD)(this.#name)}@${reference}`,
            advice: 'Run the job again when the registry answers.',
        });
    }
    async #json(path) {
        const answer = await this.#http.call({ method: 'GET', path, headers: { accept: MANIFEST_TYPES } });
        if (!answer.ok)
            throw await this.#refused(answer, `${path} of ${(0,image_reference/* formatName */.nD)(this.#name)}`);
        return answer.json().catch(() => undefined);
    }
    async isPrivate(tag) {
        const headers = { accept: MANIFEST_TYPES };
        const { status } = await this.#anonymous.call({ method: 'HEAD', path: `manifests/${tag}`, headers });
        return status === 401 || status === 403;
    }
    async #refused(answer, what, isPush = false) {
        const { status } = answer;
        const message = (0,json/* textAt */.$6)(await answer.json().catch(() => undefined), 'errors', 0, 'message');
        const cause = `the registry answered ${status} for ${what}${message === '' ? '' : `: ${message}`}`;
        const unauthorized = status === 401 || status === 403;
        if (unauthorized && isPush)
            return new src_errors/* DeployError */.sH({
                code: 'image-push-denied',
                cause,
                advice: pushAdvice(`${status} ${message}`),
            });
        return new src_errors/* DeployError */.sH({
            code: unauthorized ? 'registry-unauthorized' : 'registry-unreachable',
            cause,
            advice: unauthorized
                ? 'Check registry-username and registry-password; with the job’s own token, give the job `permissions: packages: write`.'
                : 'Run the job again when the registry answers.',
        });
    }
}
function shown(words) {
    return words.replaceAll(/\s+/g, ' ').slice(0, LONGEST_WORDS).trim();
}

;// CONCATENATED MODULE: ./src/adapters/scratch.ts



/** A folder of this run alone, readable by its owner only; it holds credentials and plans, and is removed at the end. */
class Scratch {
    folder;
    constructor() {
        this.folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(process.env['RUNNER_TEMP'] ?? (0,external_node_os_.tmpdir)(), 'wpp-deploy-'));
    }
    /** Makes a folder below and gives its path. */
    makeFolder(name) {
        const path = (0,external_node_path_.join)(this.folder, name);
        (0,external_node_fs_.mkdirSync)(path, { recursive: true, mode: 0o700 });
        return path;
    }
    /** Writes a file below and gives its path. */
    write(name, content) {
        const path = (0,external_node_path_.join)(this.folder, name);
        (0,external_node_fs_.writeFileSync)(path, content, { mode: 0o600 });
        return path;
    }
    /** Removes a file below that is needed no more. */
    discard(name) {
        (0,external_node_fs_.rmSync)((0,external_node_path_.join)(this.folder, name), { force: true });
    }
    /** Removes all of it; once more does no harm. */
    remove() {
        removeScratch(this.folder);
    }
}
/** Removes the folder of a run that may have been killed before it could. */
function removeScratch(folder) {
    (0,external_node_fs_.rmSync)(folder, { recursive: true, force: true });
}

;// CONCATENATED MODULE: ./src/infra/state-lock.ts

/** Reads the file of a lock (Terraform, internal/states/statemgr/locker.go); undefined where it is no such file. */
function readStateLock(text) {
    try {
        const value = JSON.parse(text);
        if (!(0,json/* isObject */.Gv)(value) || (0,json/* textAt */.$6)(value, 'ID') === '')
            return undefined;
        return {
            id: (0,json/* textAt */.$6)(value, 'ID'),
            who: (0,json/* textAt */.$6)(value, 'Who'),
            operation: (0,json/* textAt */.$6)(value, 'Operation'),
            created: (0,json/* textAt */.$6)(value, 'Created'),
        };
    }
    catch {
        return undefined;
    }
}
/** Reads the `Lock Info` that Terraform prints where it does not get the lock, or cannot give it back. */
function lockInOutput(lines) {
    const [id, who, operation, created] = ['ID', 'Who', 'Operation', 'Created'].map((name) => {
        const line = lines.find((each) => new RegExp(`^[\\s│]*${name}:\\s`).test(each));
        return line?.slice(line.indexOf(':') + 1).trim() ?? '';
    });
    if (!/^[0-9a-f-]{36}$/.test(id ?? ''))
        return undefined;
    // Go prints a time as `2026-01-02 03:04:05.678 +0000 UTC`.
    const time = created?.replace(/^(\S+) (\S+) \+0000 UTC$/, '$1T$2Z') ?? '';
    return { id: id ?? '', who: who ?? '', operation: operation ?? '', created: time };
}
/** Says who holds a lock, since when and for what. */
function describeLock({ id, who, operation, created }) {
    const since = created === '' ? '' : ` since ${created.replace(/\.\d+/, '')}`;
    const what = operation.replace(/^OperationType/, '').toLowerCase();
    return `${who === '' ? 'somebody' : who} holds the lock of the state${since}${what === '' ? '' : ` for ${what}`} (ID ${id})`;
}
/** Says what to do about a lock whose owner does not come back. */
function unlockAdvice({ id }) {
    return `where no run goes on that holds it, run \`terraform force-unlock ${id}\``;
}
/** Whether a lock was taken by a program that `who` has run since `start`, both on one machine and so by one clock. */
function isOwn({ who, created }, self, start) {
    return who === self && Date.parse(created) >= start;
}

;// CONCATENATED MODULE: ./src/adapters/state-lock.ts



const state_lock_TIMEOUT_MS = 5000;
/**
 * Gives the lock that lies beside the state as `<key>.tflock`; undefined where there is none, or the store does not tell: who holds a
 * lock is worth a line, and no failure. Works in a run that is cancelled, too.
 */
async function readLockFile(settings) {
    const { bucket = '', key = '', region = '' } = settings.backend;
    try {
        const client = new aws4fetch_esm/* AwsClient */.t({
            accessKeyId: settings.stateAccessKey,
            secretAccessKey: settings.stateSecretKey,
            region,
            service: 's3',
            retries: 1,
        });
        const url = `${storeEndpoint(settings)}/${bucket}/${key}.tflock`;
        const response = await client.fetch(url, { signal: AbortSignal.timeout(state_lock_TIMEOUT_MS) });
        return response.ok ? readStateLock(await response.text()) : undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/infra/terraform-failure.ts

const terraform_failure_EVIDENCE_LINES = 30;
/** What Terraform and OpenTofu print before the faults of a configuration that they cannot read. */
const IN_GENERAL = /encountered problems during initiali[sz]ation/;
const MEND = 'Mend the configuration; nothing was changed.';
const terraform_failure_ADVICE = {
    'infra-init-failed': 'Check backend-config, the state store’s keys and the provider versions.',
    'infra-plan-failed': MEND,
    'infra-apply-failed': 'What was applied before is kept in the state: mend the cause and run the job again.',
};
const STALE = 'Saved plan is stale';
const PLAN_STALE = {
    code: 'infra-plan-stale',
    cause: 'the state was changed after the plan was made',
    advice: 'Run the job again; nothing was changed by this one.',
};
/** Explains a failed Terraform command by the first error it printed. */
function explainTerraform(code, command, exitCode, tail) {
    const plain = tail.map((line) => line.replace(/^[\s│╷╵|]+/, '').trimEnd());
    const isError = (line) => line.startsWith('Error: ');
    const told = plain.findIndex((line) => isError(line) && !IN_GENERAL.test(line));
    const first = told < 0 ? plain.findIndex(isError) : told;
    const where = first < 0 ? undefined : plain.slice(first).find((line) => /^(with|on) /.test(line));
    const title = first < 0 ? `exit code ${exitCode}` : plain[first]?.slice('Error: '.length);
    if (title === STALE)
        return PLAN_STALE;
    return {
        code,
        cause: `terraform ${command} failed: ${title}${where === undefined ? '' : `, ${where.replace(/[,:]$/, '')}`}`,
        advice: lockAdvice(plain) ?? (plain.some((line) => IN_GENERAL.test(line)) ? MEND : (terraform_failure_ADVICE[code] ?? '')),
        evidence: (first < 0 ? plain : plain.slice(first)).filter((line) => line !== '').slice(0, terraform_failure_EVIDENCE_LINES),
    };
}
/** Explains an apply whose state is nowhere but in `sealed`, which is shown so that it outlives the runner. */
function explainLostState(failed, sealed) {
    return {
        code: 'infra-state-not-saved',
        cause: `the state store did not take the state of what was made: ${failed.cause}`,
        advice: 'Do not run the job again before the state is back, or all would be made a second time: save the block below as state.txt, set STATE_SECRET_KEY, then `base64 -d state.txt | openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -pass env:STATE_SECRET_KEY | gunzip > errored.tfstate` and `terraform state push errored.tfstate`.',
        evidence: sealed,
    };
}
function lockAdvice(plain) {
    if (!plain.some((line) => line.includes('Error acquiring the state lock')))
        return undefined;
    const lock = lockInOutput(plain);
    if (lock === undefined)
        return 'Another run holds the lock of the state; wait for it.';
    return `Another run was not done in time: ${describeLock(lock)}. Wait for it; ${unlockAdvice(lock)}.`;
}

;// CONCATENATED MODULE: ./src/infra/terraform-json.ts
/**
 * Reads the JSON that a Terraform command printed. Wrappers put lines such as `[command]/x/terraform` before it, and Terraform
 * its messages about locks; none of these begins with a brace. Throws an error that does not repeat the text, which holds secrets.
 */
function terraformJson(stdout) {
    const start = /^\{/m.exec(stdout)?.index ?? 0;
    const end = stdout.lastIndexOf('}') + 1;
    try {
        return JSON.parse(stdout.slice(start, Math.max(start, end)));
    }
    catch {
        throw new Error(`it printed ${stdout.length} characters that are no JSON`);
    }
}

// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
;// CONCATENATED MODULE: ./src/adapters/state-rescue.ts





/** Seconds before each try to save the state after all; a store that hiccups is back within them. */
const PAUSES = [0, 5, 10, 20, 30];
const ITERATIONS = 600_000;
const LINE = 400;
/**
 * Takes care of the `errored.tfstate` that Terraform leaves in its folder when it cannot save the state. It is the only
 * record of what was made, and this machine is about to go: so it is pushed again, and else sealed with the secret of the
 * state store, to be printed; at once where the run is cancelled. Undefined where there is no such file. The file is
 * removed: it holds secrets.
 */
async function rescueState(folder, secret, push, signal, pauses = PAUSES) {
    const file = (0,external_node_path_.join)(folder, 'errored.tfstate');
    if (!(0,external_node_fs_.existsSync)(file))
        return undefined;
    try {
        const saved = await isPushed(() => push(file), signal, pauses);
        return saved ? { saved } : { saved, sealed: state_rescue_seal((0,external_node_fs_.readFileSync)(file), secret) };
    }
    finally {
        (0,external_node_fs_.rmSync)(file, { force: true });
    }
}
async function isPushed(push, signal, pauses) {
    try {
        for (const seconds of pauses) {
            await (0,promises_.setTimeout)(seconds * 1000, undefined, { signal });
            if (await push())
                return true;
        }
    }
    catch {
        // Whatever ends the tries, as a cancellation does, the state is still to be kept.
    }
    return false;
}
/** Gives lines that `base64 -d | openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 | gunzip` opens. */
function state_rescue_seal(content, secret) {
    const salt = (0,external_node_crypto_.randomBytes)(8);
    const derived = (0,external_node_crypto_.pbkdf2Sync)(secret, salt, ITERATIONS, 48, 'sha256');
    const cipher = (0,external_node_crypto_.createCipheriv)('aes-256-cbc', derived.subarray(0, 32), derived.subarray(32));
    const sealed = Buffer.concat([
        Buffer.from('Salted__'),
        salt,
        cipher.update((0,external_node_zlib_.gzipSync)(content)),
        cipher.final(),
    ]);
    return sealed.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
}

;// CONCATENATED MODULE: ./src/infra/terraform-output.ts
/**
 * Lines of `terraform plan` that are printed while it runs. What it says of the plan itself is not: it shows values that a provider
 * copies out of sensitive ones, and only the plan's JSON, which comes after it, tells which these are.
 */
const PROGRESS = /^(?:\S.*: (?:Refreshing state|Reading|Read complete|Opening|Closing)|Acquiring|Releasing|[│╷╵])/;
/** Told every ten seconds, whatever happens. */
const STILL = /^\S.*: Still \w+\.\.\. \[/;
/** Says whether people may see a line that a command of Terraform printed. */
function mayBeShown(command, line) {
    return !STILL.test(line) && (command !== 'plan' || PROGRESS.test(line));
}

;// CONCATENATED MODULE: ./src/infra/time-limits.ts

const LOCK = 5 * 60;
/**
 * How long each command may take. The provider retries a refused call a thousand times, so that one answer of 503 lets a plan
 * hang for hours; its own limits are 35 minutes to create a cluster, 40 to update and 20 to delete one.
 */
const TIME_LIMITS = {
    seconds: {
        // Providers are some hundred megabytes.
        init: 10 * 60,
        // A new cluster's kubeconfig comes within five minutes.
        plan: LOCK + 10 * 60,
        show: 5 * 60,
        // A replaced cluster is deleted and created, 55 minutes by the provider's limits.
        apply: LOCK + 70 * 60,
        output: 2 * 60,
        untaint: LOCK + 2 * 60,
        'state push': 2 * 60,
        'force-unlock': 2 * 60,
    },
    // It stops the provider, which answers within seconds, and saves the state with retries.
    grace: 5 * 60,
    lock: LOCK,
};
const time_limits_ADVICE = {
    init: 'The provider registry or the state store is slow or does not answer: run the job again.',
    plan: 'Linode or the state store does not answer, as it is while a new cluster has no kubeconfig yet. Nothing was changed: run the job again.',
    show: 'The runner is too slow for this plan, or has too little memory: run the job again.',
    apply: 'What was made is kept in the state: look at it in Linode’s Cloud Manager, then run the job again; it goes on from there.',
    output: 'The state store does not answer: run the job again.',
    untaint: 'The state store does not answer: run the job again.',
    'state push': 'The state store does not answer: run the job again.',
    'force-unlock': 'The state store does not answer: run the job again.',
};
/** Gives what is told of a command that did not end in time. */
function tookTooLong(command, seconds) {
    const limit = seconds >= 60 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`;
    return new src_errors/* DeployError */.sH({
        code: 'infra-timeout',
        cause: `terraform ${command} did not end within ${limit}, and was interrupted`,
        advice: time_limits_ADVICE[command],
    });
}

;// CONCATENATED MODULE: ./src/adapters/terraform-environment.ts



/**
 * What a workflow may have set for other uses of Terraform or of the store, and would change ours: its arguments, log, workspace
 * and credentials. Variables come by the inputs alone, since the fingerprint knows no others.
 */
const FOREIGN = /^(TF_(CLI_ARGS|LOG|WORKSPACE|VAR_|REATTACH_PROVIDERS)|AWS_(SESSION_TOKEN|SECURITY_TOKEN|(DEFAULT_)?PROFILE|ROLE_ARN|WEB_IDENTITY_TOKEN_FILE)|LINODE_DEBUG)/;
/** Those that somebody has set on purpose, and may miss. */
const MISSED = /^TF_(CLI_ARGS|WORKSPACE|VAR_)/;
/** Gives the variables of the environment that are not handed on to Terraform, although they would mean something to it. */
function ignoredVariables() {
    return Object.keys(process.env).filter((name) => MISSED.test(name));
}
/**
 * Gives what Terraform's environment has beside ours; undefined takes a variable out. `data` receives what `init` makes, `folder`
 * is that of the configuration.
 */
function terraformEnvironment(settings, data, folder) {
    const foreign = Object.keys(process.env).filter((name) => FOREIGN.test(name));
    const variables = Object.entries(settings.variables)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [`TF_VAR_${name}`, typeof value === 'string' ? value : JSON.stringify(value)]);
    return {
        ...Object.fromEntries(foreign.map((name) => [name, undefined])),
        TF_IN_AUTOMATION: '1',
        TF_INPUT: '0',
        TF_DATA_DIR: data,
        // Terraform would ask HashiCorp for newer versions of itself, by each command.
        CHECKPOINT_DISABLE: '1',
        ...pluginCache(folder),
        LINODE_TOKEN: settings.linodeToken,
        TF_VAR_linode_token: settings.linodeToken,
        ...(settings.localState ? {} : storeEnvironment(settings)),
        ...Object.fromEntries(variables),
    };
}
function storeEnvironment(settings) {
    return {
        AWS_ACCESS_KEY_ID: settings.stateAccessKey,
        AWS_SECRET_ACCESS_KEY: settings.stateSecretKey,
        AWS_ENDPOINT_URL_S3: storeEndpoint(settings),
        // Since Terraform 1.11.2 uploads carry a checksum trailer that S3-compatible stores refuse.
        AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required',
        AWS_RESPONSE_CHECKSUM_VALIDATION: 'when_required',
    };
}
/** Keeps providers in the runner's tool cache, from run to run where the runner lasts. A cache that the workflow has set is left. */
function pluginCache(folder) {
    const tools = process.env['RUNNER_TOOL_CACHE'];
    if (tools === undefined || process.env['TF_PLUGIN_CACHE_DIR'] !== undefined)
        return {};
    const cache = (0,external_node_path_.join)(tools, 'wpp-deploy-action', 'terraform-plugins');
    try {
        (0,external_node_fs_.mkdirSync)(cache, { recursive: true });
    }
    catch {
        // Without a place to write to, each run loads its providers.
        return {};
    }
    // Terraform takes nothing from the cache that no lock file vouches for, lest it write a poorer one; here there is none to spoil.
    const locked = (0,external_node_fs_.existsSync)((0,external_node_path_.join)(folder, '.terraform.lock.hcl'));
    return {
        TF_PLUGIN_CACHE_DIR: cache,
        ...(locked ? {} : { TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1' }),
    };
}

// EXTERNAL MODULE: ./node_modules/@actions/tool-cache/lib/tool-cache.js + 2 modules
var tool_cache = __webpack_require__(9805);
// EXTERNAL MODULE: ./src/infra/terraform-version.ts
var terraform_version = __webpack_require__(315);
;// CONCATENATED MODULE: ./src/adapters/release-keys.ts
/** The public keys by which releases are signed, in OpenPGP's binary form as base64. */
/**
 * HashiCorp Security, C874011F0AB405110D02105534365D9472D7468F, in the edition of github.com/hashicorp/hc-install 0.10.0
 * without the certifications of others. Its part that signs releases is 374EC75B485913604A831CC7C820C6D5CD27AB87.
 */
const HASHICORP_KEY = `
  mQINBGB9+xkBEACabYZOWKmgZsHTdRDiyPJxhbuUiKX65GUWkyRMJKi/1dviVxOXPG6hBPtF48IFnVgxKpIb7G6NjBousAV+CuLlv5yqFK
  pOZEGC6sBV+Gx8Vu1CICplZm+HpQPcIzwBpN+Ar4l/exCG/f/MZq/oxGgH+TyRF3XcYDjG8dbJCpHO5nQ5Cy9hQIp3/Bh09kET6lk+4Qlo
  fNgHKVT2epV8iK1cXlbQe2tZtfCUtxk+pxvU0UHXp+AB0xc3/gIhjZp/dePmCOyQyGPJbp5bpO4UeAJ6frqhexmNlaw9Z897ltZmRLGq1p
  4aRnWL8FPkBz9SCSKXS8uNyV5oMNVn4G1obCkc106iWuKBTibffYQzq5TG8FYVJKrhRwWB6piacEB8hl20IIWSxIM3J9tT7CPSnk5RYYCT
  RHgA5OOrqZhC7JefudrP8n+MpxkDgNORDu7GCfAuisrf7dXYjLsxG4tu22DBJJC0c/IpRpXDnOuJN1Q5e/3VUKKWmypNumuQpP5lc1ZFG6
  4TRzb1HR6oIdHfbrVQfdiQXpvdcFx+Fl57WuUraXRV6qfb4ZmKHX1JEwM/7tu21QE4F1dz0jroLSricZxfaCTHHWNfvGJoZ30/MZUrpSC0
  IfB3iQutxbZrwIlTBt+fGLtm3vDtwMFNWM+Rb1lrOxEQd2eijdxhvBOHtlIcswARAQABtERIYXNoaUNvcnAgU2VjdXJpdHkgKGhhc2hpY2
  9ycC5jb20vc2VjdXJpdHkpIDxzZWN1cml0eUBoYXNoaWNvcnAuY29tPokCVAQTAQoAPgIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgBYh
  BMh0AR8KtAURDQIQVTQ2XZRy10aPBQJplkfQBQkQrOy3AAoJEDQ2XZRy10aPw6gP/3GUEMUa6mCRuuSOT9UnziPIvXYd63mcN6A6Jwmwj8
  JaB2quOCijvJkw56UbZK3x1FZIbe0hA6VUAwNSNmSIxVJkilgwIYYFO0tnL79XhIeP7jYFydXLZ4rTi1FDl8lltAujTNARdY8UGg4hGlcM
  9OrEeXEFLWugJNiChL15FVoxZqISjeduaEqyxGfJnyVwy8z3pZfgODeFr7xs2NkUIMSfuRg24VcL4aW8Frt3jW8P45y3o/5fsi6Aw2tZ0w
  D9NSgkVc8VD1NRV9eSZ95Bv+Awf9IXa+Cn5OCjc8Jc+XF+nLfBoPswOO7E8dLiuBUw6/GzSLMbVs8qf8BNXB92dOe1VccVTqjCxK2sEpVa
  Hh7e+co8d8lDGBIWMGh7NS6XlGORpFb/T6gxjjOYUV3SKd4QDebUUG8kMkb5juLljOoq+YOPvgNLDZLZteFpmH+zB9DpOY1YtHZB/OD+Dt
  zLMaSl6VPF2Ln0j5aQGwNDt7sheyAesXbu0qn2H5FxojSfvhT0kUDKZ0mgg5y3Oflg49MiAOhjLGY0JocFpBeMILw27fbwfpIBP7siQWFT
  FJ1O+l2NQiWAwC2x5fX2EakyCBJmrkPV2hr4nEogNqg9/RDskIUqcpcOOd/0BntiXMyUCCH2AoCt5acaTQ0WU6CAosZPojOYhtGGgOgeQS
  dflpMSuQINBGB9+xkBEACoklYsfvWRCjOwS8TOKBTfl8myuP9V9uBNbyHufzNETbhYeT33Cj0MGCNd9GdoaknzBQLbQVSQogA+spqVvQPz
  1MND18GIdtmr0BXENiZE7SRvu76jNqLpKxYALoK2Pc3yK0JGD30HcIIgx+lOofrVPA2dfVPTj1wXvm0rbSGA4Wd4Ng3d2AoRG/wZDAQ7sd
  Zi1A9hhfugTFZwfqR3XAYCk+PUeoFrkJ0O7wngaon+6x2GJVedVPOs2x/XOR4l9ytFP3o+5ILhVnsK+ESVD9AQz2fhDEU6RhvzaqtHe+sQ
  ccR3oVLoGcatma5rbfzH0Fhj0JtkbP7WreQf9udYgXxVJKXLQFQgel34egEGG+NlbGSPG+qHOZtY4uWdlDSvmo+1P95P4VG/EBteqyBbDD
  GDGiMs6lAMg2cULrwOsbxWjsWka8y2IN3z1stlIJFvW2kggU+bKnQ+sNQnclq3wzCJjeDBfucR3a5WRojDtGoJP6Fc3luUtS7V5TAdOx4d
  haMFU9+01OoH8ZdTRiHZ1K7RFeAIslSyd4iA/xkhOhHq89F4ECQf3Bt4ZhGsXDTaA/VgHmf3AULbrC94O7HNqOvTWzwGiWHLfcxXQsr+ij
  IEQvh6rHKmJK8R9NMHqc3L18eMO6bqrzEHW0Xoiu9W8Yj+WuB3IKdhclT3w0pO4Pj8gQARAQABiQI8BBgBCgAmAhsMFiEEyHQBHwq0BREN
  AhBVNDZdlHLXRo8FAmmWR+0FCRCs7NQACgkQNDZdlHLXRo/R0A//QW1opBlzWSmWww1q9QuJA2WCIIs8tJKRDOsmgJPscNpzwZFUN1Df0w
  WNjqi1BDReei7lZTHwUk+ebBn0bkI3ANmmgYg7LBueAt5UWSingOc+rvKAN32BDzBYkMckRzJSQsmeC5hm3J3wLSy90uaIlrJJE9GJZkf/
  W2Ob+4SQZZ+dnnRPJokDdW1DuZS9PbxSLJKD5eIWHBxJnFM1CmHfOfrjTJ+MYvVGM5sxSY8R7E+GADj5L/i4N+tTFJLuTMYARGfA6d+KPK
  cMJtgpUPjSMAg8nGUhukctpuBs27mOKW0CBtmJ82X/qYROTL0+vGTvUYflYiuceVlhX/kw0JZnMaG5V/mpHq8SwD07pCGOf69j/mNa5EL3
  ++Pmzg0s0stw3Ea5pCN0cL/nKkoWchHBfW15W4JOnKAIspyD1vH670P4WfeVE9B9d6tgKSbM/9JlXoQS5ZdG+kbdosieELhmVWmvojyK7K
  +Ry6C9wgd+UfnW5jXdiNwKW3KHuautQwlFhHRNMyDg08c+pI5emTMT3IUQyGWo+Gska3TqGujFcABx7Ip+mHNmMrCkSD+XC2bvzvRR7FcM
  0/B9fsjLX/Wttm5vRJ1d2oAoEPvw2IZnJIXpOt2zzo55sJTztNu4lWGgDVgtp9SXO5a0E5YvFHQNZN5QLeVTTFu6I7qG+ME1E/K5Ag0EYI
  BcJgEQANbpE2tlUY1e8dUGpKI5ZrGXVc6ISiIc+3nQCKO3bnJdsb7SQcgVKhH7WDouHbQlMIKGB9CQYaPNC8S4bUdPDTtiGy8tzSmSM0x+
  7qAmoWjH+iBznebPr07Fdq7NRD9NnbsYNWlQG74SEMq3Wzc60DoGPP9yyin9SbuBPT6K8fK8n+MZ2c8Rm/y025IT9Sj6Gf9D2GDxJu95nO
  jcL5TgpxpsIRIQWXwarppGL28B9rrmjEPmMpojPtzL6nBvSWLOqVbsf21CWvd0F90hx3OBHnmFMULn9etzAnr+cdUf/EayQRqyd8JBfxFg
  oy7LRQAMnLvZORlthoLH5dchxUHwZM6YlWgCGtNJJUsBmyl8KePCdLGKwOfdnOxiurdxXqxTxv5CUhftUCO6sT7lxmJWVrGAKPKEqqUaCa
  iedF5Y4FpwKAv9S+7AyYynlNMuaItctPu7F4aiMTKgKTiwyuqtTWN68fIaUMkf1Nq7HXkYgsPCdgV8C88X1YKJ3hRng67CNxrF/KzcvE2J
  kiVSxc0rBLeaGIxEvhNGxuziThAT4sgw6xq4i9y+bz9+vJ29D+RTAiFVMfzRcY4f3T1ti0m9jd+50rtKEjCbtkVN24ElQbjvcT8WfdWSFO
  YFfr4+M4LnQdH8fJvBpELN8Ou4x7dMBwT+1I/kJQ5v0Lv4/6E/NBwPABEBAAGJBHIEGAEKACYCGwIWIQTIdAEfCrQFEQ0CEFU0Nl2UctdG
  jwUCaZZICgUJEKqL5AJAwXQgBBkBCgAdFiEEN07HW0hZE2BKgxzHyCDG1c0nq4cFAmCAXCYACgkQyCDG1c0nq4dF8A//YIZ1LKDQrtTrpX
  KCXR26DGsybw7f857bXUEp1CwVRJYDOc5NFMr/O8xQc7gskCVi921nrENrhceX0VhDwxH1lXQ646UBm9TggkMs9UJTT1f9TNf8YShkvRHl
  6y/A8BeikxpEcJ9cl4j+ARoH3hSEB5iXClxGfR5K6TW/JnHsZETr+GiDwMJ/iGhPjR1bbSAZ7nzFy8n6ZFiULSWvXpYfTzC5Rx57r52C77
  gKDpIbr7O31wzKXxWdNQvkEr9Xcx5udhkkrREUM2edcOHNK2A53mA54gv7EE9cd3T+V3+sMzvhIUTGm5L6E2zKj7ExD8clq9qTbUwWKe6X
  0I7B8YSaUBdMYxjfQt/c+394CRvCCYZz3rpVKhGY4URclWUOv7IlHqu77uPnTPyUC/ouyinuy6fVDKxujSzB/pbWqA9/pVZvH3U1MUuTDT
  6APyPHCtTlkyR5K6e1f12mO5lLb0J+VdchE+W+G6IM+JzBOli4hTHfu8e94AfmCejBmDbjvHvzRSuuzHx25NfwIj0wCerObh0UCJGXATxu
  8uT6X3B6SJcD2AgxmJU2o2V25ciq8AbbVZ2CryrJ5crL9dYJUoNA6YRsUCW181qbwTcoTDR+XX33H73d3lyQMZw/NRg9s2QK4jCeAL9k33
  qkNp8XdnXZ9I1+FlR7QLy13woCzNhr3oYJEDQ2XZRy10aPWAoP/iM4aEQZODzxXK49WN4r7OTCtMhlK8d1Qd9O3/6tMtI1v9FCIEJRC4Rm
  9p+PoWue1LtsASFxwaofz3hPdK3krQBdaS+wt3or5xshB2WcUDbNvqB4lQKTqrHk2BalFzeLQNLsKF4bCX4HC7v6f2k2M2OIdX6tgOCptB
  cbR20bKwHT/eohGAQMcU7Qcm791y17ihetAiqtmuk7B7xbGoWp1T3XwmlJRxzxyiIWn1i3CmCpA3EZVn6uGCdMZ1nOTV/9iGGKaH7YHRF5
  oW+TdTNUGPcdD0Lr463czIMSFKB2GOv17blOb1Llh+HC1aaCFHD1Eo/IsxJdLGb9RzSYrU25wCnxNAHAqorM2kKTkh2sFJZFRuM6g4XLPI
  KxjqBLbzkYKlIjMjf2FN/7eB3Bg+UTp+P4XZNnN2HHrYM+fMHMEecHJhNV0nrj1vHQUWnhD7lNsha3G78BCREPGZY1B8T7oaB6yGWuFday
  Hr48YPO37atobrNRP3Xex3PsK3Dh8uOawo5N1PPddr2mvyXF8j8m66RKC32j+fcaKuFMHfMTXD8j9e3qTugBKI/fNBK4e0H8JgpgcO04Jb
  COjsk8Qa1v8WSt4o3GyT+nbSOeWsHxZnHGzB2vZWuL02YV7IwNVfuoXdapP7xoJX0a1LUYIfH/mcYF0PCjESxeqkjchSo9voUO
`;
/** OpenTofu, E3E6E43D84CB852EADB0051D0C0AF313E5FD9F80, as github.com/opentofu/tofudl has it. */
const OPENTOFU_KEY = `
  mQINBGVUyIwBEADPg6jUJm5liMTiDndyprnwXQ23GdyQm/kW9MFOhYDRksmmbsz0DCfqntFpuoKxPXzA+JTrZlWZONtU+leZjIOlAVZiz0
  rwz5EJq7uIrkueWtUk6AYkBLN+zMtbui0z3HCPVNnR5BlVNyXQeW3jlrQtzuKevjZWzI0gbQGgEKNpj+lfyRFu6q3u/T0o3p/6bOOlQHwC
  MtnFlWpjr6f/J2EdUVO/6NYHQzImPj4LINXF/+eqo7v6svFtaVTtREG2V2V7We7bu/cJ+NgJYH7ro7UhB1RQH2k09NdpSCt9F60PVERnOR
  pxGBkM/VKZzgMSzRvdpxUWwrLxfAxinu5ddbBm3y0bzaU80OT3i1qrWIqW73fmdGHQ71gbJxRrroyLMWehjcJ/9WJDxkHqsfPKqBifYsp6
  /J9npczDfSU+zYBVGpR73a4EdbeIRWqwbH0LWhlbi1IM5aFDaZMFNkY+AWyP+OHn8Kehu6DOIh1AVM7v7vLxaX9ht1jVJbswjvPFYquv1D
  vUdc7VP2QHz3xctQS1GZJQ1ekcgTv9rRYXUOOwknInjtkM9kQDtyBkVLcEc8ha3Cfh6PJscIP5VHwaNMgAPr9tsl3xqdz56l5UPjFSFuel
  98jSBqn83VrT0uKwM0PnDVHd/7q8+Dg1EtOggMwZ830KORFNdjfv6ydsBvl7fwARAQABtEpPcGVuVG9mdSAoVGhpcyBrZXkgaXMgdXNlZC
  B0byBzaWduIG9wZW50b2Z1IHByb3ZpZGVycykgPGNvcmVAb3BlbnRvZnUub3JnPokCTAQTAQgAQQUCZVTIjAkQDArzE+X9n4AWIQTj5uQ9
  hMuFLq2wBR0MCvMT5f2fgAIbAwIeAQIZAQMLCQcCFQgDFgACBScJAgcCAABwAg/1HZnTvPHZDWf5OluYOaQ7ADX/oyjUO85VNUmKhmBZkL
  r5mTqrLO72k9fg+101hbggbhtK431z3Ca6ZqDAG/3DBi0BC1ag0rw83TEApkPGYnfX1DWS1ZvyH1PkV0aqCkXAtMrte2PlUiieaKAsiYOI
  XqfZwszd07gch14wxMOw1B6Au/XzNrv2omnWSgGIyR6WOsG4QQ8R5AMVz3K8Ftzl6520wBgtr3osA3uM/xconnGVukMn9NLQqKx5oeaJwO
  NZpyZL5bg2ke9MVZM2+bG30UGZKoxrzOtQ//OTOYlhPCqm1ffRhYrUytwsWzDnJvXJF1QhnDu8whP3tSrcHyKxYZ9xUNzeu2AmjYfvkKHS
  dK2DFmOfDafaRs3c1VYnC7J7aRi6kVF/t+vWeOEVpPylyK7vSbPFc6XVoQrsE07hbN/BjWjms8voK5U6oJRgEugXtSQKFypfOq8R99nXwb
  MHdhqY8aGyOCj++cuvRCUBDZAQqPEWAuD0X7+9Trnfin47MK+n18wsTAL4w6PJhtCrwK4e0cVuQ5u4M/PMid5W6hEA27PXx506Jpe8iRmc
  IP/cCR6pvhgOUMC36bIkAqZ5dJ545kDQju0lf8gLdVIQpig45udnZM2KgyApGqhsS7yCUrbLDrtNmQ31TSYdKc8IU+/jXkfy2RYbZ+wNgf
  loKLkCDQRlVMiMARAAwRZUyMIc5TNbcFg3WGKxhaNC9hDZ4zBfXlb5jONzZOx3rDi2lD4UQOH+NpG7CF98co//kryS/4AsDdp2jzhh+VMg
  yx6KJIhSkBP6kqhriy9eWRmgfrnLbUf46kkTkzLVkjYnMNeyHt+mi9I7EKtsDuF/EvjlwF5E81+DEOteCO/un/Qt1q3e1SlfvTpLkPvr1F
  iQ3VqzaBeBBI3MAMb/ycwL6hQE1l4Lg34T43Zu+9zkE1uzvjeNIlIWucjB4q1htEjJl2CLAv+8cGHdmCcV2ZO3WM8M9Omq1CE7jhak4NE/
  YuGylJYCBd+BS7tuDPDu6+o4Nx+axxcwMvgyfr07FteEr1Lopaw2ci8b/xzQie/gkI0CByQMwD5VgnJpiMBnjP4d6UF6HEVldCQ7a3T1T8
  0bKj5JjtFbR9P85Qntuheqn3Pge89YexMcE/00VA3blrj+GeYpO9ZGFu7DR/x4sjnTEhfjXEoLv1C4AdgGHCIjW9wU6HkcWnlaX7akKlwI
  WEUP/BFLkcWPpmUrtClhWx9wq1GHFvKAN/qp//VWnv4IfRU6RjmVPOWBefvTu/cpsfBHLyp15goOYPboahIdTUTNQIXh4Vid7E1NoKnWZU
  Mu50n3/zAbjSdsmNmifi4g01MYJ3TVoU2Q01P7NiD3IRmaw72nLmf9cM9/7QMdGn0AEQEAAYkCNgQYAQgAKgUCZVTIjAkQDArzE+X9n4AW
  IQTj5uQ9hMuFLq2wBR0MCvMT5f2fgAIbDAAASUoP/2ExsUoGbxjuZ76QUnYtfzDoz+o218UWd3gZCsBQ6/hGam5kMq+EUEabF3lV7QLDyn
  /1v5sqrkmYg0u5cfjtY3oimCPvr6E0WTuqMIwYl0fdlkmdNttDpMqvCazqbzLK5dDVWbh/EYTiEN1xKXM6rlAquYv8I16uWL8QHanMb6ye
  xNmDYhC4fXWqCi+s5sXxWrPrd+fGz8CR/fEYahPXj8uY6dwN9DlWyek9QtKW2PsqrkBn5vCOm2IyZW6dt/Kn70tYtxMxJND2otk47mpG/F
  v3sYK2bTGJ+k/5+E5IrjWqIX2lVB3G1+TCoZ5scc16zls32mOlRh81fTAqcwkDFxICxcOeNHGLt3N+UvoPSUafYKD96rn5mWFao4xbcFni
  aYv2PdqH8HDjvXZXqHypRMXvYMbXXOgydLL+tSUSBpMTd4afjq8x2gNSWOELI1jT5FWbKTKan0ycKi37bSqGHhDjlg4HRGvC3IK0EuVjdX
  3r+8uIVgFbqLwNhXk4GAIL03vl689TQ7/oPW75XCQIevFai0kcJPl6qIRvi9/S/v5EPRy9UDCGY/MPmc5fH1an0ebU4I4TlYfBoEUkYYqB
  DxvxWW0I/Q01rDebcd6mrGw8lW1EiNZlClLwx9Bv/+MNnIT9m1f8KeqmweoAgbIQRUI7EkJSzxYN4DNuy2XoKmF9
`;

;// CONCATENATED MODULE: ./src/adapters/release-signature.ts




/**
 * Checks that the owner of `key` (OpenPGP, base64) has signed a document, by GnuPG's gpgv. Throws an error that says why it is
 * not trusted.
 */
async function verifySignature(document, signature, key, signal) {
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(process.env['RUNNER_TEMP'] ?? (0,external_node_os_.tmpdir)(), 'wpp-signature-'));
    try {
        const contents = { keyring: Buffer.from(key, 'base64'), signature, document };
        const [keyring = '', ...signed] = Object.entries(contents).map(([name, content]) => {
            const path = (0,external_node_path_.join)(folder, name);
            (0,external_node_fs_.writeFileSync)(path, content);
            return path;
        });
        const exit = await run({ file: 'gpgv', args: ['--keyring', keyring, ...signed], env: {}, signal });
        if (exit.code === 127)
            throw new Error('gpgv, which checks its signature, is not on PATH: install gnupg');
        if (exit.code !== 0)
            throw new Error(`its signature is not good: ${exit.tail.join(' ')}`);
    }
    finally {
        (0,external_node_fs_.rmSync)(folder, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./src/adapters/terraform-install.ts









const terraform_install_TIMEOUT_MS = 5 * 60_000;
const terraform_install_RETRIES = { retries: 3, minTimeout: 500 };
const RELEASES = {
    terraform: {
        product: 'terraform',
        folder: (version) => `https://releases.hashicorp.com/terraform/${version}`,
        signature: 'sig',
        key: HASHICORP_KEY,
    },
    tofu: {
        product: 'tofu',
        folder: (version) => `https://github.com/opentofu/opentofu/releases/download/v${version}`,
        signature: 'gpgsig',
        key: OPENTOFU_KEY,
    },
};
/**
 * Installs a version into the runner's tool cache and gives the path of its program. The archive must have the checksum that
 * the release lists, and the list must be signed by the program's makers. Throws an error that says what is wrong.
 */
async function installTerraform(version, { product, folder, signature, key }, signal) {
    const cached = (0,tool_cache/* find */.I6)(product, version);
    if (cached !== '')
        return (0,external_node_path_.join)(cached, product);
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    const archive = `${product}_${version}_${process.platform}_${architecture}.zip`;
    const list = `${product}_${version}_SHA256SUMS`;
    const fetched = (name) => download(`${folder(version)}/${name}`, signal);
    const [sums, signed] = await Promise.all([fetched(list), fetched(`${list}.${signature}`)]);
    await verifySignature(sums, signed, key, signal).catch((error) => {
        throw new Error(`${list} is not trusted: ${(0,src_errors/* messageOf */.bD)(error)}`, { cause: error });
    });
    const lines = sums.toString().split('\n');
    const expected = lines.find((line) => line.endsWith(`  ${archive}`))?.split(' ')[0];
    if (expected === undefined)
        throw new Error(`${list} does not list ${archive}`);
    const zip = await fetched(archive);
    const actual = (0,external_node_crypto_.createHash)('sha256').update(zip).digest('hex');
    if (actual !== expected)
        throw new Error(`${archive} has the checksum ${actual}, but the release says ${expected}`);
    return (0,external_node_path_.join)(await unpack(zip, product, version), product);
}
async function unpack(zip, product, version) {
    const file = (0,external_node_path_.join)((0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(process.env['RUNNER_TEMP'] ?? (0,external_node_os_.tmpdir)(), 'wpp-install-')), 'archive.zip');
    (0,external_node_fs_.writeFileSync)(file, zip);
    return (0,tool_cache/* cacheDir */.e8)(await (0,tool_cache/* extractZip */.JE)(file), product, version);
}
/** Gives the body of a URL; what may pass, such as a 502, is tried again. */
function download(url, signal) {
    const load = async () => {
        signal.throwIfAborted();
        const limited = AbortSignal.any([signal, AbortSignal.timeout(terraform_install_TIMEOUT_MS)]);
        const response = await fetch(url, { signal: limited }).catch((error) => {
            signal.throwIfAborted();
            // Node says only "fetch failed"; its cause says why.
            const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
            throw new Error(`${url}: ${(0,src_errors/* messageOf */.bD)(cause)}`, { cause });
        });
        if (response.ok)
            return Buffer.from(await response.arrayBuffer());
        const refused = new Error(`${url} answered ${response.status}`);
        throw response.status >= 500 || response.status === 429 ? refused : new p_retry/* AbortError */.lc(refused);
    };
    return (0,p_retry/* default */.Ay)(load, { ...terraform_install_RETRIES, signal, shouldRetry: () => !signal.aborted });
}

;// CONCATENATED MODULE: ./src/adapters/terraform-find.ts








const NAMES = { terraform: 'Terraform', tofu: 'OpenTofu' };
/** hashicorp/setup-terraform and opentofu/setup-opentofu put a wrapper before the program, which changes output and exit codes. */
const WRAPPED = { terraform: 'TERRAFORM_CLI_PATH', tofu: 'TOFU_CLI_PATH' };
/** Gives the path of a program that is wanted: from PATH, else from the runner's tool cache, else installed. Throws DeployError. */
async function findTerraform(wanted, log, signal) {
    const name = NAMES[wanted.product];
    for (const program of programsOnPath(wanted.product)) {
        const version = await versionOf(program, signal);
        if (version === undefined || !(0,terraform_version/* isWanted */.Yu)(version, wanted))
            continue;
        log.info(`${name} ${version} from PATH.`);
        return program;
    }
    return install(wanted, name, log, signal);
}
async function install(wanted, name, log, signal) {
    const { product } = wanted;
    const version = (0,terraform_version/* versionToInstall */.hY)(wanted, atHand(product));
    if (version === undefined)
        throw noneFits(name, wanted);
    log.info(`${name} ${version} from the tool cache or its release: PATH has none that fits.`);
    try {
        return await installTerraform(version, RELEASES[product], signal);
    }
    catch (error) {
        if (error instanceof src_errors/* DeployError */.sH)
            throw error;
        const setup = product === 'tofu' ? 'opentofu/setup-opentofu' : 'hashicorp/setup-terraform';
        throw new src_errors/* DeployError */.sH({
            code: 'terraform-missing',
            cause: `${name} ${version} is not on PATH and could not be installed: ${(0,src_errors/* messageOf */.bD)(error)}`,
            advice: `Put it on the runner’s PATH by a step before this one, such as ${setup}, or set terraform-version to one that exists.`,
        }, { cause: error });
    }
}
/** Gives the versions in the tool cache, which only a runner has. */
function atHand(product) {
    return process.env['RUNNER_TOOL_CACHE'] === undefined ? [] : (0,tool_cache/* findAllVersions */.iq)(product);
}
function noneFits(name, { constraints }) {
    return new src_errors/* DeployError */.sH({
        code: 'terraform-missing',
        cause: `no ${name} on PATH and none that can be guessed fits required_version: ${constraints.join('; ')}`,
        advice: 'Name the version in terraform-version; the lock of the state needs Terraform 1.11 or OpenTofu 1.10.',
    });
}
function programsOnPath(product) {
    const wrapped = process.env[WRAPPED[product]];
    const folders = (process.env['PATH'] ?? '').split(external_node_path_.delimiter);
    const candidates = [
        ...(wrapped === undefined ? [] : [(0,external_node_path_.join)(wrapped, `${product}-bin`)]),
        ...folders.filter((folder) => folder !== '' && folder !== wrapped).map((folder) => (0,external_node_path_.join)(folder, product)),
    ];
    return [...new Set(candidates)].filter((path) => (0,external_node_fs_.existsSync)(path));
}
async function versionOf(program, signal) {
    const { code, stdout } = await run({
        file: program,
        args: ['version', '-json'],
        // It would ask HashiCorp whether there is a newer one.
        env: { TF_CLI_ARGS: undefined, TF_LOG: undefined, CHECKPOINT_DISABLE: '1' },
        signal,
    });
    if (code !== 0)
        return undefined;
    try {
        return (0,json/* textAt */.$6)(JSON.parse(stdout), 'terraform_version') || undefined;
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/adapters/terraform-trace.ts



const traceFile = (scratch) => (0,external_node_path_.join)(scratch, 'terraform-runs.json');
const interruptFile = (scratch) => (0,external_node_path_.join)(scratch, 'terraform-interrupted');
/** Gives the file that takes what Terraform prints. */
function outputFile(scratch) {
    return (0,external_node_path_.join)(scratch, 'terraform-output.log');
}
function leaveTrace(scratch, trace) {
    (0,external_node_fs_.writeFileSync)(traceFile(scratch), JSON.stringify(trace), { mode: 0o600 });
}
/** Notes that the command was interrupted: a second interrupt would make it stop without saving. */
function noteInterrupt(scratch) {
    (0,external_node_fs_.writeFileSync)(interruptFile(scratch), '');
}
function wasInterrupted(scratch) {
    return existsSync(interruptFile(scratch));
}
/** Says that the command has ended. */
function removeTrace(scratch) {
    for (const file of [traceFile(scratch), interruptFile(scratch)])
        (0,external_node_fs_.rmSync)(file, { force: true });
}
/** Gives the trace of a command that was not seen to end. */
function readTrace(scratch) {
    if (!existsSync(traceFile(scratch)))
        return undefined;
    // It is ours, written in one go.
    return JSON.parse(readFileSync(traceFile(scratch), 'utf8'));
}
/** Gives `user@host`, by which Terraform names the owner of a lock. */
function lockOwner() {
    return `${(0,external_node_os_.userInfo)().username}@${(0,external_node_os_.hostname)()}`;
}

;// CONCATENATED MODULE: ./src/adapters/terraform-runner.ts









const ACQUIRING = /^Acquiring state lock/;
const LOOK_MS = 2000;
/** Runs commands of the terraform program, each with its time limit. */
class TerraformRunner {
    #setup;
    #folder;
    #data;
    #program;
    /** `folder` is that of the configuration, `data` that for what `init` makes. */
    constructor(setup, folder, data) {
        this.#setup = setup;
        this.#folder = folder;
        this.#data = data;
    }
    /** Runs a command whose output is logged, as far as people may see it, to its end even where this process is killed. */
    async run(command, args, onLine) {
        const { log, scratch, settings } = this.#setup;
        const { backend } = settings;
        const start = Date.now();
        const waiting = new LockWatch(this.#setup, start);
        try {
            return await this.#start(command, args, {
                output: outputFile(scratch.folder),
                onStart: (pid) => leaveTrace(scratch.folder, { pid, command, folder: this.#folder, backend, start }),
                onLine: (line) => {
                    if (mayBeShown(command, line))
                        log.info(line);
                    waiting.see(line);
                    onLine?.(line);
                },
            });
        }
        catch (error) {
            throw await this.#withLock(error, start);
        }
        finally {
            waiting.end();
            removeTrace(scratch.folder);
        }
    }
    /** Runs a command whose output is for the caller alone: JSON of plans and outputs holds secrets. */
    read(command, args) {
        return this.#start(command, args, {});
    }
    async #start(command, args, more) {
        const { settings, scratch, log, limits } = this.#setup;
        this.#program ??= this.#find();
        const file = await this.#program;
        const late = new AbortController();
        const seconds = limits.seconds[command];
        const timer = setTimeout(() => late.abort(tookTooLong(command, seconds)), seconds * 1000);
        const signal = AbortSignal.any([this.#setup.signal, late.signal]);
        const interrupted = () => {
            noteInterrupt(scratch.folder);
            log.info(`Interrupting terraform ${command}: it stops what it can, saves the state and gives the lock back.`);
        };
        signal.addEventListener('abort', interrupted, { once: true });
        try {
            return await run({
                file,
                args: [`-chdir=${this.#folder}`, ...command.split(' '), ...args],
                env: terraformEnvironment(settings, this.#data, this.#folder),
                signal,
                graceMs: limits.grace * 1000,
                ...more,
            });
        }
        finally {
            clearTimeout(timer);
            signal.removeEventListener('abort', interrupted);
        }
    }
    #find() {
        const { settings, log, signal } = this.#setup;
        for (const name of ignoredVariables())
            log.warning(`${name} of the workflow is not handed on to Terraform: give what it says by this action’s inputs`);
        return findTerraform(settings.terraform, log, signal);
    }
    /** What was interrupted and gave its lock not back was killed: nobody but a person can tell that the lock holds no more. */
    async #withLock(error, start) {
        if (!(error instanceof src_errors/* DeployError */.sH))
            return error;
        const lock = await this.#setup.readLock();
        if (lock === undefined || !isOwn(lock, lockOwner(), start))
            return error;
        const { details } = error;
        const advice = `${details.advice} The lock was not given back: ${describeLock(lock)}; ${unlockAdvice(lock)}.`;
        return new src_errors/* DeployError */.sH({ ...details, advice }, { cause: error });
    }
}
/** Says whose lock a command waits for, once for each owner. */
class LockWatch {
    #setup;
    #start;
    #waiting;
    constructor(setup, start) {
        this.#setup = setup;
        this.#start = start;
    }
    /** Is told each line: the wait begins with one of Terraform's, and ends with the next. */
    see(line) {
        this.end();
        if (!ACQUIRING.test(line))
            return;
        this.#waiting = new AbortController();
        void this.#look(this.#waiting.signal);
    }
    end() {
        this.#waiting?.abort();
        this.#waiting = undefined;
    }
    async #look(over) {
        const { readLock, log, limits } = this.#setup;
        let told = '';
        while (!over.aborted) {
            const lock = await readLock();
            if (lock !== undefined && lock.id !== told && !over.aborted && !isOwn(lock, lockOwner(), this.#start)) {
                told = lock.id;
                log.info(`Waiting up to ${limits.lock} s: ${describeLock(lock)}.`);
            }
            await (0,promises_.setTimeout)(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
        }
    }
}

;// CONCATENATED MODULE: ./src/adapters/terraform.ts









/** Lines of `terraform apply` that say that something is done; they are kept for the report. */
const DONE = /: (Creation|Modifications|Destruction) complete after/;
const STARTED = /^(\S.*?): (?:Creating|Modifying|Destroying)\.\.\./;
/** Runs the terraform program in its folder, with data, plan and credentials in the scratch folder. */
class TerraformCli {
    #setup;
    #folder;
    #data;
    #planFile;
    #runner;
    constructor(setup) {
        this.#setup = setup;
        this.#data = setup.scratch.makeFolder('terraform-data');
        this.#planFile = (0,external_node_path_.join)(setup.scratch.folder, 'plan.tfplan');
        this.#folder = workingFolder(setup);
        this.#runner = new TerraformRunner(setup, this.#folder, this.#data);
    }
    async init() {
        const backend = Object.entries(this.#setup.settings.backend).map(([key, value]) => `-backend-config=${key}=${value}`);
        const lockFile = (0,external_node_fs_.existsSync)((0,external_node_path_.join)(this.#folder, '.terraform.lock.hcl')) ? ['-lockfile=readonly'] : [];
        const args = ['-no-color', ...backend, ...lockFile, '-input=false'];
        const exit = await this.#runner.run('init', args);
        if (exit.code !== 0)
            throw new src_errors/* DeployError */.sH(explainTerraform('infra-init-failed', 'init', exit.code, exit.tail));
        const file = (0,external_node_path_.join)(this.#data, 'terraform.tfstate');
        return (0,external_node_fs_.existsSync)(file) ? (0,json/* textAt */.$6)(JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8')), 'backend', 'type') : 'local';
    }
    async plan({ lock, destroy }) {
        const args = [
            '-no-color',
            '-input=false',
            '-detailed-exitcode',
            lock ? this.#lockTimeout : '-lock=false',
            ...(destroy === undefined ? [] : ['-destroy', ...destroy.map((address) => `-target=${address}`)]),
            ...this.#variableFiles(),
            `-out=${this.#planFile}`,
        ];
        const exit = await this.#runner.run('plan', args);
        // A failed plan still writes its file: only the exit code tells. 2 means that there are changes.
        if (exit.code !== 0 && exit.code !== 2) {
            throw new src_errors/* DeployError */.sH(explainTerraform('infra-plan-failed', 'plan', exit.code, exit.tail));
        }
        const shown = await this.#runner.read('show', ['-json', this.#planFile]);
        if (shown.code !== 0)
            throw new src_errors/* DeployError */.sH(explainTerraform('infra-plan-failed', 'show', shown.code, shown.tail));
        return terraform_parsed('infra-plan-failed', 'show', shown.stdout);
    }
    get #lockTimeout() {
        return `-lock-timeout=${this.#setup.limits.lock}s`;
    }
    /** The variables come last as a file, too: what TF_VAR_ says loses to every file, also to one in the folder. */
    #variableFiles() {
        const { settings, scratch } = this.#setup;
        const own = scratch.write('variables.tfvars.json', JSON.stringify(settings.variables));
        return [...settings.variableFiles.map((path) => (0,external_node_path_.resolve)(path)), own].map((path) => `-var-file=${path}`);
    }
    async untaint(address) {
        const exit = await this.#runner.run('untaint', ['-no-color', this.#lockTimeout, address]);
        if (exit.code !== 0) {
            throw new src_errors/* DeployError */.sH(explainTerraform('infra-apply-failed', 'untaint', exit.code, exit.tail));
        }
    }
    async apply() {
        const unfinished = new Set();
        const follow = (line) => {
            const started = STARTED.exec(line)?.[1];
            if (started !== undefined)
                unfinished.add(started);
            if (!DONE.test(line))
                return;
            unfinished.delete(line.slice(0, line.search(DONE)));
            this.#setup.onDone(line);
        };
        try {
            const args = ['-no-color', '-input=false', this.#lockTimeout, this.#planFile];
            const exit = await this.#runner.run('apply', args, follow).catch(terraform_wasInterrupted);
            if (exit instanceof src_errors/* DeployError */.sH)
                throw await this.#applyFailed(exit.details, []);
            if (exit.code === 0)
                return;
            const failed = explainTerraform('infra-apply-failed', 'apply', exit.code, exit.tail);
            throw await this.#applyFailed(failed, exit.tail);
        }
        finally {
            for (const address of unfinished)
                this.#setup.onDone(`${address}: was begun and not finished; it may exist`);
        }
    }
    async #applyFailed(failed, tail) {
        const { settings, signal } = this.#setup;
        const push = async (file) => {
            // The lock that may be left is ours: it was taken by the apply that has just ended.
            const pushed = await this.#runner.run('state push', ['-lock=false', file]);
            return pushed.code === 0;
        };
        // Where the state is local there is no secret to seal it with, and the disk stays.
        const rescue = settings.localState
            ? undefined
            : await rescueState(this.#folder, settings.stateSecretKey, push, signal);
        const lock = lockInOutput(tail);
        if (rescue?.saved === true) {
            if (lock !== undefined)
                await this.#runner.run('force-unlock', ['-no-color', '-force', lock.id]);
            this.#setup.onDone('the state, which could not be saved at first, was saved after all');
        }
        return new src_errors/* DeployError */.sH(rescue?.saved === false ? explainLostState(failed, rescue.sealed) : failed);
    }
    async outputs() {
        const exit = await this.#runner.read('output', ['-json']);
        if (exit.code !== 0)
            throw new src_errors/* DeployError */.sH(explainTerraform('infra-apply-failed', 'output', exit.code, exit.tail));
        const outputs = terraform_parsed('infra-apply-failed', 'output', exit.stdout);
        const clusterId = Number((0,json.at)(outputs, 'cluster_id', 'value') ?? Number.NaN);
        return {
            kubeconfig: (0,json/* textAt */.$6)(outputs, 'kubeconfig', 'value') || undefined,
            clusterId: Number.isInteger(clusterId) ? clusterId : undefined,
        };
    }
}
function terraform_parsed(code, command, stdout) {
    try {
        return terraformJson(stdout);
    }
    catch (error) {
        const said = `Error: ${(0,src_errors/* messageOf */.bD)(error)}`;
        throw new src_errors/* DeployError */.sH(explainTerraform(code, command, 0, [said]), { cause: error });
    }
}
/** An apply that was cancelled or took too long may have left a state that is not saved, too. */
function terraform_wasInterrupted(error) {
    if (error instanceof src_errors/* DeployError */.sH)
        return error;
    throw error;
}
function workingFolder({ settings, actionFolder, scratch }) {
    const folder = (0,external_node_path_.resolve)(settings.directory);
    if (folder !== (0,external_node_path_.resolve)(actionFolder, 'terraform'))
        return folder;
    const copy = scratch.makeFolder('terraform');
    (0,external_node_fs_.cpSync)(folder, copy, { recursive: true });
    return copy;
}

// EXTERNAL MODULE: ./src/duration.ts
var duration = __webpack_require__(7607);
// EXTERNAL MODULE: ./src/manifests/kubeconfig.ts + 4 modules
var manifests_kubeconfig = __webpack_require__(5599);
;// CONCATENATED MODULE: ./src/infra/cluster.ts


/** Gives the cluster of the last successful apply, without looking at the infrastructure. Throws DeployError. */
async function findCluster(ports) {
    return clusterOf((await ports.store?.readRecord())?.clusterId, ports);
}
/**
 * Gives the cluster of an id. Its kubeconfig is waited for, which Linode has not for some minutes after it made the
 * cluster: Terraform would ask for it without end in the meantime. Throws DeployError.
 */
async function clusterOf(clusterId, ports) {
    if (clusterId === undefined)
        return { clusterId, kubeconfig: undefined };
    const kubeconfig = kubeconfigFrom({ clusterId, kubeconfig: await ports.linode.kubeconfig(clusterId) }, ports);
    return { clusterId, kubeconfig };
}
/** Gives the kubeconfig of Terraform's outputs, masked; undefined where they have none. Throws DeployError where it is not sound. */
function kubeconfigFrom(outputs, { mask, clock, log }) {
    if (outputs.kubeconfig === undefined)
        return undefined;
    mask(outputs.kubeconfig);
    const kubeconfig = (0,manifests_kubeconfig/* readKubeconfig */.U)(outputs.kubeconfig, { now: clock.now() });
    if (typeof kubeconfig === 'string') {
        throw new src_errors/* DeployError */.sH({
            code: 'kubeconfig-missing',
            cause: `the kubeconfig of cluster ${outputs.clusterId ?? 'unknown'} ${kubeconfig}`,
            advice: 'Let the output `kubeconfig` be linode_lke_cluster.<name>.kubeconfig, or give the input kube-config.',
        });
    }
    for (const credential of kubeconfig.credentials)
        mask(credential);
    for (const warning of kubeconfig.warnings ?? [])
        log.warning(`the cluster’s kubeconfig ${warning}`);
    return kubeconfig;
}

// EXTERNAL MODULE: ./src/settings/names.ts
var names = __webpack_require__(4761);
;// CONCATENATED MODULE: ./src/deploy-steps.ts





/** Runs a step, or a `part` of one, and gives how it ended; what it throws becomes its failure. */
async function attempt(step, { clock, progress }, work, part) {
    const from = clock.now();
    const did = [];
    const end = (sign) => {
        const to = clock.now();
        const name = part === undefined ? step : `${step} (${part})`;
        progress.end(step, `${sign} ${name}: ${(0,duration/* durationOf */.c)((to - from) / 1000)}`);
        return [{ from, to }];
    };
    progress.begin(step);
    try {
        const value = await work((line) => did.push(line));
        return { status: 'succeeded', value, did, spans: end('✅') };
    }
    catch (error) {
        return { status: 'failed', error: (0,src_errors/* failureOf */.g5)(error, step), did, spans: end('❌') };
    }
}
/** Gives what looking at the infrastructure needs. */
function preparePorts({ infra, files, clock, mask, log }) {
    if (infra === undefined)
        throw new Error('the infra step has no ports');
    const { store, linode } = infra;
    return { store, linode, files, clock, mask, log: log('infra') };
}
/** Gives what the infra step needs; `did` is told of each resource that Terraform finished. */
function infraPorts(ports, did) {
    if (ports.infra === undefined)
        throw new Error('the infra step has no ports');
    const { connect, pullRequests } = ports;
    return { ...preparePorts(ports), connect, pullRequests, terraform: ports.infra.terraform(did) };
}
/** Gives the kubeconfig of the input, else of the infra step. */
function kubeconfigOf(manifests, infra) {
    return manifests.kubeconfig ?? (infra.status === 'succeeded' ? infra.value.kubeconfig : undefined);
}
/** Gives the kubeconfig, which must be there by now. Throws DeployError. */
function needed(kubeconfig) {
    if (kubeconfig !== undefined)
        return kubeconfig;
    throw new src_errors/* DeployError */.sH({
        code: 'kubeconfig-missing',
        cause: 'no cluster is known: KUBE_CONFIG is not given, and the infrastructure has no output `kubeconfig`',
        advice: 'Give the input kube-config, or let the Terraform configuration have the outputs `kubeconfig` and `cluster_id`.',
    });
}
/** Gives the kubeconfig that was given, else that of the last apply of the infrastructure. Throws DeployError. */
async function existingKubeconfig({ manifests, infra }, ports) {
    const given = manifests.run ? manifests.kubeconfig : undefined;
    const found = given ?? (infra.run ? (await findCluster(preparePorts(ports))).kubeconfig : undefined);
    return needed(found);
}
/** Gives the names that a run is about: where a Secret holds one of them, it is still no secret. */
function wordsOf({ environment, event, imageName, manifests }) {
    const namespace = manifests.run ? [manifests.namespace] : [];
    return [
        environment,
        event.owner,
        event.repository,
        event.branch ?? '',
        (0,image_reference/* formatName */.nD)(imageName),
        ...namespace,
    ];
}
/** Gives whose releases a run makes and goes back to. */
function releaseScope({ event, environment }, { namespace, inventory }) {
    const name = inventory.replace(/-inventory$/, '');
    return { application: (0,names/* dnsLabel */.UG)(event.repository), environment, namespace, name };
}
/** Gives what keeping releases needs. */
function releasePorts({ event }, cluster, ports) {
    const run = `${event.runId}.${event.runAttempt}-${ports.clock.now()}`;
    return { cluster, log: ports.log('rollout'), run };
}
/** Gives the outcome of a step that does not run. */
function skip({ reason }) {
    return { status: 'skipped', reason };
}

;// CONCATENATED MODULE: ./src/infra/bootstrap.ts


const KEY_SECRETS = ['STATE_ACCESS_KEY', 'STATE_SECRET_KEY'];
/** The longest label that Linode takes for a key. */
const LONGEST_LABEL = 50;
/**
 * Makes what Terraform's state needs: a bucket, and an access key that opens nothing else, kept as secrets of the repository.
 * What is there is kept. A key can be read once only: one whose secrets a killed run did not write is removed, and made anew.
 * Throws DeployError.
 */
async function bootstrap(settings, ports) {
    // Asked first: nothing is made that could not be handed over.
    const names = await ports.secrets.names();
    const { bucket, madeBucket } = await ensureBucket(settings, ports);
    const hasKey = settings.hasKey || KEY_SECRETS.every((name) => names.includes(name));
    if (hasKey)
        ports.log.info(`The secrets ${KEY_SECRETS.join(' and ')} are there: no key is made.`);
    else
        await makeKey(await labelOf(settings), bucket, ports);
    return { bucket: bucket.label, region: bucket.region, madeBucket, madeKey: !hasKey };
}
async function ensureBucket({ bucket: label, storeRegion }, { account, did }) {
    const host = `${storeRegion}.linodeobjects.com`;
    const [stores, buckets] = await Promise.all([account.stores(), account.buckets()]);
    const store = stores.find((each) => each.host === host);
    if (store === undefined) {
        const offered = stores.map((each) => each.host.replace('.linodeobjects.com', ''));
        throw new src_errors/* DeployError */.sH({
            code: 'linode-refused',
            cause: `Linode has no Object Storage at ${host}`,
            advice: `Give \`region=\` in backend-config one of: ${offered.join(', ')}.`,
        });
    }
    const there = buckets.find((each) => each.label === label && each.host === host);
    if (there !== undefined)
        return { bucket: there, madeBucket: false };
    const bucket = await account.makeBucket(label, store.region);
    did(`made the bucket ${label} in ${store.region}`);
    if (bucket.host === host)
        return { bucket, madeBucket: true };
    throw new src_errors/* DeployError */.sH({
        code: 'linode-refused',
        cause: `Linode made the bucket ${label} at ${bucket.host}, not at ${host}`,
        advice: `Give backend-config \`region=${bucket.host.replace('.linodeobjects.com', '')}\` and run this again.`,
    });
}
async function makeKey(label, bucket, ports) {
    const { account, secrets, mask, did } = ports;
    const lost = (await account.keys()).filter((key) => key.label === label &&
        key.buckets.length === 1 &&
        key.buckets.every((each) => each.name === bucket.label && each.region === bucket.region));
    for (const { id } of lost) {
        await account.removeKey(id);
        did(`removed the access key ${label} (id ${id}), whose secrets were lost`);
    }
    const { id, accessKey, secretKey } = await account.makeKey(label, bucket);
    for (const secret of [accessKey, secretKey])
        mask(secret);
    did(`made the access key ${label} (id ${id})`);
    try {
        await secrets.write(KEY_SECRETS[0], accessKey);
        await secrets.write(KEY_SECRETS[1], secretKey);
    }
    catch (error) {
        // Where this fails too, the next run removes it.
        const removed = await account.removeKey(id).then(() => true, () => false);
        if (removed)
            did(`removed the access key ${label} (id ${id}) again`);
        throw error;
    }
    did(`wrote the secrets ${KEY_SECRETS.join(' and ')} of the repository`);
}
/** Gives a label that no other repository has: by it a key is known as ours, and removed. */
async function labelOf({ owner, repository }) {
    const name = `${owner}/${repository}`.toLowerCase();
    const hash = (await (0,sha256/* sha256 */.s)(name)).toString('hex').slice(0, 8);
    const readable = `wpp-state-${name.replaceAll(/[^a-z0-9]+/g, '-')}`;
    return `${readable.slice(0, LONGEST_LABEL - hash.length - 1)}-${hash}`;
}

;// CONCATENATED MODULE: ./src/deploy-bootstrap.ts


/** Makes the bucket and the key of Terraform's state; nothing else runs. */
async function bootstrapOnly(settings, ports) {
    const nothing = { status: 'skipped', reason: 'bootstrap makes only bucket and key' };
    const outcome = await attempt('bootstrap', ports, (did) => {
        const { account, secrets, mask } = ports;
        if (account === undefined || secrets === undefined)
            throw new Error('bootstrap has no ports');
        return bootstrap(settings, { account, secrets, mask, did, log: ports.log('bootstrap') });
    });
    return { image: nothing, infra: nothing, manifests: nothing, rollout: nothing, bootstrap: outcome };
}

// EXTERNAL MODULE: ./src/infra/cost.ts
var infra_cost = __webpack_require__(649);
;// CONCATENATED MODULE: ./src/infra/charges.ts


/** What Linode bills, but has no public price list for. */
const UNLISTED = /^linode_(database_(mysql|postgresql)|image$|reserved_ip)/;
/** Gives what a resource of the Linode provider costs, by its values in a plan; `region` is that of its cluster, where it has one. */
function chargesOf(type, values, clusterRegion) {
    const region = (0,json/* textAt */.$6)(values, 'region') || undefined;
    switch (type) {
        case 'linode_lke_cluster':
            return { ...controlPlane(values, region), ...pools(values, region) };
        case 'linode_lke_node_pool':
            return { '': nodes(values, (0,json.at)(values, 'node_count'), clusterRegion) };
        case 'linode_volume': {
            const size = known((0,json.at)(values, 'size'));
            return { '': fixed('volumes/types', 'volume', region, size, `${size ?? '?'} GB`) };
        }
        case 'linode_nodebalancer':
            return { '': nodeBalancer((0,json/* textAt */.$6)(values, 'type'), region) };
        case 'linode_instance':
            return instance(values, region);
        default:
            return UNLISTED.test(type) ? { '': fixed(undefined, '', region, 1, '') } : {};
    }
}
/** Gives the charge of a NodeBalancer; `type` is empty or `common`, or such as `premium`. */
function nodeBalancer(type, region) {
    const id = type === '' || type === 'common' ? 'nodebalancer' : `nodebalancer-${type}`;
    return fixed('nodebalancers/types', id, region, 1, type);
}
/** Gives a charge that no autoscaler changes. */
function fixed(list, id, region, units, detail) {
    return { list, id, region, units, most: units, detail };
}
/** The control plane is free unless it is made highly available, or the cluster is of the tier `enterprise`. */
function controlPlane(values, region) {
    const name = 'control plane';
    if ((0,json/* textAt */.$6)(values, 'tier') === 'enterprise')
        return { [name]: fixed('lke/types', 'lke-e', region, 1, 'enterprise') };
    return (0,json.at)(values, 'control_plane', 0, 'high_availability') === true
        ? { [name]: fixed('lke/types', 'lke-ha', region, 1, 'high availability') }
        : {};
}
function pools(values, region) {
    // By its place, whatever others there are: so a pool has one name before and after the plan.
    return Object.fromEntries((0,json/* listAt */.gT)(values, 'pool').map((pool, index) => [
        index === 0 ? 'pool' : `pool ${index + 1}`,
        nodes(pool, (0,json.at)(pool, 'count'), region),
    ]));
}
/** The autoscaler keeps the number of nodes between its limits; a pool that is not made yet begins with the fewest. */
function nodes(pool, count, region) {
    const id = (0,json/* textAt */.$6)(pool, 'type');
    const scaler = (0,json.at)(pool, 'autoscaler', 0);
    const [least, most] = [known((0,json.at)(scaler, 'min')), known((0,json.at)(scaler, 'max'))];
    const given = known(count);
    if (scaler === undefined)
        return fixed('linode/types', id, region, given, `${given ?? '?'} × ${id}`);
    const units = Math.min(Math.max(given ?? 0, least ?? Number.NaN), most ?? Number.NaN);
    return {
        list: 'linode/types',
        id,
        region,
        units: Number.isNaN(units) ? undefined : units,
        most,
        detail: `${least ?? '?'} to ${most ?? '?'} × ${id}`,
    };
}
function instance(values, region) {
    const id = (0,json/* textAt */.$6)(values, 'type');
    const itself = { '': fixed('linode/types', id, region, 1, id) };
    if ((0,json.at)(values, 'backups_enabled') !== true)
        return itself;
    return { ...itself, backups: fixed('linode/types', `${id}${prices/* BACKUPS */.Gk}`, region, 1, '') };
}
function known(value) {
    return typeof value === 'number' ? value : undefined;
}

// EXTERNAL MODULE: ./src/manifests/faults.ts
var manifests_faults = __webpack_require__(2013);
;// CONCATENATED MODULE: ./src/manifests/checks.ts


const checks_VERSION = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const KIND = /^[A-Za-z][A-Za-z0-9-]*$/;
/** A name becomes a part of a URL: these the API server refuses for every kind. */
const NO_NAME = /^\.\.?$|[/%]|\s/;
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Gives what is wrong with what every object must have: apiVersion, kind and a name. A placeholder may stand in each of them. */
function basicFaults(manifest) {
    const { object } = manifest;
    if (!(0,json/* isObject */.Gv)(object))
        return [(0,manifests_faults/* faultAt */.ux)({ ...manifest, object: {} }, [], `holds no object, but ${wordFor(object)}`)];
    const metadata = object['metadata'] ?? undefined;
    if (metadata !== undefined && !(0,json/* isObject */.Gv)(metadata))
        return [(0,manifests_faults/* faultAt */.ux)(manifest, ['metadata'], `is ${wordFor(metadata)}, but must be a map`)];
    return [
        ...textFaults(manifest, ['apiVersion'], checks_VERSION),
        ...textFaults(manifest, ['kind'], KIND),
        ...nameFaults(manifest),
        ...((0,json.at)(metadata, 'namespace') === undefined || (0,json.at)(metadata, 'namespace') === null
            ? []
            : textFaults(manifest, ['metadata', 'namespace'], NAMESPACE)),
        ...['labels', 'annotations'].flatMap((field) => mapFault(manifest, ['metadata', field])),
    ];
}
function textFaults(manifest, path, form) {
    const value = (0,json.at)(manifest.object, ...path);
    if (value === undefined || value === null || value === '')
        return [(0,manifests_faults/* faultAt */.ux)(manifest, path, 'is missing')];
    if (typeof value !== 'string')
        return [(0,manifests_faults/* faultAt */.ux)(manifest, path, `is ${wordFor(value)}, but must be text: put it in quotes`)];
    return value.includes('${') || form.test(value)
        ? []
        : [(0,manifests_faults/* faultAt */.ux)(manifest, path, 'is not of the form that it must have')];
}
function nameFaults(manifest) {
    const { object } = manifest;
    const name = (0,json.at)(object, 'metadata', 'name');
    const isGenerated = (0,json/* textAt */.$6)(object, 'metadata', 'generateName') !== '';
    if (isGenerated && (name === undefined || name === null || name === ''))
        return [];
    if (typeof name === 'string' && NO_NAME.test(name) && !name.includes('${'))
        return [
            (0,manifests_faults/* faultAt */.ux)(manifest, ['metadata', 'name'], 'has a blank, a slash or a percent sign, which no name may have'),
        ];
    return textFaults(manifest, ['metadata', 'name'], /./);
}
/** Gives a fault where a field is there and no map. */
function mapFault(manifest, path) {
    const value = (0,json.at)(manifest.object, ...path);
    if (value === undefined || value === null || (0,json/* isObject */.Gv)(value))
        return [];
    return [(0,manifests_faults/* faultAt */.ux)(manifest, path, `is ${wordFor(value)}, but must be a map`)];
}
/** Gives what a value is in words, and never the value itself. */
function wordFor(value) {
    if (value === null || value === undefined)
        return 'empty';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a map';
    return ({ string: 'text', number: 'a number', boolean: 'a yes or no' }[typeof value] ??
        'something else');
}
/** Whether an object is of a kind that Kubernetes itself has, so that its fields are known. */
function isBuiltIn(object) {
    const [group = '', version] = (0,json/* textAt */.$6)(object, 'apiVersion').split('/');
    return version === undefined || !group.includes('.') || group.endsWith('.k8s.io');
}

;// CONCATENATED MODULE: ./src/manifests/objects.ts




/** Gives the objects of all files, lists taken apart, and every fault with file, line and document. */
function readManifestFiles(files) {
    const read = files.map(readFile);
    return {
        manifests: read.flatMap(({ manifests }) => manifests),
        faults: read.flatMap(({ faults }) => faults),
    };
}
function readFile(file) {
    try {
        const documents = (0,yaml/* readDocuments */.r9)(file.text);
        const read = documents.flatMap((document, index) => {
            if (document.value === null)
                return [];
            return expand(manifestOf(file, document, documents.length > 1 ? ` (document ${index + 1})` : ''));
        });
        const checked = read.map((each) => ('text' in each ? [each] : basicFaults(each)));
        return {
            manifests: read.filter((each, index) => !('text' in each) && checked[index]?.length === 0),
            faults: checked.flat(),
        };
    }
    catch (error) {
        if (!(error instanceof yaml/* YamlError */.Iz))
            throw error;
        return { manifests: [], faults: [syntaxFault(file, error)] };
    }
}
function manifestOf(file, document, which) {
    const object = document.value;
    if (file.renderedBy !== undefined)
        return { source: `${file.path}${which}`, object, place: { file: file.renderedBy, line: 1 } };
    const place = { file: file.path, line: document.line };
    return { source: `${place.file}:${place.line}${which}`, object, place, lineOf: document.lineOf };
}
function syntaxFault({ path, text, renderedBy }, error) {
    if (renderedBy !== undefined)
        return { text: `${path}, rendered: ${error.message}`, place: { file: renderedBy, line: 1 } };
    const lines = text.split(/\r\n|\r|\n/);
    const separators = lines.flatMap((line, index) => (line.startsWith('---') ? [index] : []));
    const unopened = lines.slice(0, separators[0]).some((line) => /^\uFEFF?\s*[^\s#]/.test(line)) ? 1 : 0;
    const number = separators.filter((index) => index < error.line).length + unopened;
    const document = separators.length === 0 ? '' : ` (document ${number})`;
    return {
        text: `${path}:${error.line}${document}: ${error.message}`,
        place: { file: path, line: error.line },
    };
}
/** Takes a List apart, also a typed one such as ConfigMapList, whose items may leave out their kind. Lists in lists are faults. */
function expand(manifest) {
    const { object } = manifest;
    const kind = (0,json/* textAt */.$6)(object, 'kind');
    const items = (0,json.at)(object, 'items');
    const isList = kind === 'List' || (kind.endsWith('List') && Array.isArray(items));
    if (!isList || !(0,json/* isObject */.Gv)(object))
        return [manifest];
    if (items !== undefined && items !== null && !Array.isArray(items))
        return [(0,manifests_faults/* faultAt */.ux)(manifest, ['items'], 'is no list')];
    return (0,json/* listAt */.gT)(object, 'items').map((item, index) => {
        const one = itemOf(manifest, typed(item, object), index);
        const itemKind = (0,json/* textAt */.$6)(item, 'kind');
        if (itemKind === 'List' || (itemKind.endsWith('List') && Array.isArray((0,json.at)(item, 'items'))))
            return (0,manifests_faults/* faultAt */.ux)(one, ['kind'], 'is a list within a list');
        return one;
    });
}
function typed(item, list) {
    const kind = (0,json/* textAt */.$6)(list, 'kind').slice(0, -'List'.length);
    if (!(0,json/* isObject */.Gv)(item) || kind === '' || 'kind' in item || 'apiVersion' in item)
        return item;
    return { apiVersion: list['apiVersion'], kind, ...item };
}
function itemOf(list, object, index) {
    const { source, place, lineOf } = list;
    const which = source.endsWith(')')
        ? `${source.slice(0, -1)}, item ${index + 1})`
        : `${source} (item ${index + 1})`;
    if (place === undefined || lineOf === undefined)
        return { source: which, object, ...(place === undefined ? {} : { place }) };
    const line = lineOf(['items', index]);
    return {
        source: `${place.file}:${line}${which.slice(`${place.file}:${place.line}`.length)}`,
        object,
        place: { file: place.file, line },
        lineOf: (path) => lineOf(['items', index, ...path]),
    };
}
/** Gives `Kind/namespace/name`, or `Kind/name` without a namespace; `prefix*` where the server makes the name. */
function describe(object) {
    const prefix = (0,json/* textAt */.$6)(object, 'metadata', 'generateName');
    const name = (0,json/* textAt */.$6)(object, 'metadata', 'name') || (prefix === '' ? '' : `${prefix}*`);
    return [(0,json/* textAt */.$6)(object, 'kind'), (0,json/* textAt */.$6)(object, 'metadata', 'namespace'), name]
        .filter((part) => part !== '')
        .join('/');
}
/** Gives a fault for each object that stands twice, in whatever version of its group, where `namespace` is that of objects that name none. */
function duplicates(manifests, namespace) {
    const seen = new Map();
    return manifests.flatMap((manifest) => {
        const { source, object } = manifest;
        const name = (0,json/* textAt */.$6)(object, 'metadata', 'name');
        if (name === '')
            return [];
        const key = JSON.stringify([
            groupOf(object),
            (0,json/* textAt */.$6)(object, 'kind'),
            namespaceOf(object, namespace),
            name,
        ]);
        const first = seen.get(key);
        seen.set(key, first ?? source);
        if (first === undefined)
            return [];
        return [(0,manifests_faults/* faultAt */.ux)(manifest, [], `${describe(object)} stands in ${first} too`)];
    });
}
/** Gives the namespace of an object: its own, else the default. */
function namespaceOf(object, fallback) {
    return (0,json/* textAt */.$6)(object, 'metadata', 'namespace') || fallback;
}
/** Whether an object is of a type, in the version that the type has. */
function isOfType(object, type) {
    return (0,json/* textAt */.$6)(object, 'kind') === type.kind && (0,json/* textAt */.$6)(object, 'apiVersion') === type.apiVersion;
}
/** Gives the API group of an object; '' for the core group. */
function groupOf(object) {
    const [group, version] = (0,json/* textAt */.$6)(object, 'apiVersion').split('/');
    return version === undefined ? '' : (group ?? '');
}

;// CONCATENATED MODULE: ./src/manifests/quantity.ts
/** Powers of the suffixes of a quantity (apimachinery, pkg/api/resource); a number may also have an exponent. */
const SUFFIXES = {
    '': 1,
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};
/** Gives the number that a Kubernetes quantity such as `10Gi` stands for, or undefined where it is none. */
function quantity(value) {
    if (typeof value === 'number')
        return value;
    if (typeof value !== 'string')
        return undefined;
    const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([KMGTPE]i|[numkMGTPE]?)$/.exec(value);
    const factor = SUFFIXES[match?.[2] ?? ''];
    return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}

;// CONCATENATED MODULE: ./src/manifests/billed.ts




const GIB = 2 ** 30;
/** Linode's smallest volume; its driver rounds up to it, and to whole gibibytes, which the bill calls GB. */
const SMALLEST_VOLUME = 10;
const DRIVER = 'linodebs.csi.linode.com';
const CLASSES = /^linode-block-storage/;
const BALANCER = 'service.beta.kubernetes.io/linode-loadbalancer-nodebalancer';
/**
 * Gives what Linode makes for objects of a cluster, and bills: a NodeBalancer for each Service of type LoadBalancer, and a
 * volume for each claim of its storage classes. Terraform knows of neither.
 */
function billedManifests(manifests, place) {
    const objects = manifests.map(({ object }) => object);
    const classes = objects
        .filter((object) => object['kind'] === 'StorageClass' && object['provisioner'] === DRIVER)
        .map((object) => (0,json/* textAt */.$6)(object, 'metadata', 'name'));
    const bound = objects
        .filter((object) => object['kind'] === 'PersistentVolume')
        .map((object) => claimKey((0,json.at)(object, 'spec', 'claimRef'), place.namespace));
    const charge = (object) => {
        const isBound = object['kind'] === 'PersistentVolumeClaim' &&
            bound.includes(claimKey(object['metadata'], place.namespace));
        return isBound ? undefined : chargeOf(object, classes, place.region);
    };
    const items = objects.flatMap((object) => {
        const namespace = namespaceOf(object, place.namespace);
        const name = describe({ ...object, metadata: { ...object['metadata'], namespace } });
        const after = charge(object);
        const now = before(object, name, place.changes, charge);
        return after === undefined && now === undefined ? [] : [{ name, now, after }];
    });
    return [...items, ...prunedBalancers(place)];
}
/** Gives what a claim is known by, from its metadata or from what a volume says of it. */
function claimKey(claim, namespace) {
    return `${(0,json/* textAt */.$6)(claim, 'namespace') || namespace}/${(0,json/* textAt */.$6)(claim, 'name')}`;
}
function chargeOf(object, classes, region) {
    switch (`${groupOf(object)}/${(0,json/* textAt */.$6)(object, 'kind')}`) {
        case '/Service':
            return balancer(object, region);
        case '/PersistentVolumeClaim':
            return volumes([(0,json.at)(object, 'spec')], 1, classes, region);
        case 'apps/StatefulSet': {
            const specs = (0,json/* listAt */.gT)(object, 'spec', 'volumeClaimTemplates').map((template) => (0,json.at)(template, 'spec'));
            const replicas = (0,json.at)(object, 'spec', 'replicas') === undefined ? 1 : (0,json/* numberAt */.tk)(object, 'spec', 'replicas');
            return volumes(specs, replicas, classes, region);
        }
        default:
            return undefined;
    }
}
/** One that the Service names by its id is there already, and billed as what made it. */
function balancer(service, region) {
    if ((0,json/* textAt */.$6)(service, 'spec', 'type') !== 'LoadBalancer')
        return undefined;
    const annotation = (name) => (0,json/* textAt */.$6)(service, 'metadata', 'annotations', `${BALANCER}-${name}`);
    return annotation('id') === '' ? nodeBalancer(annotation('type'), region) : undefined;
}
function volumes(claims, copies, classes, region) {
    const sizes = claims.filter((claim) => isMade(claim, classes)).map(gigabytes);
    if (sizes.length === 0 || copies === 0)
        return undefined;
    const known = sizes.filter((size) => size !== undefined);
    const units = known.length < sizes.length ? undefined : copies * known.reduce((sum, size) => sum + size, 0);
    const text = sizes.map((size) => `${size ?? '?'} GB`).join(' + ');
    const detail = copies === 1 ? text : `${copies} × ${sizes.length > 1 ? `(${text})` : text}`;
    return fixed('volumes/types', 'volume', region, units, detail);
}
/** A claim that names its volume, or no class on purpose, gets one that is there already. */
function isMade(claim, classes) {
    if ((0,json/* textAt */.$6)(claim, 'volumeName') !== '')
        return false;
    if (typeof (0,json.at)(claim, 'storageClassName') !== 'string')
        return true;
    const storageClass = (0,json/* textAt */.$6)(claim, 'storageClassName');
    return CLASSES.test(storageClass) || classes.includes(storageClass);
}
function gigabytes(claim) {
    const bytes = quantity((0,json.at)(claim, 'resources', 'requests', 'storage'));
    return bytes === undefined ? undefined : Math.max(SMALLEST_VOLUME, Math.ceil(bytes / GIB));
}
/** Gives what is billed for the object as it is before the change. */
function before(object, name, changes, charge) {
    if (changes === 'none')
        return undefined;
    const wanted = charge(object);
    if (changes === undefined)
        return wanted && { ...wanted, units: undefined };
    const change = changes.find((each) => each.object === name);
    return change === undefined || change.action === 'created' ? undefined : charge(asItWas(object, change));
}
/** The fields by which the bill of an object can change. */
const BILLED_FIELDS = ['spec.type', 'spec.replicas', 'spec.resources.requests.storage'];
function asItWas(object, { fields }) {
    return fields
        .filter(({ path }) => BILLED_FIELDS.includes(path))
        .reduce((result, { path, before: text }) => {
        const value = text === undefined ? undefined : JSON.parse(text);
        return replaced(result, path.split('.'), value);
    }, object);
}
function replaced(object, [key = '', ...rest], value) {
    if (rest.length === 0)
        return { ...object, [key]: value };
    return { ...object, [key]: replaced((object[key] ?? {}), rest, value) };
}
/** A Service that no manifest has any more takes its NodeBalancer with it. */
function prunedBalancers({ changes = 'none', region }) {
    if (changes === 'none')
        return [];
    return changes
        .filter(({ action, fields }) => action === 'pruned' && fields.some(isBalancer))
        .map(({ object }) => ({ name: object, now: nodeBalancer('', region), after: undefined }));
}
function isBalancer({ path, before: text }) {
    return path === 'spec.type' && text === '"LoadBalancer"';
}

;// CONCATENATED MODULE: ./src/deploy-cost.ts



/**
 * Gives what the plan and the manifests cost by the month; undefined where nothing was planned, since then the
 * infrastructure's part is not known. Prices that cannot be had are no failure, but a reason.
 */
async function monthlyCost({ manifests: settings }, manifests, before, prices) {
    const infra = before.infra.status === 'succeeded' ? before.infra.value : undefined;
    if (infra?.billed === undefined)
        return undefined;
    const { items, clusterRegion: region } = infra.billed;
    const changes = changesOf(infra, before.manifests);
    const inCluster = settings.run
        ? billedManifests(manifests, { namespace: settings.namespace, region, changes })
        : [];
    const all = [...items, ...inCluster];
    try {
        return (0,infra_cost/* costOf */.ho)(all, await prices.read((0,infra_cost/* listsOf */.fO)(all)));
    }
    catch (error) {
        return { status: 'unknown', reason: (0,src_errors/* messageOf */.bD)(error) };
    }
}
function changesOf({ kubeconfig }, manifests) {
    if (manifests.status === 'succeeded')
        return manifests.value.changes;
    return manifests.status === 'skipped' && kubeconfig === undefined ? 'none' : undefined;
}

;// CONCATENATED MODULE: ./src/resource-types.ts
/** The kinds of Kubernetes that the steps ask for by themselves; those of manifests are looked up. */
const CONFIG_MAPS = namespaced('v1', 'ConfigMap', 'configmaps');
const CONTROLLER_REVISIONS = namespaced('apps/v1', 'ControllerRevision', 'controllerrevisions');
const EVENTS = namespaced('v1', 'Event', 'events');
const AUTOSCALERS = namespaced('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');
const INGRESSES = namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses');
const CLAIMS = namespaced('v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
const PODS = namespaced('v1', 'Pod', 'pods');
const REPLICA_SETS = namespaced('apps/v1', 'ReplicaSet', 'replicasets');
const SECRETS = namespaced('v1', 'Secret', 'secrets');
const SERVICES = namespaced('v1', 'Service', 'services');
const NAMESPACES = { ...namespaced('v1', 'Namespace', 'namespaces'), namespaced: false };
const PERSISTENT_VOLUMES = {
    ...namespaced('v1', 'PersistentVolume', 'persistentvolumes'),
    namespaced: false,
};
const NODES = { ...namespaced('v1', 'Node', 'nodes'), namespaced: false };
function namespaced(apiVersion, kind, plural) {
    return { apiVersion, kind, plural, namespaced: true };
}

;// CONCATENATED MODULE: ./src/manifests/inventory.ts




const PREFIX = 'applyset.kubernetes.io';
const PART_OF = `${PREFIX}/part-of`;
const TOOLING = 'wpp-deploy-action/v1';
/** The label selector that finds the members. */
function memberSelector({ id }) {
    return `${PART_OF}=${id}`;
}
/** Whether an object is the parent of an inventory. */
function isInventory(object) {
    return (0,json/* textAt */.$6)(object, 'metadata', 'labels', `${PREFIX}/id`) !== '';
}
/** Gives the id of the inventory that a live object belongs to; empty where it belongs to none. */
function ownerOf(object) {
    return (0,json/* textAt */.$6)(object, 'metadata', 'labels', PART_OF);
}
/** Whether a live object carries the members' label. */
function isMember(object, { id }) {
    return ownerOf(object) === id;
}
/** Gives the inventory of objects whose namespaces are filled in. */
async function inventoryOf(manifests, name, namespace) {
    const objects = manifests.map(({ object }) => object);
    const used = objects.map((object) => (0,json/* textAt */.$6)(object, 'metadata', 'namespace')).filter((each) => each !== '');
    // The parent must stand in a namespace that is there; the default one may be used by no object.
    const home = used.includes(namespace) ? namespace : (used.sort()[0] ?? 'default');
    return {
        id: await applySetId(name, home),
        name,
        namespace: home,
        groupKinds: sorted(objects.map(groupKindOf)),
        namespaces: sorted(used.filter((each) => each !== home)),
    };
}
/** Gives the inventory with the kinds and namespaces of an earlier run added. */
function merge(inventory, also) {
    return {
        ...inventory,
        groupKinds: sorted([...inventory.groupKinds, ...also.groupKinds]),
        namespaces: sorted([...inventory.namespaces, ...also.namespaces]).filter((each) => each !== inventory.namespace),
    };
}
/** Gives the parent as a ConfigMap; `also` are kinds and namespaces of an earlier run that may still have members. */
function parentOf(inventory, also) {
    const { groupKinds, namespaces } = merge(inventory, also);
    return {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
            name: inventory.name,
            namespace: inventory.namespace,
            labels: { [`${PREFIX}/id`]: inventory.id },
            annotations: {
                [`${PREFIX}/tooling`]: TOOLING,
                [`${PREFIX}/contains-group-kinds`]: groupKinds.join(','),
                ...(namespaces.length === 0 ? {} : { [`${PREFIX}/additional-namespaces`]: namespaces.join(',') }),
            },
        },
    };
}
/**
 * Gives what `look` gives for each kind and place in which an inventory may have members. A kind that the cluster does
 * not know any more has none.
 */
async function inMemberPlaces(inventory, typeOf, look) {
    const lists = inventory.groupKinds.map(async (groupKind) => {
        const type = await typeOf(groupKind);
        if (type === undefined)
            return [];
        const places = type.namespaced ? [inventory.namespace, ...inventory.namespaces] : [undefined];
        return (await Promise.all(places.map((namespace) => look(type, namespace)))).flat();
    });
    return (await Promise.all(lists)).flat();
}
/** Gives the parents that this action made in any namespace of a cluster. Throws DeployError. */
async function readInventories(cluster) {
    const parents = await cluster.list(CONFIG_MAPS, undefined, `${PREFIX}/id`);
    return parents.filter((parent) => (0,json/* textAt */.$6)(parent, 'metadata', 'annotations', `${PREFIX}/tooling`) === TOOLING);
}
/** Reads the id, kinds and namespaces that a parent in the cluster names. */
function readParent(parent) {
    const list = (name) => (0,json/* textAt */.$6)(parent, 'metadata', 'annotations', `${PREFIX}/${name}`)
        .split(',')
        .filter((entry) => entry !== '');
    return {
        id: (0,json/* textAt */.$6)(parent, 'metadata', 'labels', `${PREFIX}/id`),
        groupKinds: list('contains-group-kinds'),
        namespaces: list('additional-namespaces'),
    };
}
/** Gives the object as a member. */
function asMember(object, { id }) {
    const metadata = object['metadata'];
    const labels = metadata['labels'];
    return { ...object, metadata: { ...metadata, labels: { ...labels, [PART_OF]: id } } };
}
/** Gives `Kind.group`, or `Kind` of the core group. */
function groupKindOf(object) {
    const group = groupOf(object);
    return group === '' ? (0,json/* textAt */.$6)(object, 'kind') : `${(0,json/* textAt */.$6)(object, 'kind')}.${group}`;
}
/** The id by the rule of the KEP: a digest of the parent's name, namespace, kind and group. */
async function applySetId(name, namespace) {
    const digest = await (0,sha256/* sha256 */.s)(`${name}.${namespace}.ConfigMap.`);
    return `applyset-${digest.toString('base64url')}-v1`;
}
function sorted(values) {
    return [...new Set(values)].sort();
}

;// CONCATENATED MODULE: ./src/manifests/takeover.ts

/** The field manager of every apply of manifests. */
const FIELD_MANAGER = 'wpp-deploy-action';
/**
 * Tools that applied an object before this one took it over. What they set and the manifest does not have would
 * otherwise stay for ever, since server-side apply takes away only what its own manager had set.
 */
const EARLIER_APPLIERS = ['kubectl-client-side-apply', 'kubectl', 'helm'];
/**
 * Gives the JSON Patch by which our manager takes over what another tool had applied, by the same way as `kubectl apply
 * --server-side` does with its own earlier applies; undefined where there is nothing to take over, or it was done before.
 */
function takeover(live) {
    const taken = takenFrom(live);
    const [first] = taken;
    if (first === undefined)
        return undefined;
    const ours = {
        ...first,
        manager: FIELD_MANAGER,
        operation: 'Apply',
        fieldsV1: taken.map(fieldsOf).reduce(union),
    };
    return [
        // Refused with 409 where the object changed since it was read.
        { op: 'replace', path: '/metadata/resourceVersion', value: (0,json.at)(live, 'metadata', 'resourceVersion') },
        {
            op: 'replace',
            path: '/metadata/managedFields',
            value: [...entriesOf(live).filter((entry) => !taken.includes(entry)), ours],
        },
    ];
}
/** Gives the names of the tools that takeover() takes an object from. */
function appliersOf(live) {
    return [...new Set(takenFrom(live).map((entry) => (0,json/* textAt */.$6)(entry, 'manager')))];
}
/**
 * Gives the paths of what the earlier tools had applied and the manifest does not have, such as `spec.template.spec.nodeSelector`:
 * what taking over removes. A dry run cannot show it, since it does not take over.
 */
function leftBehind(live, wanted) {
    const fields = takenFrom(live).map(fieldsOf);
    return missingIn(wanted, fields.reduce(union, {}), '').filter((path) => !path.endsWith(LAST_APPLIED));
}
/** Fields of a managedFields entry are named `f:name`, items of a list `k:{"name":"app"}` or `v:"value"`. */
function missingIn(wanted, fields, path) {
    return Object.entries(fields).flatMap(([name, below]) => {
        if (name === '.')
            return [];
        const [here, found] = lookUp(wanted, name, path);
        if (found === undefined)
            return [here];
        return (0,json/* isObject */.Gv)(below) ? missingIn(found, below, here) : [];
    });
}
function lookUp(wanted, name, path) {
    const text = name.slice(2);
    if (name.startsWith('f:'))
        return [path === '' ? text : `${path}.${text}`, (0,json.at)(wanted, text)];
    const told = JSON.parse(text);
    const isNamed = (item) => name.startsWith('v:')
        ? JSON.stringify(item) === JSON.stringify(told)
        : (0,json/* isObject */.Gv)(item) && (0,json/* isObject */.Gv)(told) && Object.entries(told).every(([key, value]) => item[key] === value);
    const items = Array.isArray(wanted) ? wanted : [];
    return [`${path}[${text}]`, items.find(isNamed)];
}
/** The copy that kubectl keeps of what it applied; that it goes away is of no interest. */
const LAST_APPLIED = '.kubectl.kubernetes.io/last-applied-configuration';
function entriesOf(live) {
    return (0,json/* listAt */.gT)(live, 'metadata', 'managedFields').filter(json/* isObject */.Gv);
}
/** Gives what is to be taken over: nothing where our manager has applied the object before. */
function takenFrom(live) {
    const entries = entriesOf(live);
    return entries.some(isOurs) ? [] : entries.filter(isTaken);
}
function isOurs(entry) {
    return entry['manager'] === FIELD_MANAGER && entry['operation'] === 'Apply';
}
function isTaken(entry) {
    return EARLIER_APPLIERS.includes((0,json/* textAt */.$6)(entry, 'manager')) && (0,json/* textAt */.$6)(entry, 'subresource') === '';
}
function fieldsOf(entry) {
    const fields = entry['fieldsV1'];
    return (0,json/* isObject */.Gv)(fields) ? fields : {};
}
function union(one, other) {
    const merged = Object.entries(other).map(([name, fields]) => {
        const known = one[name];
        return [name, (0,json/* isObject */.Gv)(known) && (0,json/* isObject */.Gv)(fields) ? union(known, fields) : fields];
    });
    return { ...one, ...Object.fromEntries(merged) };
}

;// CONCATENATED MODULE: ./src/manifests/pods.ts



/** The lists of containers in a pod's spec. */
const CONTAINERS = ['initContainers', 'containers', 'ephemeralContainers'];
/** The tag that the image was built with, for people; on the object itself, so that it never changes a pod. */
const TAG_ANNOTATION = 'wpp-deploy-action/image-tag';
/** Gives the object with `change` done to each pod spec in it: a Pod's own, a workload's template, a CronJob's, a PodTemplate's. */
function mapPodSpecs(object, change) {
    const walk = (value) => {
        if (Array.isArray(value))
            return value.map(walk);
        if (!(0,json/* isObject */.Gv)(value))
            return value;
        const walked = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
        return Array.isArray(walked['containers']) ? change(walked) : walked;
    };
    const fields = ['spec', 'template'].filter((field) => (0,json/* isObject */.Gv)(object[field]));
    return { ...object, ...Object.fromEntries(fields.map((field) => [field, walk(object[field])])) };
}
function isImage(value, image) {
    const reference = typeof value === 'string' ? (0,image_reference/* parseReference */.F2)(value) : undefined;
    return reference !== undefined && (0,image_reference/* sameName */.q)(reference, image);
}
function usesImage(container, image) {
    return isImage((0,json/* textAt */.$6)(container, 'image'), image);
}
/** Gives a spec with `set` done to each image that its containers run and its volumes are made of. */
function mapImages(spec, set) {
    const changed = Object.entries(spec).map(([key, list]) => {
        if (!Array.isArray(list) || !(CONTAINERS.includes(key) || key === 'volumes'))
            return [key, list];
        const field = key === 'volumes' ? ['image', 'reference'] : ['image'];
        return [key, list.map((item) => mapAt(item, field, set))];
    });
    return Object.fromEntries(changed);
}
function mapAt(value, [key, ...rest], set) {
    if (key === undefined)
        return set(value);
    return (0,json/* isObject */.Gv)(value) && key in value ? { ...value, [key]: mapAt(value[key], rest, set) } : value;
}
/** Gives an object with `set` done to each field `image` at any depth, but in its metadata. */
function mapImageFields(object, set) {
    const walk = (value) => {
        if (Array.isArray(value))
            return value.map(walk);
        if (!(0,json/* isObject */.Gv)(value))
            return value;
        const changed = Object.entries(value).map(([key, item]) => [
            key,
            key === 'image' ? set(walk(item)) : walk(item),
        ]);
        return Object.fromEntries(changed);
    };
    const { metadata, ...fields } = object;
    return { ...walk(fields), ...(metadata === undefined ? {} : { metadata }) };
}
/**
 * Gives the object with this repository's image, whatever its tag, set to `reference` in every container and volume; in kinds
 * that are not Kubernetes' own in every field `image` too. The tag is noted on the object where any was set.
 */
function setImage(object, image, reference, tag) {
    let found = false;
    const set = (value) => {
        if (!isImage(value, image))
            return value;
        found = true;
        return reference;
    };
    const inPods = mapPodSpecs(object, (spec) => mapImages(spec, set));
    const everywhere = isBuiltIn(object) ? inPods : mapImageFields(inPods, set);
    return found ? withTag(everywhere, tag) : everywhere;
}
function withTag(object, tag) {
    const metadata = (0,json/* isObject */.Gv)(object['metadata']) ? object['metadata'] : {};
    const annotations = (0,json.at)(metadata, 'annotations');
    const all = { ...((0,json/* isObject */.Gv)(annotations) ? annotations : {}), [TAG_ANNOTATION]: tag };
    return { ...object, metadata: { ...metadata, annotations: all } };
}
/** Gives the images that pods which the object describes run or mount, as they are written there. */
function imagesOf(object) {
    const found = [];
    const note = (value) => {
        if (typeof value === 'string')
            found.push(value);
        return value;
    };
    mapPodSpecs(object, (spec) => mapImages(spec, note));
    return found;
}
/** Whether any pod that the object describes runs this repository's image. */
function runsImage(object, image) {
    let found = false;
    mapPodSpecs(object, (spec) => {
        found ||= specRuns(spec, image);
        return spec;
    });
    return found;
}
/** Whether pods that the object describes run this image with neither a pull secret nor a service account that may have one. */
function lacksPullSecret(object, image) {
    let lacks = false;
    mapPodSpecs(object, (spec) => {
        const secrets = spec['imagePullSecrets'];
        const has = (Array.isArray(secrets) && secrets.length > 0) || (0,json/* textAt */.$6)(spec, 'serviceAccountName') !== '';
        lacks ||= !has && specRuns(spec, image);
        return spec;
    });
    return lacks;
}
function specRuns(spec, image) {
    return Object.entries(spec).some(([key, list]) => CONTAINERS.includes(key) &&
        Array.isArray(list) &&
        list.some((container) => usesImage(container, image)));
}
/** Gives the object with a pull secret named in each pod spec that runs this repository's image. */
function addPullSecret(object, image, secretName) {
    return mapPodSpecs(object, (spec) => {
        if (!specRuns(spec, image))
            return spec;
        const present = Array.isArray(spec['imagePullSecrets']) ? spec['imagePullSecrets'] : [];
        const others = present.filter((entry) => (0,json/* textAt */.$6)(entry, 'name') !== secretName);
        return { ...spec, imagePullSecrets: [...others, { name: secretName }] };
    });
}
/** Gives the Secret by which the cluster pulls this image from its private registry. */
function pullSecret(name, namespace, image, username, token) {
    const auth = Buffer.from(`${username}:${token}`).toString('base64');
    const config = JSON.stringify({ auths: { [image.registry]: { auth } } });
    return {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/dockerconfigjson',
        metadata: { name, namespace },
        data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
    };
}

;// CONCATENATED MODULE: ./src/manifests/clean.ts



/** Fields that the API server writes; sent back from a `kubectl get -o yaml` they would be refused or do harm. */
const SERVER_FIELDS = [
    'managedFields',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
];
/** Annotations of controllers and of kubectl, which keeps a copy of what it applied, of a Secret with its values. */
const SERVER_ANNOTATIONS = [
    'kubectl.kubernetes.io/last-applied-configuration',
    'deployment.kubernetes.io/revision',
    'deprecated.daemonset.template.generation',
];
/** By `"true"` on a Secret its values are filled in too. */
const PLACEHOLDERS_ANNOTATION = 'wpp-deploy-action/placeholders';
/**
 * Gives an object as it is to be applied: without what the server and kubectl write, with the protocol of each port, which
 * is a part of its identity, and with the values of a Secret in `data`.
 */
function clean_clean(object) {
    const { status, ...kept } = object;
    const metadata = (0,json/* isObject */.Gv)(kept['metadata']) ? kept['metadata'] : {};
    const own = Object.entries(metadata)
        .filter(([key]) => !SERVER_FIELDS.includes(key))
        .map(([key, value]) => [key, key === 'annotations' ? ownAnnotations(value, object) : value]);
    const cleaned = { ...kept, metadata: Object.fromEntries(own) };
    return withData(isBuiltIn(object) ? cleanSpec(cleaned) : cleaned);
}
function ownAnnotations(annotations, object) {
    if (!(0,json/* isObject */.Gv)(annotations))
        return annotations;
    const ours = object['kind'] === 'Secret' ? [PLACEHOLDERS_ANNOTATION] : [];
    return Object.fromEntries(Object.entries(annotations).filter(([key]) => ![...SERVER_ANNOTATIONS, ...ours].includes(key)));
}
function cleanSpec(object) {
    const kind = (0,json/* textAt */.$6)(object, 'kind');
    const spec = (0,json.at)(object, 'spec');
    if (kind === 'CustomResourceDefinition')
        return object;
    if (kind === 'Service' && (0,json/* isObject */.Gv)(spec))
        return { ...object, spec: cleanService(spec) };
    const fields = ['spec', 'template'].filter((field) => (0,json/* isObject */.Gv)(object[field]));
    return { ...object, ...Object.fromEntries(fields.map((field) => [field, cleanPods(object[field])])) };
}
/** Blank and zero stand for what the server gives; sent back they would be a change that it refuses. */
function cleanService({ clusterIP, clusterIPs, healthCheckNodePort, ports, ...spec }) {
    const addresses = Array.isArray(clusterIPs) ? clusterIPs.filter((address) => address !== '') : clusterIPs;
    return {
        ...spec,
        ...(clusterIP === '' || clusterIP === undefined ? {} : { clusterIP }),
        ...(addresses === undefined || (Array.isArray(addresses) && addresses.length === 0)
            ? {}
            : { clusterIPs: addresses }),
        ...(healthCheckNodePort === 0 || healthCheckNodePort === undefined ? {} : { healthCheckNodePort }),
        ...(ports === undefined ? {} : { ports: withProtocol(ports) }),
    };
}
/** Takes the empty timestamps and statuses out that `kubectl create --dry-run` writes into templates, and fills in protocols. */
function cleanPods(value, path = []) {
    const [key, parent, grand] = [path.at(-1), path.at(-2), path.at(-3)];
    if (Array.isArray(value)) {
        const items = value.map((item, index) => cleanPods(item, [...path, index]));
        return key === 'ports' && typeof parent === 'number' && CONTAINERS.includes(grand)
            ? withProtocol(items)
            : items;
    }
    if (!(0,json/* isObject */.Gv)(value))
        return value;
    const fields = Object.entries(value).filter(([name]) => !(key === 'metadata' && name === 'creationTimestamp') &&
        !(parent === 'volumeClaimTemplates' && name === 'status'));
    return Object.fromEntries(fields.map(([name, item]) => [name, cleanPods(item, [...path, name])]));
}
function withProtocol(ports) {
    if (!Array.isArray(ports))
        return ports;
    return ports.map((port) => {
        if (!(0,json/* isObject */.Gv)(port))
            return port;
        const { nodePort, ...kept } = port;
        const given = nodePort === undefined || nodePort === 0 ? {} : { nodePort };
        return { ...kept, ...given, protocol: kept['protocol'] ?? 'TCP' };
    });
}
/** Moves `stringData` of a Secret to `data`, since server-side apply would never remove a key that was given in it. */
function withData(object) {
    const { stringData, ...kept } = object;
    if (object['kind'] !== 'Secret' || object['apiVersion'] !== 'v1' || stringData === undefined)
        return object;
    const data = (0,json/* isObject */.Gv)(kept['data']) ? kept['data'] : {};
    return { ...kept, data: { ...data, ...encoded((0,json/* isObject */.Gv)(stringData) ? stringData : {}) } };
}
/** Gives texts in base64, as `data` of a Secret has them. */
function encoded(texts) {
    return Object.fromEntries(Object.entries(texts).map(([key, value]) => [
        key,
        Buffer.from(typeof value === 'string' ? value : '').toString('base64'),
    ]));
}

;// CONCATENATED MODULE: ./src/manifests/list-keys.ts




/**
 * The fields by which the API tells the items of a list apart (`x-kubernetes-list-map-keys` of its OpenAPI). Server-side
 * apply refuses a list that has two items with the same ones; kubectl's own apply merges them.
 */
const LIST_KEYS = {
    containers: ['name'],
    initContainers: ['name'],
    ephemeralContainers: ['name'],
    env: ['name'],
    volumes: ['name'],
    volumeMounts: ['mountPath'],
    volumeDevices: ['devicePath'],
    imagePullSecrets: ['name'],
    hostAliases: ['ip'],
    topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};
const list_keys_DEFAULTS = { protocol: 'TCP' };
/** Gives a fault for each item of a list that has the same key as one before it, and for each such list that is none. */
function listFaults(manifest) {
    const { object } = manifest;
    if (!isBuiltIn(object) || object['kind'] === 'CustomResourceDefinition')
        return [];
    const faults = [];
    (0,json/* walk */.GG)({ spec: object['spec'], template: object['template'] }, (item, path) => {
        const keys = keysOf(object, path.slice(0, -1), path.at(-1) ?? '');
        if (keys !== undefined)
            faults.push(...twice(manifest, path, item, keys));
        return true;
    });
    return faults;
}
function keysOf(object, path, key) {
    if (key === 'ports' && object['kind'] === 'Service' && path.length === 1)
        return ['port', 'protocol'];
    if (key === 'ports' && typeof path.at(-1) === 'number' && CONTAINERS.includes(path.at(-2)))
        return ['containerPort', 'protocol'];
    return typeof key === 'string' && Object.hasOwn(LIST_KEYS, key) ? LIST_KEYS[key] : undefined;
}
function twice(manifest, path, list, keys) {
    if (list === null || list === undefined)
        return [];
    if (!Array.isArray(list))
        return [(0,manifests_faults/* faultAt */.ux)(manifest, path, `is ${wordFor(list)}, but must be a list`)];
    const seen = new Map();
    return list.flatMap((item, index) => {
        if (!(0,json/* isObject */.Gv)(item))
            return [(0,manifests_faults/* faultAt */.ux)(manifest, [...path, index], `is ${wordFor(item)}, but must be a map`)];
        const values = keys.map((key) => (0,json.at)(item, key) ?? list_keys_DEFAULTS[key]);
        if (values.includes(undefined))
            return [];
        const shown = keys.map((key, each) => `${key} ${String(values[each])}`).join(' and ');
        const first = seen.get(shown);
        seen.set(shown, first ?? index);
        if (first === undefined)
            return [];
        return [
            (0,manifests_faults/* faultAt */.ux)(manifest, [...path, index], `has the same ${shown} as the item ${first + 1} of the list`),
        ];
    });
}

// EXTERNAL MODULE: ./src/manifests/yaml-scalar.ts
var yaml_scalar = __webpack_require__(5784);
;// CONCATENATED MODULE: ./src/manifests/text-places.ts




/**
 * Whether the API takes only text at `path`: there a number that a placeholder gives is written as text, and one that
 * stands in the file is a fault, since the API would refuse it.
 */
function takesText(object, path) {
    const [last, parent = '', grand] = [path.at(-1), path.at(-2), path.at(-3)];
    if (grand === 'metadata' && (parent === 'labels' || parent === 'annotations'))
        return true;
    if (path.length === 1)
        return last === 'apiVersion' || last === 'kind';
    if (path.length === 2 && parent === 'metadata')
        return last === 'name' || last === 'namespace';
    if (path.length === 2)
        return dataFields(object).includes(String(parent));
    // The schema of a CustomResourceDefinition may describe fields of these names.
    if (!isBuiltIn(object) || (0,json/* textAt */.$6)(object, 'kind') === 'CustomResourceDefinition')
        return false;
    if (parent === 'matchLabels' || parent === 'nodeSelector')
        return true;
    if (parent === 'selector' && grand === 'spec' && path.length === 3)
        return (0,json/* textAt */.$6)(object, 'kind') === 'Service';
    if (last === 'value' && typeof parent === 'number')
        return grand === 'env';
    return typeof last === 'number' && (parent === 'args' || parent === 'command');
}
function dataFields(object) {
    if (object['apiVersion'] !== 'v1')
        return [];
    if (object['kind'] === 'Secret')
        return ['data', 'stringData'];
    return object['kind'] === 'ConfigMap' ? ['data', 'binaryData'] : [];
}
/** Gives each value that is no text where the API takes only text, and what is wrong with the data of a Secret or ConfigMap. */
function text_places_textFaults(manifest) {
    const { object } = manifest;
    const fields = dataFields(object);
    const faults = [...fields.flatMap((field) => mapFault(manifest, [field]))];
    for (const field of fields)
        faults.push(...dataFaults(manifest, field));
    (0,json/* walk */.GG)(object, (value, path) => {
        if (!takesText(object, path))
            return true;
        if (value !== null && typeof value !== 'string')
            faults.push((0,manifests_faults/* faultAt */.ux)(manifest, path, `is ${wordFor(value)}, but must be text: put it in quotes`));
        return false;
    });
    return faults;
}
function dataFaults(manifest, field) {
    const values = manifest.object[field];
    if (!(0,json/* isObject */.Gv)(values))
        return [];
    const encoded = field === 'binaryData' || (field === 'data' && manifest.object['kind'] === 'Secret');
    return Object.entries(values).flatMap(([key, value]) => {
        if (!(0,manifests_faults/* isDataKey */.q_)(key))
            return [
                (0,manifests_faults/* faultAt */.ux)(manifest, [field, key], 'has a key of other characters than letters, digits, `-`, `_` and `.`'),
            ];
        if (encoded && typeof value === 'string' && !(0,yaml_scalar/* isBase64 */.Q2)(value))
            return [(0,manifests_faults/* faultAt */.ux)(manifest, [field, key], 'is not base64')];
        return [];
    });
}

;// CONCATENATED MODULE: ./src/manifests/placeholders.ts




const PLACEHOLDER = /(\$?)\$\{([A-Za-z][\w-]*)\}/g;
const WHOLE = /^\$\{([A-Za-z][\w-]*)\}$/;
/**
 * Replaces `${name}` in the texts of the objects by the values of `variables`; `$${name}` stands for the text `${name}`.
 * A text that is nothing but one placeholder takes the value with its type, so that `replicas: ${replicas}` is a number, but where
 * the API takes only text it is text. Names that are not declared are faults. Keys are left as they are: a declared
 * name in one is a fault. So are the values of a Secret, since a password may well hold the sign, unless
 * the Secret asks for it by the annotation `wpp-deploy-action/placeholders: "true"`.
 */
function fillPlaceholders(manifests, variables) {
    const filler = new Filler(variables);
    return {
        manifests: manifests.flatMap((manifest) => filler.manifest(manifest)),
        faults: filler.faults,
        used: filler.used,
    };
}
class Filler {
    faults = [];
    used = new Set();
    #variables;
    constructor(variables) {
        this.#variables = variables;
    }
    /** Gives the manifest filled, or none where it has a fault. */
    manifest(manifest) {
        const { object } = manifest;
        const before = this.faults.length;
        const asked = object['kind'] === 'Secret' && this.#asked(manifest);
        const fields = Object.entries(object).map(([key, value]) => {
            const isSecret = object['kind'] === 'Secret' && (key === 'data' || key === 'stringData');
            if (!isSecret || asked)
                return [key, this.#fill(value, manifest, [key])];
            this.#checkSecret(value, manifest, key);
            return [key, value];
        });
        return this.faults.length > before
            ? []
            : [{ ...manifest, object: Object.fromEntries(fields) }];
    }
    #asked(manifest) {
        const path = ['metadata', 'annotations', PLACEHOLDERS_ANNOTATION];
        const value = (0,json.at)(manifest.object, ...path);
        if (value !== undefined && value !== 'true' && value !== 'false')
            this.faults.push((0,manifests_faults/* faultAt */.ux)(manifest, path, 'must be "true" or "false", in quotes'));
        return value === 'true';
    }
    #fill(value, manifest, path) {
        if (typeof value === 'string')
            return this.#text(value, manifest, path);
        if (Array.isArray(value))
            return value.map((item, index) => this.#fill(item, manifest, [...path, index]));
        if (!(0,json/* isObject */.Gv)(value))
            return value;
        return Object.fromEntries(Object.entries(value).map(([key, item]) => {
            const name = this.#declaredIn(key);
            if (name !== undefined)
                this.#fault(manifest, [...path, key], `has \${${name}} in a key, but keys are not filled`);
            return [key, this.#fill(item, manifest, [...path, key])];
        }));
    }
    #text(text, manifest, path) {
        const whole = WHOLE.exec(text)?.[1];
        if (whole !== undefined && !takesText(manifest.object, path))
            return this.#value(whole, manifest, path);
        return text.replaceAll(PLACEHOLDER, (match, escape, name) => escape === '' ? this.#asText(name, manifest, path) : match.slice(1));
    }
    #value(name, manifest, path) {
        this.used.add(name);
        if (Object.hasOwn(this.#variables, name))
            return this.#variables[name];
        // In a Secret that asked for it, what looks like a name may still be a part of a value.
        const isSecret = manifest.object['kind'] === 'Secret' && path[0] !== 'metadata';
        this.#fault(manifest, path, isSecret
            ? 'has a placeholder that is not declared in variables (write $${name} for the text itself)'
            : `has \${${name}}, which is not declared in variables (write $\${${name}} for the text itself)`);
        return '';
    }
    #asText(name, manifest, path) {
        const value = this.#value(name, manifest, path);
        if (typeof value === 'string')
            return value;
        if (typeof value !== 'object')
            return JSON.stringify(value);
        this.#fault(manifest, path, `has \${${name}}, a map, a list or null, which cannot be text`);
        return '';
    }
    #checkSecret(values, manifest, field) {
        for (const [key, value] of Object.entries((0,json/* isObject */.Gv)(values) ? values : {})) {
            if (typeof value !== 'string')
                continue;
            const text = field === 'data' ? Buffer.from(value, 'base64').toString('utf8') : value;
            const name = this.#declaredIn(text) ?? this.#declaredIn(value);
            if (name === undefined)
                continue;
            const advice = `give it by the input secrets, or annotate the Secret with ${PLACEHOLDERS_ANNOTATION}: "true"`;
            this.#fault(manifest, [field, key], `has \${${name}}, but the values of Secrets are not filled: ${advice}`);
        }
    }
    #declaredIn(text) {
        return [...text.matchAll(PLACEHOLDER)].find((match) => match[1] === '' && Object.hasOwn(this.#variables, match[2] ?? ''))?.[2];
    }
    #fault(manifest, path, what) {
        this.faults.push((0,manifests_faults/* faultAt */.ux)(manifest, path, what));
    }
}

// EXTERNAL MODULE: ./src/manifests/size.ts
var size = __webpack_require__(6373);
// EXTERNAL MODULE: ./src/manifests/sources.ts + 1 modules
var manifests_sources = __webpack_require__(9655);
;// CONCATENATED MODULE: ./src/manifests/load.ts













/** The name of the Secret by which the cluster pulls the image. */
const PULL_SECRET = 'wpp-deploy-pull';
/** Gives the objects of the manifests with placeholders filled. Throws DeployError with all faults of all files. */
async function loadManifests(settings, image, ports) {
    const sources = await (0,manifests_sources/* readSources */.t)(settings.paths, ports);
    const read = readManifestFiles(sources.files);
    const variables = { image: (0,image_reference/* formatName */.nD)(image), namespace: settings.namespace, ...settings.variables };
    const filled = fillPlaceholders(read.manifests, variables);
    const checked = filled.manifests.map(checkFilled);
    const manifests = checked.flatMap((each) => each.manifest ?? []);
    const faults = [
        ...sources.faults,
        ...read.faults,
        ...filled.faults,
        ...checked.flatMap((each) => each.faults),
        ...duplicates(manifests, settings.namespace),
        ...givenTwice(manifests, settings),
    ];
    // What could not be read may well use them.
    if (faults.length === 0)
        faults.push(...unusedVariables(settings, filled.used));
    if (manifests.length === 0 && faults.length === 0)
        faults.push({ text: `${settings.paths.join(', ')}: no manifest in any .yaml, .yml or .json file` });
    if (faults.length > 0)
        throw invalid(faults);
    return [...manifests, ...givenSecrets(settings)];
}
function checkFilled(manifest) {
    const faults = [...basicFaults(manifest), ...text_places_textFaults(manifest), ...listFaults(manifest)];
    if (faults.length > 0)
        return { faults };
    const cleaned = { ...manifest, object: clean_clean(manifest.object) };
    return { manifest: cleaned, faults: (0,size/* sizeFaults */.B0)(cleaned) };
}
function unusedVariables({ variables }, used) {
    const unused = Object.keys(variables).filter((name) => !used.has(name));
    return unused.map((name) => ({ text: `variables: ${name} is used by no manifest` }));
}
function invalid(faults) {
    const texts = faults.map(({ text }) => text);
    const place = faults.find((fault) => fault.place !== undefined)?.place;
    return new src_errors/* DeployError */.sH({
        code: 'manifest-invalid',
        cause: texts.length === 1 ? String(texts[0]) : `the manifests have ${texts.length} faults: ${texts[0]}`,
        advice: 'Mend the manifests; nothing was changed.',
        evidence: texts,
        ...(place === undefined ? {} : { place }),
    });
}
/** Sets this repository's image everywhere. */
function withImage(manifests, { name, reference, tag }) {
    return manifests.map((manifest) => ({
        ...manifest,
        object: setImage(manifest.object, name, reference, tag),
    }));
}
/** Gives the pods that run this image, and their namespaces, the pull secret where there is a token. */
function withPullSecret(manifests, image, settings) {
    const token = settings.pullToken;
    if (token === undefined)
        return manifests;
    const running = manifests.filter(({ object }) => runsImage(object, image));
    const namespaces = new Set(running.map(({ object }) => namespaceOf(object, settings.namespace)));
    const secrets = [...namespaces].map((namespace) => ({
        source: 'pull-token',
        object: pullSecret(PULL_SECRET, namespace, image, settings.pullUsername, token),
    }));
    const withPull = manifests.map((manifest) => ({
        ...manifest,
        object: addPullSecret(manifest.object, image, PULL_SECRET),
    }));
    return [...withPull, ...secrets];
}
function givenSecrets({ secrets, namespace }) {
    return Object.entries(secrets).map(([name, values]) => ({
        source: 'the input secrets',
        object: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data: encoded(values) },
    }));
}
/** A Secret of the manifests that the input gives too would be written by both, in any order. */
function givenTwice(manifests, settings) {
    return manifests.flatMap((manifest) => {
        const name = (0,json/* textAt */.$6)(manifest.object, 'metadata', 'name');
        const namespace = namespaceOf(manifest.object, settings.namespace);
        const twice = (0,json/* textAt */.$6)(manifest.object, 'kind') === 'Secret' &&
            namespace === settings.namespace &&
            Object.hasOwn(settings.secrets, name);
        return twice ? [(0,manifests_faults/* faultAt */.ux)(manifest, [], `Secret/${name} stands in the input secrets too`)] : [];
    });
}
/** Shorter values are ports, flags and the like; to take them out of every text would leave none of it. */
const SHORTEST_SECRET = 8;
/**
 * Gives the values of all Secrets among the objects, plain and encoded, to be kept out of everything people see. A value
 * that stands in one of `words`, the names that the run is about, is an ordinary word and no secret.
 */
function secretValues(manifests, words) {
    const names = manifests.flatMap(({ object }) => [
        (0,json/* textAt */.$6)(object, 'metadata', 'name'),
        (0,json/* textAt */.$6)(object, 'metadata', 'namespace'),
    ]);
    const isWord = (value) => [...words, ...names].some((word) => word.includes(value));
    return manifests.flatMap(({ object }) => {
        const data = (0,json.at)(object, 'data');
        if (object['kind'] !== 'Secret' || !(0,json/* isObject */.Gv)(data))
            return [];
        return Object.values(data).flatMap((value) => {
            const plain = typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
            return plain.length < SHORTEST_SECRET || isWord(plain) ? [] : [plain, String(value)];
        });
    });
}

;// CONCATENATED MODULE: ./src/manifests/snapshot.ts

/** The type of the Secrets in which this action records releases. */
const RELEASE_SECRET = 'wpp-deploy-action/release';
/** Secrets that other tools, and this one, keep releases in: a megabyte each, and never a manifest's. */
const BULKY_SECRETS = ['helm.sh/release.v1', RELEASE_SECRET];
/** The live objects of the collections that a run is about, as they were when it began. */
class Snapshot {
    #collections;
    constructor(collections) {
        this.#collections = collections;
    }
    /** Reads each collection by one list. Throws DeployError. */
    static async read(collections, cluster) {
        const wanted = new Map(collections.map((collection) => [snapshot_nameOf(collection), collection]));
        const read = [...wanted].map(async ([name, { type, namespace }]) => {
            const fields = type.kind === 'Secret' ? BULKY_SECRETS.map((bulky) => `type!=${bulky}`).join() : undefined;
            const items = await cluster.list(type, namespace, undefined, fields);
            return [name, new Map(items.map((object) => [(0,json/* textAt */.$6)(object, 'metadata', 'name'), object]))];
        });
        return new Snapshot(new Map(await Promise.all(read)));
    }
    /** Gives a live object; undefined where there is none. */
    live({ name, ...collection }) {
        return this.#collections.get(snapshot_nameOf(collection))?.get(name);
    }
    /** Gives all objects of a collection; undefined where it was not read. */
    all(collection) {
        const objects = this.#collections.get(snapshot_nameOf(collection));
        return objects === undefined ? undefined : [...objects.values()];
    }
}
function snapshot_nameOf({ type, namespace }) {
    return `${type.apiVersion} ${type.plural} ${namespace ?? ''}`;
}

;// CONCATENATED MODULE: ./src/releases/record.ts






const record_PREFIX = 'wpp-deploy-action';
const NUMBER = `${record_PREFIX}/release`;
const STATUS = `${record_PREFIX}/status`;
/** Bytes that the API server takes as the data of a Secret (core/v1 MaxSecretSize). */
const LARGEST = 1024 * 1024;
/**
 * Whether an object is left out of releases, so that going back neither makes nor deletes it: a Job, which would run
 * again; what is made under a new name each time; and the pull secret, whose token may have been replaced since.
 */
function isLeftOut(object) {
    const kind = (0,json/* textAt */.$6)(object, 'kind');
    return (kind === 'Job' ||
        (0,json/* textAt */.$6)(object, 'metadata', 'generateName') !== '' ||
        (kind === 'Secret' && (0,json/* textAt */.$6)(object, 'metadata', 'name') === PULL_SECRET));
}
/** Makes the draft of a release from the objects that a deploy applies. */
async function draftOf(manifests, of) {
    const objects = manifests.map(({ object }) => object).filter((object) => !isLeftOut(object));
    const digest = await digestOf(objects.map(withoutTag));
    const packed = await through(record_encoded(objects), new CompressionStream('gzip'));
    return { ...of, objects, digest, packed: packed.length > LARGEST ? '' : packed.toString('base64') };
}
/** The tag names the commit: another one with the same digest is the same release. */
function withoutTag(object) {
    const metadata = object['metadata'];
    const annotations = (0,json/* isObject */.Gv)(metadata) ? metadata['annotations'] : undefined;
    if (!(0,json/* isObject */.Gv)(metadata) || !(0,json/* isObject */.Gv)(annotations) || !(TAG_ANNOTATION in annotations))
        return object;
    const { [TAG_ANNOTATION]: _tag, ...others } = annotations;
    return { ...object, metadata: { ...metadata, annotations: others } };
}
async function digestOf(objects) {
    return (await (0,sha256/* sha256 */.s)(record_encoded(objects))).toString('hex');
}
function record_encoded(objects) {
    return new TextEncoder().encode(JSON.stringify(objects));
}
/** Gives the objects of a release, or undefined where its record does not have them whole. */
async function objectsOf(release) {
    if (release.packed === '')
        return undefined;
    try {
        const bytes = await through(Buffer.from(release.packed, 'base64'), new DecompressionStream('gzip'));
        const objects = JSON.parse(bytes.toString('utf8'));
        return (0,json/* listAt */.gT)({ objects }, 'objects')
            .filter(json/* isObject */.Gv)
            .map((object) => ({ source: `release ${release.number}`, object }));
    }
    catch {
        return undefined;
    }
}
async function through(bytes, stream) {
    return Buffer.from(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
/** Gives the label selector that finds the records of a scope. */
function selectorOf(scope) {
    return Object.entries(scopeLabels(scope))
        .map(([name, value]) => `${name}=${value}`)
        .join(',');
}
function scopeLabels({ application, environment, namespace, }) {
    return {
        [`${record_PREFIX}/application`]: application,
        [`${record_PREFIX}/environment`]: environment,
        [`${record_PREFIX}/namespace`]: namespace,
    };
}
/** Gives where the record of a release stands. */
function keyOf({ name }, namespace, number) {
    return { type: SECRETS, namespace, name: `${name}-release-${number}` };
}
/** Gives the record of a release as a Secret; without the objects where they do not fit. */
function recordOf(draft, key, number, status) {
    return {
        apiVersion: 'v1',
        kind: 'Secret',
        type: RELEASE_SECRET,
        metadata: {
            name: key.name,
            namespace: key.namespace,
            labels: { ...scopeLabels(draft.scope), [NUMBER]: String(number), [STATUS]: status },
            annotations: {
                [`${record_PREFIX}/commit`]: draft.commit,
                [`${record_PREFIX}/image`]: draft.image,
                [`${record_PREFIX}/digest`]: draft.digest,
            },
        },
        ...(draft.packed === '' ? {} : { data: { objects: draft.packed } }),
    };
}
/** Gives what marks the record of a release as complete, if it still is the same one. */
function completed({ key, uid }) {
    const { name, namespace } = key;
    return {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace, uid, labels: { [STATUS]: 'complete' } },
    };
}
/** Reads the records among Secrets, the newest first. */
function readRecords(secrets) {
    return secrets
        .map(readRecord)
        .filter((release) => release.number > 0)
        .sort((one, other) => other.number - one.number);
}
/** Reads one record; its number is NaN where the Secret is none. */
function readRecord(secret) {
    const label = (name) => (0,json/* textAt */.$6)(secret, 'metadata', 'labels', name);
    const note = (name) => (0,json/* textAt */.$6)(secret, 'metadata', 'annotations', `${record_PREFIX}/${name}`);
    return {
        number: Number.parseInt(label(NUMBER)),
        status: label(STATUS) === 'complete' ? 'complete' : 'pending',
        commit: note('commit'),
        image: note('image'),
        digest: note('digest'),
        packed: (0,json/* textAt */.$6)(secret, 'data', 'objects'),
        uid: (0,json/* textAt */.$6)(secret, 'metadata', 'uid'),
        key: {
            type: SECRETS,
            namespace: (0,json/* textAt */.$6)(secret, 'metadata', 'namespace'),
            name: (0,json/* textAt */.$6)(secret, 'metadata', 'name'),
        },
    };
}
/** Gives the time at which a record was written, as the API server has it. */
function writtenAt(secret) {
    return (0,json/* textAt */.$6)(secret, 'metadata', 'creationTimestamp');
}

// EXTERNAL MODULE: ./src/releases/result.ts
var releases_result = __webpack_require__(8877);
;// CONCATENATED MODULE: ./src/releases/releases.ts






/** How many complete releases are kept. */
const KEPT = 5;
/** How often another run may take the number that this one wanted. */
const MOST_TRIES = 10;
const NOT_RECORDED = 'This release is not recorded, so that rollback will not be possible to it';
/**
 * Records the release as pending before anything is applied, so that a run that is killed leaves word of it. Nothing is written
 * where the newest complete record, or a pending one after it, has the same content. What goes wrong is a warning.
 */
async function openRelease(draft, home, ports) {
    const earlier = await orWarn(NOT_RECORDED, ports.log, async () => readRecords(await ports.cluster.list(SECRETS, home, selectorOf(draft.scope))));
    if (earlier === undefined)
        return { draft, home, earlier: [], own: 'never' };
    if (draft.packed === '') {
        ports.log.warning(`${NOT_RECORDED}: its objects take more than 1 MiB as a Secret.`);
    }
    const own = sameAs(draft, earlier) ?? (await write(draft, home, 'pending', earlier, ports));
    return { draft, home, earlier, own };
}
function sameAs({ digest }, releases) {
    const complete = releases.find(({ status }) => status === 'complete');
    return [complete, releases[0]].find((release) => release?.digest === digest);
}
/** Gives the newest complete release before this one, or undefined where there is none. */
function releaseBefore({ earlier, own }) {
    const newest = earlier.find(({ status }) => status === 'complete');
    return typeof own === 'object' && newest?.key.name === own.key.name ? undefined : newest;
}
/** Marks the release as complete, and forgets what nobody will go back to. Gives it, or undefined where it has no record. */
async function completeRelease(open, ports) {
    const own = await orWarn('This release is not recorded as complete', ports.log, () => marked(open, ports));
    if (own === undefined || typeof own === 'string')
        return undefined;
    const others = open.earlier.filter(({ key }) => key.name !== own.key.name);
    const complete = others.filter(({ status }) => status === 'complete').slice(0, KEPT - 1);
    await forget(others.filter((release) => !complete.includes(release)), ports);
    return (0,releases_result/* nameOnly */._)(own);
}
async function marked({ draft, home, earlier, own }, ports) {
    if (own === 'never' || (own !== 'later' && own.status === 'complete'))
        return own;
    if (own !== 'later') {
        const options = { fieldManager: FIELD_MANAGER, dryRun: false, force: true };
        const answer = await ports.cluster.apply(own.key, completed(own), options);
        if (answer.ok)
            return own;
        if (answer.code !== 409) {
            ports.log.warning(`Release ${own.number} is not marked as complete: ${reasonOf(answer)}.`);
            return 'never';
        }
        // Another run has deleted it: it is recorded anew.
    }
    return write(draft, home, 'complete', earlier, ports);
}
/** Whether this run made the record of its release; else it had one already. */
function isNewRelease({ own, earlier }) {
    return typeof own === 'object' && !earlier.includes(own);
}
/** Deletes the record of the release, which did not come up, unless it is one that was complete before. */
async function abandonRelease({ own }, ports) {
    if (typeof own === 'object' && own.status === 'pending')
        await forget([own], ports);
}
/** Deletes records. One that cannot be deleted is a warning. */
async function forget(releases, { cluster, log }) {
    for (const release of releases) {
        const what = `The record of release ${release.number} is not deleted`;
        const answer = await orWarn(what, log, () => cluster.remove(release.key, release.uid));
        if (answer?.ok === false && answer.code !== 404)
            log.warning(`${what}: ${reasonOf(answer)}.`);
    }
}
/**
 * Gives the releases of a scope, the newest first, wherever in the cluster they are recorded; those of one namespace where the
 * account may not look into all. Throws DeployError.
 */
async function findReleases(scope, cluster) {
    const secrets = await everywhere(scope, cluster);
    const [newest] = [...secrets].sort((one, other) => writtenAt(other).localeCompare(writtenAt(one)));
    const home = (0,json/* textAt */.$6)(newest, 'metadata', 'namespace');
    return readRecords(secrets.filter((secret) => (0,json/* textAt */.$6)(secret, 'metadata', 'namespace') === home));
}
async function everywhere(scope, cluster) {
    try {
        return await cluster.list(SECRETS, undefined, selectorOf(scope));
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code !== 'cluster-forbidden')
            throw error;
        return cluster.list(SECRETS, scope.namespace, selectorOf(scope));
    }
}
/** Writes a record under the next number that no other run has taken. */
async function write(draft, home, status, earlier, { cluster, log, run }) {
    // Fields that a manager of another name has set are a conflict: so no run writes over the record of another.
    const options = { fieldManager: `${FIELD_MANAGER}-${run}`, dryRun: false, force: false };
    const next = Math.max(0, ...earlier.map(({ number }) => number)) + 1;
    for (let number = next; number < next + MOST_TRIES; number += 1) {
        const key = keyOf(draft.scope, home, number);
        const record = recordOf(draft, key, number, status);
        const answer = await orWarn(NOT_RECORDED, log, () => cluster.apply(key, record, options));
        if (answer === undefined)
            return 'never';
        if (answer.ok)
            return readRecord(answer.object);
        if (answer.code === 404)
            return 'later';
        if (answer.code === 409)
            continue;
        log.warning(`${NOT_RECORDED}: the cluster refused Secret/${home}/${key.name}: ${reasonOf(answer)}.`);
        return 'never';
    }
    log.warning(`${NOT_RECORDED}: other runs took the numbers from ${next} on.`);
    return 'never';
}
/** The server's message of a refused Secret may repeat its values; that of a missing right does not. */
function reasonOf({ code, status }) {
    return (code === 403 ? (0,json/* textAt */.$6)(status, 'message') : (0,json/* textAt */.$6)(status, 'reason')) || `HTTP ${code}`;
}
/** A record that cannot be kept is no reason to fail; a run that is cancelled is. */
async function orWarn(what, log, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code === 'cancelled')
            throw error;
        log.warning(`${what}: ${error.details.cause}.`);
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/destroy/volumes.ts



const volumes_DRIVER = 'linodebs.csi.linode.com';
const volumes_GIB = 2 ** 30;
/** Reads a PersistentVolume. Linode's driver calls its volumes `<id>-<label>` (linode-blockstorage-csi-driver). */
function diskOf(volume) {
    const name = (0,json/* textAt */.$6)(volume, 'metadata', 'name');
    const handle = (0,json/* textAt */.$6)(volume, 'spec', 'csi', 'driver') === volumes_DRIVER ? (0,json/* textAt */.$6)(volume, 'spec', 'csi', 'volumeHandle') : '';
    const [, id, label] = /^(\d+)-(.+)$/.exec(handle) ?? [];
    const bytes = quantity((0,json.at)(volume, 'spec', 'capacity', 'storage'));
    return {
        name,
        id: id === undefined ? undefined : Number(id),
        label: label ?? name,
        size: bytes === undefined ? undefined : Math.ceil(bytes / volumes_GIB),
    };
}
/** Gives the claims of an application: its own objects, and those that its StatefulSets made, which nobody lists as its own. */
function claimsOf(members, claims) {
    const own = new Set(members.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(describe));
    const made = members.filter(({ kind }) => kind === 'StatefulSet').map(claimNames);
    return claims.filter((claim) => own.has(describe(claim)) || made.some((matches) => matches(claim)));
}
/** A claim of a StatefulSet is called `<template>-<set>-<number>`. */
function claimNames(set) {
    const [namespace, name] = [(0,json/* textAt */.$6)(set, 'metadata', 'namespace'), (0,json/* textAt */.$6)(set, 'metadata', 'name')];
    const starts = (0,json/* listAt */.gT)(set, 'spec', 'volumeClaimTemplates').map((template) => `${(0,json/* textAt */.$6)(template, 'metadata', 'name')}-${name}-`);
    return (claim) => {
        const own = (0,json/* textAt */.$6)(claim, 'metadata', 'name');
        return ((0,json/* textAt */.$6)(claim, 'metadata', 'namespace') === namespace &&
            starts.some((start) => own.startsWith(start) && /^\d+$/.test(own.slice(start.length))));
    };
}
/** Whether a Service has a load balancer of its own at Linode. */
function isBalanced(object) {
    return object['kind'] === 'Service' && (0,json/* textAt */.$6)(object, 'spec', 'type') === 'LoadBalancer';
}
/** What others may have things in: it is not deleted. */
function mayHoldOthers(object) {
    return ['Namespace', 'CustomResourceDefinition'].includes((0,json/* textAt */.$6)(object, 'kind'));
}
/** Whether a PersistentVolume is of no claim any more. */
function isReleased(volume) {
    return (0,json/* textAt */.$6)(volume, 'status', 'phase') === 'Released';
}

;// CONCATENATED MODULE: ./src/destroy/find.ts






/** The label of a PersistentVolume whose claim was deleted, while its disk was kept; its value is the mark. */
const find_KEPT = 'wpp-deploy-action/kept';
/**
 * Finds what a cluster has of an application: by the inventory, which stands in the default namespace of its manifests or where its
 * releases are recorded. Nothing is read from the repository, which may have other manifests by now. Throws DeployError.
 */
async function findInCluster(whose, cluster) {
    const releases = await findReleases(whose.scope, cluster);
    const homes = [...new Set([whose.namespace, ...releases.map(({ key }) => key.namespace ?? '')])];
    const inventories = (await Promise.all(homes.map((home) => inventoryIn(home, whose.inventory, cluster)))).flat();
    const members = (await Promise.all(inventories.map((inventory) => membersOf(inventory, cluster)))).flat();
    const claims = await claimsIn(inventories, members, cluster);
    return {
        inventories,
        members: members.filter(({ key }) => key.type.kind !== 'PersistentVolumeClaim'),
        claims,
        volumes: await volumesOf(claims, members, cluster),
        released: await releasedBy(whose.mark, cluster),
        releases,
    };
}
/** Gives whose inventories a cluster has beside those that were found, as `namespace/name`. Throws DeployError. */
async function othersIn({ inventories }, cluster) {
    const own = inventories.map(({ namespace, name }) => `${namespace}/${name}`);
    return (await readInventories(cluster))
        .map((parent) => `${(0,json/* textAt */.$6)(parent, 'metadata', 'namespace')}/${(0,json/* textAt */.$6)(parent, 'metadata', 'name')}`)
        .filter((name) => !own.includes(name))
        .sort();
}
/** Gives an object as it is now; undefined only where the cluster says that it has none. Throws DeployError. */
async function readLive(key, cluster) {
    const answer = await cluster.get(key);
    if (answer.ok)
        return { key, object: answer.object };
    if (answer.code === 404)
        return undefined;
    throw unreadable(key, answer);
}
/** Gives the PersistentVolume of a claim; undefined where it is bound to none. Throws DeployError. */
async function find_volumeOf(claim, cluster) {
    const name = (0,json/* textAt */.$6)(claim, 'spec', 'volumeName');
    return name === '' ? undefined : readLive(volumeKey(name), cluster);
}
async function inventoryIn(namespace, name, cluster) {
    const parent = (await readLive({ type: CONFIG_MAPS, namespace, name }, cluster))?.object;
    return parent === undefined || !isInventory(parent) ? [] : [{ ...readParent(parent), name, namespace }];
}
function membersOf(inventory, cluster) {
    const typeOf = (groupKind) => cluster.typeOf(groupKind);
    return inMemberPlaces(inventory, typeOf, async (type, namespace) => (await cluster.list(type, namespace, memberSelector(inventory))).map((object) => live(type, object)));
}
async function claimsIn(inventories, members, cluster) {
    const places = new Set(inventories.flatMap(({ namespace, namespaces }) => [namespace, ...namespaces]));
    const lists = await Promise.all([...places].map((namespace) => cluster.list(CLAIMS, namespace)));
    const objects = members.map(({ object }) => object);
    return claimsOf(objects, lists.flat()).map((object) => live(CLAIMS, object));
}
/** What cannot be read cannot be kept either: its claim must not be deleted. */
async function volumesOf(claims, members, cluster) {
    const own = members.filter(({ key }) => key.type.kind === 'PersistentVolume').map(({ key }) => key.name);
    const bound = await Promise.all(claims.map(({ object }) => find_volumeOf(object, cluster)));
    const others = own.filter((name) => !bound.some((volume) => volume?.key.name === name));
    const unbound = await Promise.all(others.map((name) => readLive(volumeKey(name), cluster)));
    return [...bound, ...unbound].filter((volume) => volume !== undefined);
}
function volumeKey(name) {
    return { type: PERSISTENT_VOLUMES, namespace: undefined, name };
}
async function releasedBy(mark, cluster) {
    try {
        const marked = await cluster.list(PERSISTENT_VOLUMES, undefined, `${find_KEPT}=${mark}`);
        return marked.filter(isReleased).map((object) => live(PERSISTENT_VOLUMES, object));
    }
    catch (error) {
        // An account that may not list them could not mark any either.
        if (error instanceof src_errors/* DeployError */.sH && error.details.code === 'cluster-forbidden')
            return [];
        throw error;
    }
}
function live(type, object) {
    const namespace = type.namespaced ? (0,json/* textAt */.$6)(object, 'metadata', 'namespace') : undefined;
    return { key: { type, namespace, name: (0,json/* textAt */.$6)(object, 'metadata', 'name') }, object };
}
function unreadable({ type, namespace, name }, { code, status }) {
    const what = [type.kind, namespace, name].filter((part) => part !== undefined).join('/');
    const isForbidden = code === 401 || code === 403;
    return new src_errors/* DeployError */.sH({
        code: isForbidden ? 'cluster-forbidden' : 'cluster-unreachable',
        cause: `the cluster does not let ${what} be read: ${(0,json/* textAt */.$6)(status, 'message') || `it answered ${code}`}`,
        advice: isForbidden
            ? 'Give the kubeconfig’s account the right to read it, and run this again: it goes on from what is there.'
            : 'Run this again when the API server answers: it goes on from what is there.',
    });
}

;// CONCATENATED MODULE: ./src/destroy/mark.ts


/** The longest tag that Linode takes. */
const LONGEST = 50;
/**
 * Gives the tag that the volumes of an application in an environment get at Linode before their claims are deleted: by it a later run
 * knows them, and people in the Cloud Manager do. No other application has it, nor one of the same repository in another namespace.
 */
async function markOf(owner, repository, environment, namespace) {
    const name = `${owner}/${repository} ${environment} ${namespace}`.toLowerCase();
    const hash = (await (0,sha256/* sha256 */.s)(name)).toString('hex').slice(0, 8);
    const readable = (0,names/* dnsLabel */.UG)(`kept-${repository}-${environment}`);
    return `${readable.slice(0, LONGEST - hash.length - 1)}-${hash}`;
}
/** Gives the tag of volumes of others in a cluster that goes: LKE calls a cluster so in its kubeconfig. */
function clusterMark(clusterId) {
    return `lke${clusterId}`;
}

;// CONCATENATED MODULE: ./src/destroy/leftovers.ts




/** How long a volume may take to come off a node that goes. */
const DETACHED_MS = 5 * 60_000;
const PAUSE_MS = 5_000;
/**
 * Deletes the application's volumes where their data is to go, and lists what stays at Linode, with its price. What cannot be looked
 * for is no failure, but told. Throws DeployError.
 */
async function listLeftovers(after, ports) {
    const unseen = [];
    const volumes = await ownVolumes(after, ports);
    const kept = after.data
        ? await deleteVolumes(volumes, ports)
        : volumes.map((volume) => ({ volume, why: leftovers_KEPT }));
    const found = [
        ...kept.map(({ volume, why }) => volumeFound(volume, why)),
        ...after.kept.map(resourceFound),
        ...(await ofClusters(after.clusters, kept.map(({ volume }) => volume.id), unseen, ports)),
        ...(after.bucket === undefined ? [] : [bucketFound(after.bucket)]),
    ];
    if (ports.made === undefined)
        unseen.push('Without linode-token Linode is not asked what it has still: volumes are those that the cluster knows.');
    const stays = await priced(found, unseen, ports.prices);
    for (const line of linesOf({ stays, unseen }))
        ports.log.info(line);
    return { stays, unseen };
}
const leftovers_KEPT = 'its data is kept; destroy-data deletes it';
/** What Linode has by the mark, and what the cluster knows beside. */
async function ownVolumes({ mark, disks, kept }, { made }) {
    const marked = (await made?.volumes(mark)) ?? [];
    // One that has no mark although it could be given one is not there any more.
    const others = disks.filter(({ id }) => id === undefined || made === undefined);
    const known = others.map(({ id, label, size = 0 }) => ({ id, label, size, region: undefined }));
    // What Terraform's state goes on knowing is told with its address.
    const told = kept.filter(({ type }) => type === 'linode_volume').map(({ id }) => id);
    const own = [...marked, ...known].filter(({ id }) => id === undefined || !told.includes(id));
    return own.toSorted((one, other) => one.label.localeCompare(other.label));
}
async function deleteVolumes(volumes, { made, clock, log, did }) {
    const start = clock.now();
    const left = [];
    for (const volume of volumes) {
        const { id, label } = volume;
        if (id === undefined || made === undefined) {
            left.push({ volume, why: 'it is no volume of Linode’s, which alone are deleted' });
            continue;
        }
        let refused = await made.deleteVolume(id);
        // A volume is still attached for a while after its node went.
        for (; refused !== undefined && clock.now() - start < DETACHED_MS; refused = await made.deleteVolume(id)) {
            log.info(`Linode does not delete the volume ${label} yet: ${refused}`);
            await clock.sleep(PAUSE_MS);
        }
        if (refused === undefined)
            did(`deleted the volume ${label} (id ${id})`);
        else
            left.push({ volume, why: `Linode does not delete it: ${refused}` });
    }
    return left;
}
/** Gives what Linode has still of clusters that are gone: load balancers, and volumes of others. */
async function ofClusters(clusters, listed, unseen, { made }) {
    const lists = clusters.map(async (cluster) => {
        const volumes = (await made?.volumes(clusterMark(cluster))) ?? [];
        const balancers = await made?.balancers(cluster).catch((error) => {
            if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code === 'cancelled')
                throw error;
            unseen.push(`NodeBalancers of cluster ${cluster} were not looked for: ${error.details.cause}.`);
            return [];
        });
        return [
            ...volumes
                .filter(({ id }) => !listed.includes(id))
                .map((volume) => volumeFound(volume, `a claim of another application in cluster ${cluster} used it`)),
            ...(balancers ?? []).map(({ id, label, region, plan }) => ({
                ...{ kind: 'NodeBalancer', label, id, charge: nodeBalancer(plan, region) },
                why: `a Service in cluster ${cluster}, which is gone, had it: delete it in the Cloud Manager`,
            })),
        ];
    });
    return (await Promise.all(lists)).flat();
}
function volumeFound({ id, label, size, region }, why) {
    const kind = id === undefined ? 'PersistentVolume' : 'volume';
    // What is not Linode's has no price here.
    const list = id === undefined ? undefined : 'volumes/types';
    return { kind, label, id, why, charge: fixed(list, 'volume', region, size, `${size} GB`) };
}
function resourceFound({ address, type, id, label, size, region }) {
    const why = `${address} holds data: Terraform’s state goes on knowing it; allow-destroy or destroy-data deletes it`;
    if (type === 'linode_volume')
        return { ...volumeFound({ id, label, size: size ?? 0, region }, why), kind: 'volume' };
    return { kind: type, label, id, why, charge: fixed(undefined, '', region, 1, '') };
}
function bucketFound(bucket) {
    return {
        ...{ kind: 'bucket', label: bucket, id: undefined },
        why: 'it holds the state; the fee is for all buckets of the account',
        charge: fixed('object-storage/types', 'objectstorage', undefined, 1, 'flat fee'),
    };
}
/** Gives what stays as lines for the log. */
function linesOf({ stays, unseen }) {
    const lines = stays.map(({ kind, label, id, detail, monthly, why }) => {
        const price = monthly === 'unknown' ? 'at an unknown price' : `${(0,infra_cost/* dollars */.E9)(monthly)} USD a month`;
        return `- ${kind} ${label}${id === undefined ? '' : ` (id ${id})`}, ${[detail, price].filter((word) => word !== '').join(', ')}: ${why}`;
    });
    return [
        stays.length === 0 ? 'Nothing stays that is billed.' : 'What stays, and is billed:',
        ...lines,
        ...unseen,
    ];
}
async function priced(found, unseen, prices) {
    const items = found.map(({ label, charge }) => ({ name: label, now: charge, after: undefined }));
    const known = await prices.read((0,infra_cost/* listsOf */.fO)(items)).catch((error) => {
        if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code === 'cancelled')
            throw error;
        unseen.push(`Prices are not known: ${error.details.cause}.`);
        return {};
    });
    const cost = (0,infra_cost/* costOf */.ho)(items, known);
    return found.map(({ charge, ...rest }, index) => ({
        ...rest,
        detail: charge.detail,
        monthly: cost.status === 'known' ? (cost.lines[index]?.now ?? 'unknown') : 'unknown',
    }));
}

// EXTERNAL MODULE: ./node_modules/p-limit/index.js + 1 modules
var p_limit = __webpack_require__(370);
;// CONCATENATED MODULE: ./src/manifests/stages.ts


/** What must be there before what: each stage is applied side by side, and after the one before it. */
const STAGES = [
    ['CustomResourceDefinition', 'Namespace', 'PriorityClass', 'StorageClass', 'IngressClass'],
    // Named apart by its label: the inventory must name what the run makes before it is made.
    [],
    // The cluster deletes a Secret for the token of an account that is not there, and makes a new volume for a claim whose own is not.
    ['ServiceAccount', 'PersistentVolume'],
    [
        'Role',
        'ClusterRole',
        'RoleBinding',
        'ClusterRoleBinding',
        'NetworkPolicy',
        'ResourceQuota',
        'LimitRange',
        'ConfigMap',
        'Secret',
        'PersistentVolumeClaim',
        'Service',
    ],
    ['Pod', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'],
];
const INVENTORY_STAGE = 1;
const LAST = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService'];
/** Gives the objects in stages, in the order in which the stages are applied; kinds that are not named come after the workloads. */
function inStages(items) {
    const stages = Array.from({ length: STAGES.length + 2 }, () => []);
    for (const item of items)
        stages[stageOf(item.object)]?.push(item);
    return stages.filter((stage) => stage.length > 0);
}
function stageOf(object) {
    const kind = (0,json/* textAt */.$6)(object, 'kind');
    if (isInventory(object))
        return INVENTORY_STAGE;
    if (LAST.includes(kind))
        return STAGES.length + 1;
    const stage = STAGES.findIndex((kinds) => kinds.includes(kind));
    return stage < 0 ? STAGES.length : stage;
}

;// CONCATENATED MODULE: ./src/destroy/objects.ts








const objects_LOOK_MS = 1000;
const SIDE_BY_SIDE = 8;
/**
 * Deletes what a cluster has of an application, and waits until it is gone: first the Services that have load balancers, so that the
 * cluster gives those back while it can, then all else in the order opposite to that in which it was applied, so that an operator outlives what it finishes, and the inventory last. Disks stay, whatever their
 * class says, and are marked before anything goes. A run that is killed is completed by the next one. Throws DeployError.
 */
async function destroyObjects(found, options, ports) {
    const kept = found.members.filter(({ object }) => mayHoldOthers(object));
    const others = found.members.filter(({ object }) => !mayHoldOthers(object) && !isBalanced(object));
    const balanced = found.members.filter(({ object }) => isBalanced(object));
    for (const volume of [...found.volumes, ...found.released])
        await keepDisk(volume, options.mark, ports);
    const gone = [...(await removeAll(balanced, ports))];
    await untilGone(balanced, options.seconds, ports);
    for (const stage of inStages([...found.claims, ...others]).toReversed()) {
        await keepBoundSince(stage, options.mark, ports);
        gone.push(...(await removeAll(stage, ports)));
        await untilGone(stage, options.seconds, ports);
    }
    await forgetRecords(found, ports);
    const deleted = gone.map(({ object }) => ({
        object: describe(object),
        action: 'pruned',
        fields: [],
    }));
    const note = 'others may have things in it: it is not deleted';
    const left = options.clusterGoes
        ? []
        : kept.map(({ object }) => ({
            ...{ object: describe(object), action: 'unchanged', fields: [] },
            note,
        }));
    return [...deleted, ...left];
}
/** Gives those that were there to be deleted. */
async function removeAll(objects, ports) {
    const limit = (0,p_limit/* default */.A)(SIDE_BY_SIDE);
    const were = await Promise.all(objects.map((each) => limit(() => removeOne(each, ports))));
    return objects.filter((_, index) => were[index]);
}
async function removeOne({ key, object }, { cluster, log, did }) {
    const answer = await cluster.remove(key, (0,json/* textAt */.$6)(object, 'metadata', 'uid'));
    // A conflict: somebody made another one of this name meanwhile.
    if (!answer.ok && answer.code !== 404 && answer.code !== 409)
        throw new src_errors/* DeployError */.sH({
            code: 'manifest-refused',
            cause: `the cluster refused to delete ${describe(object)}: ${(0,json/* textAt */.$6)(answer.status, 'message')}`,
            advice: 'Give the kubeconfig’s account the right to delete it, and run this again.',
        });
    if (!answer.ok)
        return false;
    did(`deleted ${describe(object)}`);
    log.info(`Deleted ${describe(object)}.`);
    return true;
}
/** A claim that had no disk when it was found may have one by now. */
async function keepBoundSince(objects, mark, ports) {
    for (const { key, object } of objects) {
        if (key.type.kind !== CLAIMS.kind || (0,json/* textAt */.$6)(object, 'spec', 'volumeName') !== '')
            continue;
        const claim = await readLive(key, ports.cluster);
        const volume = claim === undefined ? undefined : await find_volumeOf(claim.object, ports.cluster);
        if (volume !== undefined)
            await keepDisk(volume, mark, ports);
    }
}
/** Lets a disk stay when its claim goes, and leaves word of whose it is: in the cluster and at Linode. */
async function keepDisk({ key, object }, mark, { cluster, made, did }) {
    const labels = (0,json.at)(object, 'metadata', 'labels');
    // Not applied: a volume of the manifests would lose what this action applied of it before.
    const answer = await cluster.patch(key, [
        { op: 'test', path: '/metadata/uid', value: (0,json/* textAt */.$6)(object, 'metadata', 'uid') },
        { op: 'add', path: '/spec/persistentVolumeReclaimPolicy', value: 'Retain' },
        { op: 'add', path: '/metadata/labels', value: { ...((0,json/* isObject */.Gv)(labels) ? labels : {}), [find_KEPT]: mark } },
    ]);
    if (!answer.ok && answer.code !== 404)
        throw new src_errors/* DeployError */.sH({
            code: 'cluster-forbidden',
            cause: `the cluster does not let ${describe(object)} be kept when its claim is deleted: ${(0,json/* textAt */.$6)(answer.status, 'message')}`,
            advice: 'Give the kubeconfig’s account the right to change PersistentVolumes, and run this again.',
        });
    const { id, label } = diskOf(object);
    if (id !== undefined && (await made?.tagVolume(id, mark)) === true)
        did(`tagged the volume ${label} (id ${id}) with ${mark}`);
}
/** Waits until objects are gone; one of the same name that came after it is another. Throws DeployError. */
async function untilGone(objects, seconds, { cluster, clock, log }) {
    const start = clock.now();
    let told = false;
    for (let left = objects;;) {
        const looks = left.map(async ({ key, object }) => {
            const now = await readLive(key, cluster);
            return now !== undefined && uidOf(now) === uidOf({ key, object }) ? now : undefined;
        });
        left = (await Promise.all(looks)).filter((now) => now !== undefined);
        if (left.length === 0)
            return;
        if (clock.now() - start > seconds * 1000)
            throw stillThere(left, seconds);
        if (!told)
            log.info(`Waiting until ${left.map(({ object }) => describe(object)).join(', ')} is gone.`);
        told = true;
        await clock.sleep(objects_LOOK_MS);
    }
}
function uidOf({ object }) {
    return (0,json/* textAt */.$6)(object, 'metadata', 'uid');
}
function stillThere(left, seconds) {
    const names = left.map(({ object }) => describe(object));
    return new src_errors/* DeployError */.sH({
        code: 'destroy-timeout',
        cause: `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} still there ${seconds} s after the deletion`,
        advice: 'Run this again, it goes on from what is there; where something hangs, what its finalizers wait for says why. manifests-timeout gives it longer.',
        evidence: left.map(({ object }) => {
            const finalizers = (0,json/* listAt */.gT)(object, 'metadata', 'finalizers').join(', ');
            return `${describe(object)}: ${finalizers === '' ? 'no finalizers' : `finalizers ${finalizers}`}`;
        }),
    });
}
/** The inventory goes before the releases, which tell where it stands. */
async function forgetRecords({ inventories, releases }, ports) {
    const parents = inventories.map(({ name, namespace }) => readLive({ type: CONFIG_MAPS, namespace, name }, ports.cluster));
    await removeAll((await Promise.all(parents)).filter((parent) => parent !== undefined), ports);
    await removeAll(releases.map(({ key, uid }) => ({
        key,
        object: { kind: 'Secret', metadata: { name: key.name, namespace: key.namespace, uid } },
    })), ports);
}

// EXTERNAL MODULE: ./src/infra/plan.ts + 8 modules
var infra_plan = __webpack_require__(2727);
;// CONCATENATED MODULE: ./src/infra/plan-secrets.ts


/** Shorter values are ports, flags and the like; they are hidden where they stand, but not looked for elsewhere. */
const plan_secrets_SHORTEST_SECRET = 6;
/** Linode's begin with an empty line, others with the first field. */
const KUBECONFIG_BASE64 = /^(?:CmFwaVZlcnNpb24|YXBpVmVyc2lvbjo)/;
/** What people often have in sensitive variables and what is no secret. */
const USUAL_WORDS = new Set([
    'enabled disabled default unknown standard premium public private internal external production staging development testing',
    'username password postgres postgresql database administrator localhost example',
]
    .join(' ')
    .split(' '));
/**
 * Gives the texts that a plan marks as sensitive, wherever they stand in it: changes, drift, outputs, variables, the state before and
 * after. Of a kubeconfig these are its credentials, of other texts their lines. What is short, a usual word, or a name in the plan
 * itself (a part of an address or an attribute) is left out: without it no text could be read.
 */
function sensitiveValues(plan) {
    const values = new Set();
    collect(plan, (value) => values.add(value));
    const names = namesIn(plan);
    const isWord = (text) => text.length < plan_secrets_SHORTEST_SECRET || USUAL_WORDS.has(text.toLowerCase()) || names.has(text);
    const secrets = [...values].flatMap((value) => (isWord(value) ? [] : partsOf(value)));
    return [...new Set(secrets)].filter((secret) => !isWord(secret));
}
function collect(plan, found) {
    for (const entry of [...(0,json/* listAt */.gT)(plan, 'resource_changes'), ...(0,json/* listAt */.gT)(plan, 'resource_drift')]) {
        markedSides((0,json.at)(entry, 'change'), found);
    }
    for (const entry of (0,json/* listAt */.gT)(plan, 'deferred_changes')) {
        markedSides((0,json.at)(entry, 'resource_change', 'change'), found);
    }
    for (const change of valuesOf((0,json.at)(plan, 'output_changes')))
        markedSides(change, found);
    const variables = (0,json.at)(plan, 'variables');
    for (const [name, variable] of plan_secrets_entriesOf((0,json.at)(plan, 'configuration', 'root_module', 'variables'))) {
        if ((0,json.at)(variable, 'sensitive') === true)
            leaves((0,json.at)(variables, name, 'value'), found);
    }
    for (const state of [(0,json.at)(plan, 'planned_values'), (0,json.at)(plan, 'prior_state', 'values')]) {
        for (const output of valuesOf((0,json.at)(state, 'outputs'))) {
            if ((0,json.at)(output, 'sensitive') === true)
                leaves((0,json.at)(output, 'value'), found);
        }
        markedResources((0,json.at)(state, 'root_module'), found);
    }
}
function markedSides(change, found) {
    plan_secrets_marked((0,json.at)(change, 'before'), (0,json.at)(change, 'before_sensitive'), found);
    plan_secrets_marked((0,json.at)(change, 'after'), (0,json.at)(change, 'after_sensitive'), found);
}
function markedResources(module, found) {
    for (const resource of (0,json/* listAt */.gT)(module, 'resources')) {
        plan_secrets_marked((0,json.at)(resource, 'values'), (0,json.at)(resource, 'sensitive_values'), found);
    }
    for (const child of (0,json/* listAt */.gT)(module, 'child_modules'))
        markedResources(child, found);
}
/** A mark is `true`, or has the form of the value with `true` at the places that are sensitive. */
function plan_secrets_marked(value, marks, found) {
    if (marks === true)
        leaves(value, found);
    else if (Array.isArray(marks))
        marks.forEach((mark, index) => plan_secrets_marked((0,json.at)(value, index), mark, found));
    else if ((0,json/* isObject */.Gv)(marks)) {
        for (const [key, mark] of Object.entries(marks))
            plan_secrets_marked((0,json.at)(value, key), mark, found);
    }
}
function leaves(value, found) {
    if (typeof value === 'string')
        found(value);
    else
        for (const item of valuesOf(value))
            leaves(item, found);
}
/** Gives what is secret in a text of several parts. Most of a kubeconfig is known to all: `apiVersion: v1`. */
function partsOf(value) {
    const encoded = KUBECONFIG_BASE64.test(value);
    const credentials = encoded || value.includes('\n') ? (0,manifests_kubeconfig/* credentialsIn */.W)(value) : [];
    if (credentials.length > 0)
        return encoded ? [value, ...credentials] : credentials;
    const lines = value.split(/\r?\n/).map((line) => line.trim());
    return [...lines, ...inJson(value)];
}
function inJson(value) {
    if (!/^\s*[{[]/.test(value))
        return [];
    try {
        const texts = [];
        leaves(JSON.parse(value), (text) => texts.push(text));
        return texts;
    }
    catch {
        return [];
    }
}
/** Gives the parts of the plan's addresses, and the names of attributes and variables: they stand in the source already. */
function namesIn(plan) {
    const names = new Set(plan_secrets_entriesOf((0,json.at)(plan, 'variables')).map(([name]) => name));
    for (const entry of (0,json/* listAt */.gT)(plan, 'resource_changes')) {
        const [type, name, index] = [(0,json.at)(entry, 'type'), (0,json.at)(entry, 'name'), (0,json.at)(entry, 'index')];
        // All resources of a type have the same attributes.
        if (typeof type === 'string' && !names.has(type)) {
            const sides = [(0,json.at)(entry, 'change', 'before'), (0,json.at)(entry, 'change', 'after')];
            for (const [attribute] of sides.flatMap(plan_secrets_entriesOf))
                names.add(attribute);
        }
        for (const part of [type, name, index])
            if (typeof part === 'string')
                names.add(part);
    }
    return names;
}
function plan_secrets_entriesOf(value) {
    return (0,json/* isObject */.Gv)(value) ? Object.entries(value) : [];
}
function valuesOf(value) {
    return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

// EXTERNAL MODULE: ./src/infra/plan-words.ts
var plan_words = __webpack_require__(6651);
// EXTERNAL MODULE: ./src/infra/configuration.ts
var configuration = __webpack_require__(4544);
// EXTERNAL MODULE: ./src/infra/configuration-files.ts
var configuration_files = __webpack_require__(3890);
;// CONCATENATED MODULE: ./src/infra/lock-trial.ts
/** Answers by which a store keeps the condition: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const lock_trial_KEPT = [412, 409];
/** Gives what is wrong with a store in which a lock was tried, or undefined where Terraform can lock its state there. */
function judgeTrial({ taken, again, plain, released }) {
    // An answer that was lost on the way makes the second try look like somebody else's lock: it is ours.
    if (!isGood(taken) && !lock_trial_KEPT.includes(taken.status))
        return notTaken(taken, plain);
    if (again !== undefined && isGood(again)) {
        return noLock('takes an object a second time in spite of `If-None-Match: *`, so that two runs could hold the lock at once');
    }
    if (again !== undefined && !lock_trial_KEPT.includes(again.status))
        return lock_trial_failed('a second write', again);
    if (released !== undefined && !isGood(released)) {
        return {
            ...lock_trial_failed('deleting an object', released),
            advice: 'Give the state-access-key the right to delete: without it, a lock would stay for ever.',
        };
    }
    return undefined;
}
function notTaken(taken, plain) {
    if (plain !== undefined && isGood(plain)) {
        return noLock(`answers ${told(taken)} to \`If-None-Match: *\`, by which Terraform locks the state`);
    }
    if (taken.status !== 401 && taken.status !== 403)
        return lock_trial_failed('writing an object', plain ?? taken);
    return {
        code: 'state-store-read-only',
        cause: `the state store answered ${told(taken)} to writing an object`,
        advice: 'Give state-access-key and state-secret-key of a key that may read and write this bucket; a new key works after half a minute.',
    };
}
function noLock(what) {
    return {
        code: 'state-store-no-lock',
        cause: `the state store ${what}`,
        advice: 'Keep the state in a store that keeps the condition, such as Linode Object Storage; nothing was changed.',
    };
}
function lock_trial_failed(what, answer) {
    return {
        code: 'state-store-failed',
        cause: `the state store answered ${told(answer)} to ${what}`,
        advice: 'Look at the bucket and its limits, and run the job again; nothing was changed.',
    };
}
function isGood({ status }) {
    return status >= 200 && status < 300;
}
function told({ status, code }) {
    return code === '' ? String(status) : `${status} (${code})`;
}

;// CONCATENATED MODULE: ./src/infra/offers.ts

/** What a region must have for a resource: the names are those of https://techdocs.akamai.com/linode-api/reference/get-regions */
const CAPABILITIES = {
    linode_lke_cluster: 'Kubernetes',
    linode_volume: 'Block Storage',
    linode_object_storage_bucket: 'Object Storage',
    linode_nodebalancer: 'NodeBalancers',
    linode_instance: 'Linodes',
    linode_vpc: 'VPCs',
};
const PLAN_PLACES = {
    linode_lke_cluster: (side) => (0,json/* listAt */.gT)(side, 'pool').map((pool) => (0,json/* textAt */.$6)(pool, 'type')),
    linode_lke_node_pool: (side) => [(0,json/* textAt */.$6)(side, 'type')],
    linode_instance: (side) => [(0,json/* textAt */.$6)(side, 'type')],
};
/**
 * Gives what a plan (https://developer.hashicorp.com/terraform/internals/json-format) wants of Linode that it has not got yet: all of
 * what is made, and of what is updated what differs. What runs already may run on though it is offered no more.
 */
function wishesOf(plan) {
    return (0,json/* listAt */.gT)(plan, 'resource_changes').flatMap((entry) => {
        const actions = (0,json/* listAt */.gT)(entry, 'change', 'actions');
        if (!actions.includes('create') && !actions.includes('update'))
            return [];
        const before = actions.includes('create') ? undefined : (0,json.at)(entry, 'change', 'before');
        const [type, address] = [(0,json/* textAt */.$6)(entry, 'type'), (0,json/* textAt */.$6)(entry, 'address')];
        const had = new Set(before === undefined ? [] : wishesOfSide(type, address, before).map(offers_keyOf));
        return wishesOfSide(type, address, (0,json.at)(entry, 'change', 'after')).filter((wish) => !had.has(offers_keyOf(wish)));
    });
}
function wishesOfSide(type, address, side) {
    const enterprise = (0,json/* textAt */.$6)(side, 'tier') === 'enterprise';
    const capability = enterprise ? 'Kubernetes Enterprise' : CAPABILITIES[type];
    const plans = [...new Set(PLAN_PLACES[type]?.(side) ?? [])];
    const wishes = [
        // The versions of the enterprise tier are of another list.
        ...(type === 'linode_lke_cluster' && !enterprise
            ? [{ address, kind: 'version', value: (0,json/* textAt */.$6)(side, 'k8s_version') }]
            : []),
        ...(capability === undefined
            ? []
            : [{ address, kind: 'region', value: (0,json/* textAt */.$6)(side, 'region'), capabilities: [capability] }]),
        ...plans.map((value) => ({ address, kind: 'plan', value })),
    ];
    // What is known after the apply alone cannot be judged.
    return wishes.filter(({ value }) => value !== '');
}
function offers_keyOf({ kind, value }) {
    return `${kind} ${value}`;
}
/** Gives the wishes that Linode does not fulfil as one error with what it offers instead, or undefined where it fulfils all. */
function notOffered(wishes, catalogue) {
    const refused = wishes.filter((wish) => !offered(wish, catalogue).includes(wish.value));
    if (refused.length === 0)
        return undefined;
    const causes = refused.map(({ address, kind, value, capabilities = [] }) => {
        const region = kind === 'region' ? catalogue.regions.find(({ id }) => id === value) : undefined;
        const lacks = capabilities.filter((name) => region?.capabilities.includes(name) === false);
        const what = { version: `Kubernetes ${value}`, plan: `the plan ${value}`, region: `the region ${value}` };
        return `${address} wants ${what[kind]}${lacks.length === 0 ? '' : `, which has no ${lacks.join(' and ')}`}`;
    });
    const choices = refused.map((wish) => {
        const needs = (wish.capabilities ?? []).join(' and ');
        const what = { version: 'Kubernetes', plan: 'Plans', region: `Regions with ${needs}` };
        return `${what[wish.kind]}: ${near(wish, offered(wish, catalogue)).join(', ') || 'none'}.`;
    });
    return {
        code: 'infra-not-offered',
        cause: `Linode does not offer what is to be made: ${causes.join('; ')}`,
        advice: `It offers: ${[...new Set(choices)].join(' ')}`,
    };
}
function offered({ kind, capabilities = [] }, catalogue) {
    if (kind === 'version')
        return catalogue.versions;
    if (kind === 'plan')
        return catalogue.plans;
    return catalogue.regions
        .filter((region) => capabilities.every((name) => region.capabilities.includes(name)))
        .map(({ id }) => id);
}
/** There are a hundred plans: those of the same family, such as `g6-standard-`, are told, if there are any. */
function near({ kind, value }, all) {
    const family = value.slice(0, value.lastIndexOf('-') + 1);
    const same = kind === 'plan' && family !== '' ? all.filter((id) => id.startsWith(family)) : [];
    return same.length > 0 ? same : all;
}

;// CONCATENATED MODULE: ./src/infra/scopes.ts
/** What of Linode's API a resource of the provider needs, by the first word of its type that fits. */
const SCOPES = [
    // Recycling and deleting nodes is followed by Linode's events.
    ['linode_lke_', ['lke:read_write', 'events:read_only']],
    ['linode_volume', ['volumes:read_write']],
    ['linode_object_storage_', ['object_storage:read_write']],
    ['linode_firewall', ['firewall:read_write']],
    ['linode_nodebalancer', ['nodebalancers:read_write']],
    ['linode_instance', ['linodes:read_write', 'events:read_only']],
    ['linode_database_', ['databases:read_write', 'events:read_only']],
    ['linode_domain', ['domains:read_write']],
    ['linode_image', ['images:read_write', 'events:read_only']],
    ['linode_stackscript', ['stackscripts:read_write']],
    ['linode_vpc', ['vpc:read_write']],
];
/**
 * Gives the scopes that Terraform needs for resources of these types, sorted; of types that are not known, none. A plan only reads,
 * but the kubeconfig of a cluster, which every plan of it reads, is given to those alone who may write
 * (https://techdocs.akamai.com/linode-api/reference/get-lke-cluster-kubeconfig).
 */
function neededScopes(types, { preview, cluster }) {
    const scopes = types.flatMap((type) => SCOPES.find(([prefix]) => type.startsWith(prefix))?.[1] ?? []);
    const needed = preview
        ? scopes
            .filter((scope) => !scope.startsWith('events:'))
            .map((scope) => scope.startsWith('lke:') && cluster ? scope : scope.replace('read_write', 'read_only'))
        : scopes;
    return [...new Set(needed)].sort();
}
/** Gives those of the needed scopes that a token has not; `*` is all of them. */
function missingScopes(held, needed) {
    if (held.includes('*'))
        return [];
    return needed.filter((scope) => !held.includes(scope) && !held.includes(scope.replace('read_only', 'read_write')));
}

;// CONCATENATED MODULE: ./src/infra/preflight.ts






/**
 * Checks in a few requests what an apply would fail at after minutes, when half is made; all that is wrong is told in one error. A
 * preview writes nothing, and so needs no right to. Throws DeployError.
 */
async function preflight(settings, look, ports) {
    const texts = (0,configuration_files/* allConfigurationTexts */.S)(settings.directory, ports.files);
    const results = await Promise.allSettled([
        checkToken((0,configuration/* resourceTypes */.AU)(texts), look, ports),
        look.preview || ports.store === undefined ? undefined : checkLock(ports.store),
        look.record === undefined ? checkFirst(settings, texts, ports) : undefined,
    ]);
    const reasons = results.flatMap((result) => result.status === 'rejected' ? [result.reason] : []);
    const failures = reasons.map((reason) => {
        if (reason instanceof src_errors/* DeployError */.sH && reason.details.code !== 'cancelled')
            return reason.details;
        throw reason;
    });
    if (failures.length > 0)
        throw new src_errors/* DeployError */.sH(together(failures));
}
/** Throws DeployError where Linode does not offer what is wanted; asks only for what is. */
async function checkOffers(wishes, linode) {
    const wanted = new Set(wishes.map(({ kind }) => kind));
    const [versions, plans, regions] = await Promise.all([
        wanted.has('version') ? linode.kubernetesVersions() : [],
        wanted.has('plan') ? linode.plans() : [],
        wanted.has('region') ? linode.regions() : [],
    ]);
    const catalogue = { versions, plans, regions };
    const fault = notOffered(wishes, catalogue);
    if (fault !== undefined)
        throw new src_errors/* DeployError */.sH(fault);
}
async function checkToken(types, { preview, record }, { linode, log }) {
    const held = await linode.scopes();
    if (held === undefined) {
        log.info('Linode does not say which scopes linode-token has: they are not checked.');
        return;
    }
    const needed = neededScopes(types, { preview, cluster: record?.clusterId !== undefined });
    const missing = missingScopes(held, needed);
    if (missing.length === 0)
        return;
    throw new src_errors/* DeployError */.sH({
        code: 'linode-token-scopes',
        cause: `linode-token lacks the ${missing.length === 1 ? 'scope' : 'scopes'} ${missing.join(', ')}; it has ${held.join(', ') || 'none'}`,
        advice: `Make a token with ${needed.join(', ')} in Linode’s Cloud Manager, and update the secret.`,
    });
}
async function checkLock(store) {
    const fault = judgeTrial(await store.tryLock());
    if (fault !== undefined)
        throw new src_errors/* DeployError */.sH(fault);
}
/**
 * Checks what the set that ships with the action is to make, where it has made nothing yet: its variables are known before
 * Terraform is there to plan. What other sets make is checked in their plan.
 */
async function checkFirst(settings, texts, { store, linode }) {
    if (!settings.shipped || settings.variableFiles.length > 0 || (await store?.hasState()) !== false)
        return;
    const values = { ...(0,configuration/* variableDefaults */.H2)(texts), ...settings.variables };
    const wish = (name, more) => {
        const value = values[name];
        return typeof value === 'string' ? [{ address: `the variable ${name}`, value, ...more }] : [];
    };
    const wishes = [
        ...wish('k8s_version', { kind: 'version' }),
        ...wish('node_type', { kind: 'plan' }),
        ...wish('region', { kind: 'region', capabilities: ['Kubernetes', 'Block Storage'] }),
    ];
    await checkOffers(wishes, linode);
}
function together(failures) {
    const [first] = failures;
    if (first === undefined)
        throw new Error('there is no failure');
    if (failures.length === 1)
        return first;
    return {
        code: first.code,
        cause: failures.map(({ cause }) => cause).join('; and '),
        advice: failures.map(({ advice }) => advice).join(' '),
        evidence: failures.flatMap(({ evidence = [] }) => evidence),
    };
}

;// CONCATENATED MODULE: ./src/infra/destroy.ts






/** What serves, or is made again from its configuration: the confirmation is enough for it. All else of a provider may hold data. */
const SERVES = /^(?:linode_(?:lke_|nodebalancer|firewall|vpc|domain|object_storage_key|token|sshkey|stackscript|rdns|placement_group)|(?:local|null|terraform|random|time|tls|template|archive|external)_)/;
const MOST_NAMED = 5;
/**
 * Plans the destruction of all that the state knows. What holds data is kept, unless `data` is given or allow-destroy names it: the
 * plan then leaves it out, and the state goes on knowing it. The configuration must be initialised. Throws DeployError.
 */
async function planDestruction(settings, { data }, ports) {
    const record = await ports.store?.readRecord();
    // Without one nothing was applied to its end: what there is, Terraform alone knows.
    if (record !== undefined)
        await preflight(settings, { preview: false, record }, ports);
    const goes = (change) => data || SERVES.test(change.type) || settings.allowDestroy.includes(change.address);
    const whole = await planned([], goes, ports);
    const { changes } = whole.plan;
    const rest = changes.filter(goes).map(({ address }) => address);
    const kept = changes.filter((change) => !goes(change));
    const result = kept.length === 0
        ? whole
        : rest.length === 0
            ? { ...whole, plan: { ...whole.plan, changes: [], outputsChanged: [] } }
            : await planned(rest, goes, ports);
    for (const line of (0,plan_words/* planLines */.HN)(result.plan))
        ports.log.info(line);
    const held = result.plan.changes.filter(({ guard }) => guard === 'blocked' || guard === 'impossible');
    if (held.length > 0)
        throw holdsData(held, result.plan);
    const entries = (0,json/* listAt */.gT)(whole.json, 'resource_changes');
    return {
        plan: result.plan,
        clusters: entries
            .filter((entry) => isCluster(entry, result.plan))
            .map(destroy_idOf)
            .filter((id) => id !== undefined),
        kept: kept.map((change) => keptResource(change, entries)),
        record,
    };
}
function holdsData(held, plan) {
    const addresses = held.map(({ address }) => address);
    return new src_errors/* DeployError */.sH({
        code: 'infra-destroy-blocked',
        cause: `${addresses.slice(0, MOST_NAMED).join(', ')}${addresses.length > MOST_NAMED ? ` and ${addresses.length - MOST_NAMED} more` : ''} may hold data, and would go with what is destroyed, which ${addresses.length === 1 ? 'it needs' : 'they need'}`,
        advice: 'Name the addresses in allow-destroy, or give destroy-data, to delete them too. Nothing was changed.',
        evidence: addresses,
        plan,
    });
}
/**
 * Applies the plan of a destruction. The record of the last apply vouches for nothing from then on, so that the next deploy makes all
 * anew; it goes on naming the cluster, by which a later run finds what is left of it. Throws DeployError.
 */
async function applyDestruction({ plan, record, clusters }, { commit }, { terraform, store }) {
    const applied = plan.changes.length > 0 || plan.outputsChanged.length > 0;
    if (!applied && record === undefined)
        return false;
    // The state knows better than a record that an apply did not come to write.
    const clusterId = clusters[0] ?? record?.clusterId;
    await store?.writeRecord({ fingerprint: '', commit: record?.commit ?? commit, clusterId });
    if (applied)
        await terraform.apply();
    return applied;
}
/** What the confirmation does not cover is blocked, as it is in a deploy. */
async function planned(addresses, goes, { terraform, mask }) {
    const json = await terraform.plan({ lock: true, destroy: addresses });
    for (const secret of sensitiveValues(json))
        mask(secret);
    const plan = (0,infra_plan/* readPlan */.m3)(json);
    const changes = plan.changes.map((change) => goes(change) && change.guard === 'blocked' ? { ...change, guard: 'free' } : change);
    return { plan: { ...plan, changes }, json };
}
function isCluster(entry, { changes }) {
    const address = (0,json/* textAt */.$6)(entry, 'address');
    return ((0,json/* textAt */.$6)(entry, 'type') === 'linode_lke_cluster' && changes.some((change) => change.address === address));
}
/** The provider gives ids as texts. */
function destroy_idOf(entry) {
    const id = Number((0,json.at)(entry, 'change', 'before', 'id') ?? Number.NaN);
    return Number.isInteger(id) ? id : undefined;
}
function keptResource({ address, type }, entries) {
    const entry = entries.find((each) => (0,json/* textAt */.$6)(each, 'address') === address);
    const before = (0,json.at)(entry, 'change', 'before');
    return {
        ...{ address, type, id: destroy_idOf(entry) },
        label: (0,json/* textAt */.$6)(before, 'label'),
        size: (0,json/* numberAt */.tk)(before, 'size') || undefined,
        region: (0,json/* textAt */.$6)(before, 'region'),
    };
}

// EXTERNAL MODULE: ./src/infra/guard.ts
var guard = __webpack_require__(8599);
;// CONCATENATED MODULE: ./src/infra/nodes.ts



const nodes_PATIENCE_MS = 10 * 60_000;
const nodes_INTERVAL_MS = 2_000;
/** A new cluster's name may not resolve, its server refuse connections and its token not be known for some minutes. */
const NOT_UP_YET = ['cluster-unreachable', 'cluster-unauthorized'];
/**
 * Waits until one node is Ready. Terraform ends well while no node is: the provider drops the error of its own wait.
 * Throws DeployError after ten minutes, with what the cluster and Linode say of the nodes.
 */
async function waitForNodes(cluster, clusterId, { linode, clock, log }) {
    const start = clock.now();
    let told = '';
    for (;;) {
        const look = await lookAt(cluster);
        if (look.ready)
            return;
        if (clock.now() - start > nodes_PATIENCE_MS)
            throw await neverReady(look, clusterId, linode);
        if (look.says !== told)
            log.info(`Waiting for a node to be Ready: ${look.says}.`);
        told = look.says;
        await clock.sleep(nodes_INTERVAL_MS);
    }
}
/**
 * Gives in words which nodes a cluster may still get: those that Linode makes just now, and those that an autoscaler may add;
 * undefined where it has all, or where Linode does not say.
 */
async function nodesToCome(clusterId, linode) {
    const pools = await linode.pools(clusterId).catch(() => []);
    const coming = pools.flatMap(({ id, type, nodes, most }) => {
        const ready = nodes.filter(({ status }) => status === 'ready').length;
        return ready < most ? [`pool ${id} (${type}) has ${ready} of up to ${most} nodes`] : [];
    });
    return coming.length === 0 ? undefined : `at Linode ${coming.join(', ')}`;
}
async function lookAt(cluster) {
    try {
        const nodes = await cluster.list(NODES, undefined);
        const ready = nodes.some((node) => nodes_statusOf(node, 'Ready') === 'True');
        const says = `the cluster knows ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
        return { ready, says, evidence: nodes.flatMap(conditionsOf) };
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || !NOT_UP_YET.includes(error.details.code))
            throw error;
        return { ready: false, says: error.details.cause, evidence: [] };
    }
}
function nodes_statusOf(node, type) {
    return (0,json/* textAt */.$6)((0,json/* listAt */.gT)(node, 'status', 'conditions').find((condition) => (0,json/* textAt */.$6)(condition, 'type') === type), 'status');
}
function conditionsOf(node) {
    return (0,json/* listAt */.gT)(node, 'status', 'conditions').map((condition) => {
        const [type, status, reason, message] = ['type', 'status', 'reason', 'message'].map((name) => (0,json/* textAt */.$6)(condition, name));
        return `node ${(0,json/* textAt */.$6)(node, 'metadata', 'name')}: ${type}=${status} (${reason}): ${message}`;
    });
}
async function neverReady({ says, evidence }, clusterId, linode) {
    // What explains the failure must not hide it.
    const pools = clusterId === undefined ? [] : await linode.pools(clusterId).catch(() => []);
    const seen = pools.map(({ id, type, nodes }) => `pool ${id} (${type}): ${nodes.map((node) => `${node.id} ${node.status}`).join(', ') || 'no nodes'}`);
    return new src_errors/* DeployError */.sH({
        code: 'infra-nodes-not-ready',
        cause: `no node of the new cluster became Ready within 10 minutes: ${says}`,
        advice: 'Look at the node pool in Linode’s Cloud Manager, and at the account’s limits; run the job again when a node is there.',
        evidence: [...seen, ...evidence],
    });
}

;// CONCATENATED MODULE: ./src/infra/billed.ts


/** The fee is flat, whatever is in it. */
const OBJECT_STORAGE = fixed('object-storage/types', 'objectstorage', undefined, 1, 'flat fee');
/**
 * Reads what is billed now and after the plan from `terraform show -json`: `prior_state` is what Linode had at the refresh,
 * `planned_values` what it will have. What the state only forgets goes on costing. `stateBucket` is whether the state is in a
 * bucket at Linode, which no plan knows of.
 */
function readBilled(plan, stateBucket) {
    const [before, planned] = [resources(plan, 'prior_state', 'values'), resources(plan, 'planned_values')];
    const [now, after] = [charges(before), charges(planned)];
    const forgotten = new Set((0,json/* listAt */.gT)(plan, 'resource_changes')
        .filter((entry) => (0,json/* listAt */.gT)(entry, 'change', 'actions').includes('forget'))
        .map((entry) => (0,json/* textAt */.$6)(entry, 'address')));
    const items = [...now].flatMap(([name, { address, charge }]) => forgotten.has(address)
        ? [{ name: `${name} (forgotten)`, now: charge, after: charge }]
        : [{ name, now: charge, after: after.get(name)?.charge }]);
    const made = [...after]
        .filter(([name, { address }]) => !now.has(name) || forgotten.has(address))
        .map(([name, { charge }]) => ({ name, now: undefined, after: charge }));
    return {
        items: [...items, ...made, ...storage(before, planned, stateBucket)],
        clusterRegion: regionOf(planned) ?? regionOf(before),
    };
}
function storage(before, planned, stateBucket) {
    const isUsed = (all) => stateBucket || all.some((resource) => (0,json/* textAt */.$6)(resource, 'type') === 'linode_object_storage_bucket');
    const [now, after] = [before, planned].map((all) => (isUsed(all) ? OBJECT_STORAGE : undefined));
    return now === undefined && after === undefined ? [] : [{ name: 'Object Storage', now, after }];
}
function charges(all) {
    return new Map(all.flatMap((resource) => {
        const address = (0,json/* textAt */.$6)(resource, 'address');
        const deposed = (0,json/* textAt */.$6)(resource, 'deposed_key');
        const parts = chargesOf((0,json/* textAt */.$6)(resource, 'type'), (0,json.at)(resource, 'values'), regionFor(resource, all));
        return Object.entries(parts).map(([part, charge]) => [
            [address, part, deposed && `(deposed ${deposed})`].filter((word) => word !== '').join(' '),
            { address, charge },
        ]);
    }));
}
/** Gives the region of the cluster that a resource names by its id, else of the only one. */
function regionFor(resource, all) {
    const id = (0,json.at)(resource, 'values', 'cluster_id');
    const named = all.filter((other) => billed_isCluster(other) && (0,json/* textAt */.$6)(other, 'values', 'id') === String(id));
    return regionOf(named) ?? regionOf(all);
}
function regionOf(all) {
    const regions = new Set(all.filter(billed_isCluster).map((cluster) => (0,json/* textAt */.$6)(cluster, 'values', 'region')));
    return regions.size === 1 ? [...regions][0] || undefined : undefined;
}
function billed_isCluster(resource) {
    return (0,json/* textAt */.$6)(resource, 'type') === 'linode_lke_cluster';
}
/** Gives the managed resources of all modules; one that is only forgotten is planned without values. */
function resources(plan, ...path) {
    const isThere = (resource) => (0,json/* textAt */.$6)(resource, 'mode') !== 'data' && (0,json.at)(resource, 'values') !== undefined;
    const below = (module) => [
        ...(0,json/* listAt */.gT)(module, 'resources').filter(isThere),
        ...(0,json/* listAt */.gT)(module, 'child_modules').flatMap(below),
    ];
    return below((0,json.at)(plan, ...path, 'root_module'));
}

;// CONCATENATED MODULE: ./src/infra/variable-files.ts

/** Here-documents, texts and comments, which may hold anything; brackets; and names that get a value. */
const TOKEN = /<<-?\s*(\w+)[\s\S]*?\n\s*\1\b|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|(?:#|\/\/).*|([{[(])|([}\])])|([A-Za-z_][\w-]*)\s*=(?!=)/g;
/** Gives a sentence for each variables file that names what the configuration does not declare: Terraform passes over it. */
function unknownInFiles(settings, declared, files) {
    return settings.variableFiles.flatMap((path) => {
        const names = variableNames(path, new TextDecoder().decode(files.read(path)));
        const unknown = names.filter((name) => !declared.includes(name));
        return unknown.length === 0
            ? []
            : [`${path} names ${unknown.join(', ')}, which ${configurationName(settings)} does not declare`];
    });
}
/** Gives the configuration's folder as people know it: that of the shipped one lies wherever the runner keeps actions. */
function configurationName({ directory, shipped }) {
    return shipped ? 'the terraform/ that ships with the action' : directory;
}
/** Gives the names of the variables that a file sets: Terraform's own syntax, or JSON where its name ends so. */
function variableNames(path, text) {
    return path.endsWith('.json') ? namesInJson(text) : namesInHcl(text);
}
function namesInHcl(text) {
    let depth = 0;
    return [...text.matchAll(TOKEN)].flatMap(([, , opens, closes, name]) => {
        if (opens !== undefined)
            depth += 1;
        if (closes !== undefined)
            depth -= 1;
        return name !== undefined && depth === 0 ? [name] : [];
    });
}
/** What is no JSON is left to Terraform to tell. */
function namesInJson(text) {
    try {
        const value = JSON.parse(text);
        return (0,json/* isObject */.Gv)(value) ? Object.keys(value) : [];
    }
    catch {
        return [];
    }
}

;// CONCATENATED MODULE: ./src/infra/planning.ts







/** Plans, and tells the plan in the log. Throws DeployError. */
async function makePlan(settings, options, ports) {
    const planned = await planKeeping(settings, options, ports);
    const { plan } = planned;
    for (const line of (0,plan_words/* planLines */.HN)(plan))
        ports.log.info(line);
    for (const gone of (0,plan_words/* goneInWords */.SH)(plan))
        ports.log.warning(gone);
    for (const address of (0,guard/* unusedAllowances */.q_)(plan, settings.allowDestroy)) {
        ports.log.warning(`allow-destroy names ${address}, which this plan does not destroy: take it out, or it allows a later one`);
    }
    return planned;
}
/** Plans; what Terraform would replace only because a cancelled run did not see it come up is kept instead. */
async function planKeeping(settings, options, ports) {
    const planned = await plannedBy(settings, options, ports);
    const { plan } = planned;
    const kept = (0,guard/* halfMade */.HB)(plan, settings.allowDestroy);
    if (kept.length === 0)
        return planned;
    if (options.preview) {
        const changes = plan.changes.filter((change) => !kept.includes(change));
        return { ...planned, plan: { ...plan, changes }, kept: kept.map(({ address }) => address) };
    }
    for (const { address } of kept) {
        ports.log.info(`${address} was being made when a run was cancelled: it is kept.`);
        await ports.terraform.untaint(address);
    }
    return plannedBy(settings, options, ports);
}
async function plannedBy(settings, options, { terraform, mask, files, log }) {
    // A pull request must not hold the lock that a deployment waits for.
    const json = await terraform.plan({ lock: !options.preview });
    for (const secret of sensitiveValues(json))
        mask(secret);
    const declared = (0,infra_plan/* declaredVariables */.At)(json);
    refuseUnknownVariables(settings, declared);
    for (const warning of unknownInFiles(settings, declared, files))
        log.warning(warning);
    return {
        plan: (0,infra_plan/* readPlan */.m3)(json, settings.allowDestroy),
        billed: readBilled(json, !settings.localState),
        json,
        kept: [],
    };
}
/** Terraform takes a variable that nobody declares without a word, and so a mistyped name. */
function refuseUnknownVariables(settings, declared) {
    const unknown = Object.keys(settings.variables).filter((name) => !declared.includes(name));
    if (unknown.length === 0)
        return;
    throw new src_errors/* DeployError */.sH({
        code: 'infra-variable-unknown',
        cause: `terraform-variables names ${unknown.join(', ')}, which ${configurationName(settings)} does not declare`,
        advice: `It declares: ${declared.join(', ') || 'none'}.`,
    });
}

;// CONCATENATED MODULE: ./src/comment-record.ts

/** Gives the hidden first line by which the comment of an environment is found again. */
function commentMarker(environment) {
    return `<!-- wpp-deploy-action environment=${environment} -->`;
}
const START = '<!-- wpp-deploy-action run ';
const END = ' -->';
/** Gives the record as a line of Markdown that nobody sees, of at most some ten kilobytes. */
function formatRecord(record) {
    // Digests are hex, and so is the rest: nothing in it can end the comment.
    return `${START}${JSON.stringify(record)}${END}`;
}
/** Gives the record that a comment's second line holds, or undefined where it holds none. */
function comment_record_readRecord(body) {
    const line = body.split(/\r?\n/, 2)[1] ?? '';
    if (!line.startsWith(START) || !line.endsWith(END))
        return undefined;
    try {
        const value = JSON.parse(line.slice(START.length, -END.length));
        const plan = (0,json.at)(value, 'plan');
        const digests = (0,json/* listAt */.gT)(plan, 'digests').filter((digest) => typeof digest === 'string');
        return {
            head: (0,json/* textAt */.$6)(value, 'head'),
            run: (0,json/* numberAt */.tk)(value, 'run'),
            attempt: (0,json/* numberAt */.tk)(value, 'attempt'),
            plan: plan === undefined ? undefined : { digests, seal: (0,json/* textAt */.$6)(plan, 'seal') },
        };
    }
    catch {
        return undefined;
    }
}
/** Seals a plan for the place where it is shown. */
async function showPlan(plan, where, digest) {
    const digests = [...plan.values()];
    return { digests, seal: await sealOf(digests, where, digest) };
}
/** Whether the seal of a plan is that of the place where it was found. */
async function isShownAt(plan, where, digest) {
    return plan.seal === (await sealOf(plan.digests, where, digest));
}
function sealOf(digests, where, digest) {
    const { environment, pullRequest, head } = where;
    return digest(JSON.stringify(['shown', environment, pullRequest, head, digests]));
}

;// CONCATENATED MODULE: ./src/keyed-digest.ts
/** Gives a function that makes digests with a key. */
async function keyedDigest(key) {
    const encoder = new TextEncoder();
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, ['sign']);
    return async (text) => Buffer.from(await crypto.subtle.sign('HMAC', imported, encoder.encode(text))).toString('hex');
}

;// CONCATENATED MODULE: ./src/infra/plan-digest.ts

/** How many changes have a digest each: those of more would not fit in a comment, and are digested together. */
const MOST_CHANGES = 600;
/** 64 bits: whoever has not the key cannot try, and no two of some hundred are alike. */
const DIGEST_LENGTH = 16;
/** Digests a plan as `terraform show -json` gives it, but for the changes of the resources in `leftOut`. */
async function digestPlan(plan, digest, leftOut = []) {
    const changes = [
        ...(0,json/* listAt */.gT)(plan, 'resource_changes')
            .filter((entry) => !leftOut.includes((0,json/* textAt */.$6)(entry, 'address')))
            .flatMap(resourceChange),
        ...outputChanges(plan),
        ...(0,json/* listAt */.gT)(plan, 'action_invocations').map(invocation),
    ];
    changes.sort(([one], [other]) => (one < other ? -1 : 1));
    const together = [[`all ${changes.length} changes together`, changes]];
    const parts = changes.length > MOST_CHANGES ? together : changes;
    const digests = parts.map(async ([address, subject]) => [
        address,
        (await digest(canonical(['change', address, subject]))).slice(0, DIGEST_LENGTH),
    ]);
    return new Map(await Promise.all(digests));
}
/** Actions that change nothing at Linode and nothing in the state. */
const IDLE = ['no-op', 'read', 'open'];
function resourceChange(entry) {
    const actions = (0,json/* listAt */.gT)(entry, 'change', 'actions');
    const importing = (0,json.at)(entry, 'change', 'importing');
    const previous = (0,json/* textAt */.$6)(entry, 'previous_address');
    const idle = actions.every((action) => IDLE.includes(String(action)));
    if ((0,json/* textAt */.$6)(entry, 'mode') === 'data' || (idle && importing === undefined && previous === ''))
        return [];
    // Files of the runner: a fresh one always lacks them.
    if ((0,json/* textAt */.$6)(entry, 'type').startsWith('local_'))
        return [];
    const deposed = (0,json/* textAt */.$6)(entry, 'deposed');
    const address = `${(0,json/* textAt */.$6)(entry, 'address')}${deposed === '' ? '' : ` (deposed ${deposed})`}`;
    // The object that is changed: another of the same address is another change.
    const id = (0,json.at)(entry, 'change', 'before', 'id');
    return [[address, [actions, previous, importing, id, differences((0,json.at)(entry, 'change'))]]];
}
function outputChanges(plan) {
    const outputs = (0,json.at)(plan, 'output_changes');
    return Object.entries((0,json/* isObject */.Gv)(outputs) ? outputs : {}).flatMap(([name, change]) => {
        const actions = (0,json/* listAt */.gT)(change, 'actions');
        if (actions.every((action) => IDLE.includes(String(action))))
            return [];
        return [[`output.${name}`, [actions, differences(change)]]];
    });
}
function invocation(entry, index) {
    return [`${(0,json/* textAt */.$6)(entry, 'address')} (action ${index + 1})`, entry];
}
/** Gives the values that a change sets; of what is deleted nothing matters but that it goes. */
function differences(change) {
    const after = (0,json.at)(change, 'after') ?? null;
    const unknown = (0,json.at)(change, 'after_unknown');
    const found = [];
    if (after !== null || isMarked(unknown))
        differ((0,json.at)(change, 'before') ?? null, after, unknown, '', found);
    return found;
}
/**
 * Notes in `found` where two values differ. A value that is known after the apply only has none to compare: what it was before
 * may change with every look at it.
 */
function differ(before, after, unknown, path, found) {
    if (unknown === true)
        return void found.push(`${path} unknown`);
    if (before === null && !isPlain(after)) {
        return void found.push(`${path} made ${canonical(after)} ${canonical(unknown ?? null)}`);
    }
    // Most of a plan is what stays as it is.
    if (!isMarked(unknown) && (before === after || JSON.stringify(before) === JSON.stringify(after)))
        return;
    const kinds = `${kindOf(before)} → ${kindOf(after)}`;
    if (isPlain(before) || isPlain(after)) {
        return void found.push(`${path} ${kinds} ${canonical(before)} → ${canonical(after)}`);
    }
    if (kindOf(before) !== kindOf(after))
        found.push(`${path} ${kinds}`);
    const keys = new Set([...plan_digest_keysOf(before), ...plan_digest_keysOf(after), ...plan_digest_keysOf(unknown)]);
    for (const key of [...keys].sort(byText)) {
        const place = `${path}/${JSON.stringify(key)}`;
        differ((0,json.at)(before, key) ?? null, (0,json.at)(after, key) ?? null, (0,json.at)(unknown, key), place, found);
    }
}
/** Tells values apart that have the same keys: a list of one length from that of another, and both from nothing. */
function kindOf(value) {
    if (value === null)
        return 'nothing';
    if (Array.isArray(value))
        return `list of ${value.length}`;
    return (0,json/* isObject */.Gv)(value) ? 'map' : 'value';
}
function isPlain(value) {
    return typeof value !== 'object';
}
function plan_digest_keysOf(value) {
    if (Array.isArray(value))
        return [...value.keys()];
    return (0,json/* isObject */.Gv)(value) ? Object.keys(value) : [];
}
function byText(one, other) {
    return String(one) < String(other) ? -1 : 1;
}
function isMarked(mark) {
    if (typeof mark !== 'object' || mark === null)
        return mark === true;
    return Object.values(mark).some(isMarked);
}
/** Gives JSON in which the order of keys says nothing. */
function canonical(value) {
    // Terraform writes keys in order: to look is much faster than to sort.
    return JSON.stringify(isInOrder(value) ? value : inOrder(value));
}
function isInOrder(value) {
    if (Array.isArray(value))
        return value.every(isInOrder);
    if (!(0,json/* isObject */.Gv)(value))
        return true;
    let last = '';
    for (const key of Object.keys(value)) {
        if (key < last || !isInOrder(value[key]))
            return false;
        last = key;
    }
    return true;
}
function inOrder(value) {
    if (Array.isArray(value))
        return value.map(inOrder);
    if (!(0,json/* isObject */.Gv)(value))
        return value;
    const entries = Object.entries(value).map(([key, item]) => [key, inOrder(item)]);
    return Object.fromEntries(entries.sort(([one], [other]) => byText(one, other)));
}

;// CONCATENATED MODULE: ./src/infra/review.ts




/** Gives the review of the plan of a commit. */
async function planReview({ review, stateSecretKey, linodeToken }, commit) {
    // Where the state is local, the token is the secret that preview and deploy have in common.
    const digest = await keyedDigest(stateSecretKey || linodeToken);
    const { environment, pullRequest } = review;
    return {
        async shown(json, leftOut) {
            if (pullRequest === undefined)
                return undefined;
            const where = { environment, pullRequest, head: commit };
            return showPlan(await digestPlan(json, digest, leftOut), where, digest);
        },
        async demand(summary, json, appliedCommit, ports) {
            if (review.demand === 'none')
                return;
            const digests = await digestPlan(json, digest);
            if (digests.size === 0)
                return;
            await compare({ summary, digests, commit, appliedCommit }, { review, digest, ...ports });
        },
    };
}
async function compare(plan, around) {
    const { commit, appliedCommit } = plan;
    const { review, pullRequests, log } = around;
    const own = await review_known(() => pullRequests.mergedWith(commit, review.branch));
    if (own.length === 0)
        return unshown(`commit ${review_short(commit)} came by no pull request`, around);
    const shown = await allShown(own, around);
    if (shown.length === 0)
        return unshown(`${named(own)} has no comment with a plan`, around);
    if (missingFrom(shown, plan).length === 0)
        return log.info(`The plan is as ${named(own)} shows it.`);
    // A run that waits is replaced by a newer one, which then has the changes of both.
    const since = appliedCommit === undefined
        ? []
        : await review_known(() => pullRequests.mergedSince(appliedCommit, commit, review.branch));
    const earlier = since.filter(({ number }) => own.every((pull) => pull.number !== number));
    const all = [...shown, ...(await allShown(earlier, around))];
    const missing = missingFrom(all, plan);
    if (missing.length > 0)
        throw notReviewed(missing, all, [...own, ...earlier], plan);
    log.info(`The plan is as ${named([...own, ...earlier])} show it together.`);
}
/** Gives what those of the pull requests show that have a comment. */
async function allShown(pulls, around) {
    const shown = await review_known(() => Promise.all(pulls.map((pull) => shownIn(pull, around))));
    return shown.filter((each) => each !== undefined);
}
async function shownIn({ number, head }, { review: { environment }, digest, pullRequests }) {
    const comment = await pullRequests.readComment(number, commentMarker(environment));
    if (comment === undefined)
        return undefined;
    const record = comment_record_readRecord(comment);
    const none = (problem) => ({ digests: [], problem: `pull request ${number} ${problem}` });
    if (record?.plan === undefined)
        return none('shows no plan, since its preview failed or made none');
    if (record.head !== head)
        return none(`shows the plan of commit ${review_short(record.head)}, but ${review_short(head)} was merged`);
    const where = { environment, pullRequest: number, head };
    if (!(await isShownAt(record.plan, where, digest)))
        return none('has a comment that was changed, or was made with another state-secret-key');
    return record.plan;
}
/** Gives the addresses of the changes that are shown nowhere. */
function missingFrom(shown, { digests }) {
    const reviewed = new Set(shown.flatMap((each) => each.digests));
    return [...digests].flatMap(([address, digest]) => (reviewed.has(digest) ? [] : [address]));
}
function unshown(reason, { review, log }) {
    if (review.demand === 'shown')
        return log.info(`The plan is applied as it is: ${reason}.`);
    throw new src_errors/* DeployError */.sH({
        code: 'infra-plan-not-reviewed',
        cause: `${reason}, and plan-review is required`,
        advice: 'Let the change come by a pull request whose comment shows the plan; nothing was changed.',
    });
}
function notReviewed(addresses, shown, pulls, { summary }) {
    const problems = shown.flatMap(({ problem }) => problem ?? []);
    const why = problems.length === 0 ? '' : ` (${problems.join('; ')})`;
    return new src_errors/* DeployError */.sH({
        code: 'infra-plan-not-reviewed',
        cause: `the plan would change what ${named(pulls)} did not show: ${addresses.join(', ')}${why}`,
        advice: 'Look at the lines below. To apply them as they are, run the workflow by hand; else mend the difference or open another pull request. Nothing was changed.',
        evidence: summary.changes
            .filter(({ address }) => addresses.includes(address))
            .flatMap(({ address, action, attributes }) => [
            `${address}: ${action}`,
            ...attributes.map(({ path, before = 'nothing', after = 'nothing' }) => `${address}: ${path}: ${before} → ${after}`),
        ]),
    });
}
/** What cannot be looked up counts as not reviewed: the run stops. */
async function review_known(look) {
    try {
        return await look();
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code !== 'github-refused')
            throw error;
        const { details } = error;
        const cause = `whether the plan was reviewed cannot be told: ${details.cause}`;
        throw new src_errors/* DeployError */.sH({ ...details, cause }, { cause: error });
    }
}
function named(pulls) {
    const numbers = pulls.map(({ number }) => number);
    return `pull request${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`;
}
function review_short(commit) {
    return commit.slice(0, 12);
}

;// CONCATENATED MODULE: ./src/infra/infra.ts








const LABELLED = {
    linode_lke_cluster: 'lke/clusters',
    linode_volume: 'volumes',
};
/** How a plan fails that another run has made worthless. */
const OVERTAKEN = ['infra-plan-stale', 'infra-exists-already'];
/** Plans the infrastructure where that is due; applies the plan unless `preview`. Throws DeployError. */
async function runInfra(settings, options, prepared, ports) {
    const { changed, clusterId: knownId, kubeconfig: known } = prepared;
    const unapplied = { changed, applied: false, clusterId: knownId, kubeconfig: known };
    const review = await planReview(settings, options.commit);
    if (!prepared.due)
        return { ...unapplied, plan: undefined, billed: undefined, shown: await review.shown() };
    await initialise(settings, ports);
    if (options.preview) {
        const looked = async ({ plan, billed, json, kept }) => {
            return { ...unapplied, plan, billed, shown: await review.shown(json, kept) };
        };
        if (options.drift === true)
            return looked(await makePlan(settings, options, ports));
        return withSoundPlan(settings, options, ports, looked);
    }
    const { record } = prepared;
    const { plan, billed, applied } = await againWhereOvertaken(() => withSoundPlan(settings, options, ports, (planned) => applyPlan(planned, review, record, ports)), ports.log);
    return showing(plan, async () => {
        const outputs = await ports.terraform.outputs();
        const { clusterId } = outputs;
        const kubeconfig = kubeconfigFrom(outputs, ports);
        if (applied && kubeconfig !== undefined)
            await waitForNodes(ports.connect(kubeconfig), clusterId, ports);
        await ports.store?.writeRecord({
            // What a plan puts off is for the next run: to that one the infrastructure is to be changed still.
            fingerprint: plan.complete ? prepared.fingerprint : '',
            commit: options.commit,
            clusterId,
            shipped: settings.shipped,
        });
        return { changed, plan, billed, applied, clusterId, kubeconfig };
    });
}
/** A failure after the planning shows the plan too. */
async function showing(plan, work) {
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof src_errors/* DeployError */.sH)
            throw new src_errors/* DeployError */.sH({ ...error.details, plan }, { cause: error });
        throw error;
    }
}
/** Applies what is to be changed. */
async function applyPlan(planned, review, record, ports) {
    await review.demand(planned.plan, planned.json, record?.commit, ports);
    const applied = planned.plan.changes.length > 0 || planned.plan.outputsChanged.length > 0;
    if (!applied)
        return { ...planned, applied };
    // An apply that fails or is killed half way leaves what no commit describes: until it is through, the record vouches for nothing.
    if (record !== undefined)
        await ports.store?.writeRecord({ ...record, fingerprint: '' });
    await ports.terraform.apply();
    return { ...planned, applied };
}
/** Another run that applied meanwhile makes a plan worthless; what is left to do is planned once more, behind its lock. */
async function againWhereOvertaken(attempt, log) {
    try {
        return await attempt();
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || !OVERTAKEN.includes(error.details.code))
            throw error;
        log.info(`Planning again, since another run may have been faster: ${error.details.cause}.`);
        return attempt();
    }
}
/** Plans, and goes on where nothing speaks against the plan; whatever fails from then on shows it. */
async function withSoundPlan(settings, options, ports, goOn) {
    const planned = await makePlan(settings, options, ports);
    return showing(planned.plan, async () => {
        const refusal = (0,guard/* refusalOf */.Of)(planned.plan);
        if (refusal !== undefined)
            throw new src_errors/* DeployError */.sH(refusal);
        await checkOffers(wishesOf(planned.json), ports.linode);
        await refuseSecond(planned.plan, ports.linode);
        return goOn(planned);
    });
}
/** Initialises the working folder, whose backend must be one that the action knows. Throws DeployError. */
async function initialise(settings, { terraform }) {
    const backend = await terraform.init();
    if (backend === (settings.localState ? 'local' : 's3'))
        return;
    throw new src_errors/* DeployError */.sH({
        code: 'infra-backend-local',
        cause: `${settings.directory} keeps its state in the backend "${backend}", which other runs do not share or the action does not know`,
        advice: 'Add `terraform { backend "s3" {} }` as the shipped terraform/ has it; without shared state each run would make another cluster. On a runner whose disk stays, allow-local-state lets it be local.',
    });
}
/** Labels are not unique at Linode: a cluster that the state has lost would be made, and billed, a second time. */
async function refuseSecond(plan, linode) {
    const looks = plan.changes.map(async ({ address, type, action, label }) => {
        const kind = LABELLED[type];
        if (action !== 'create' || kind === undefined || label === '')
            return [];
        const id = await linode.find(kind, label);
        return id === undefined ? [] : [{ address, label, id }];
    });
    const there = (await Promise.all(looks)).flat();
    if (there.length === 0)
        return;
    const causes = there.map(({ address, label, id }) => `${address}, but Linode has one with the label "${label}" already (id ${id})`);
    const imports = there.map(({ address, id }) => `\`terraform import ${address} ${id}\``);
    throw new src_errors/* DeployError */.sH({
        code: 'infra-exists-already',
        cause: `the plan would create ${causes.join('; and ')}, which the state does not know`,
        advice: `Where ${there.length === 1 ? 'it is this one' : 'they are these'}, run ${imports.join(' and ')}; else give another label.`,
    });
}

;// CONCATENATED MODULE: ./src/deploy-destroy.ts











const NOTHING = {
    ...{ planned: undefined, terraform: undefined, kubeconfig: undefined },
    ...{ going: [], clusters: [] },
};
/**
 * Deletes what was deployed to an environment. The plan is made first, so that nothing is touched where it is refused; then the objects
 * in the cluster go, which gives load balancers back, then what Terraform made; last it lists what stays. A run that is killed at any
 * point is completed by the next one. Never throws for a step's failure.
 */
async function destroyOnly(settings, destroy, ports) {
    const { owner, repository } = settings.event;
    const { environment, manifests: its } = settings;
    const mark = await markOf(owner, repository, environment, its.run ? its.namespace : '');
    const around = { settings, destroy, mark, ports };
    const known = await planStep(around);
    if (known.status === 'failed')
        return result({ infra: known, manifests: nothing('the infrastructure cannot be destroyed') });
    const facts = known.status === 'succeeded' ? known.value : { ...NOTHING, kubeconfig: givenTo(settings) };
    let disks = [];
    const manifests = await objectsStep(facts, around, (found) => {
        disks = [...found.volumes, ...found.released].map(({ object }) => diskOf(object));
    });
    if (manifests.status === 'failed')
        return result({ infra: nothing('what is in the cluster is not all deleted'), manifests });
    const infra = await applyStep(known, around);
    if (infra.status === 'failed')
        return result({ infra, manifests });
    const leftovers = await attempt('leftovers', ports, (did) => listLeftovers({
        ...{ mark, data: destroy.data, disks, clusters: facts.clusters },
        kept: facts.planned?.kept ?? [],
        bucket: settings.infra.run ? settings.infra.backend['bucket'] : undefined,
    }, { made: ports.made, prices: ports.prices, clock: ports.clock, log: ports.log('leftovers'), did }));
    return { ...result({ infra, manifests }), leftovers };
}
function nothing(reason) {
    return { status: 'skipped', reason };
}
function result(outcomes) {
    const none = nothing('destroy only deletes');
    return { image: none, rollout: none, leftovers: nothing('not all is destroyed'), ...outcomes };
}
function givenTo({ manifests }) {
    return manifests.run ? manifests.kubeconfig : undefined;
}
async function planStep({ settings, destroy, ports }) {
    const { infra } = settings;
    if (!infra.run)
        return skip(infra);
    return attempt('infra', ports, async (did) => {
        const { terraform } = infraPorts(ports, did);
        const around = { ...preparePorts(ports), terraform };
        await initialise(infra, around);
        const planned = await planDestruction(infra, destroy, around);
        const { clusters, record } = planned;
        const looks = clusters.map(async (id) => ({ id, ...(await clusterOf(id, around)) }));
        const going = (await Promise.all(looks)).flatMap(({ id, kubeconfig }) => kubeconfig === undefined ? [] : [{ id, kubeconfig }]);
        const known = givenTo(settings) ?? going[0]?.kubeconfig;
        if (known !== undefined || clusters.length > 0)
            return { planned, terraform, kubeconfig: known, going, clusters };
        // Terraform's state knows no cluster: the one of the last apply is kept, or gone.
        const last = await clusterOf(record?.clusterId, around);
        const gone = last.kubeconfig === undefined && last.clusterId !== undefined ? [last.clusterId] : [];
        return { planned, terraform, kubeconfig: last.kubeconfig, going, clusters: gone };
    }, 'plan');
}
async function objectsStep(known, { settings, mark, ports }, tell) {
    const { manifests, infra } = settings;
    const { kubeconfig, planned, going } = known;
    if (!manifests.run)
        return skip(manifests);
    if (kubeconfig === undefined)
        return nothing('there is no cluster any more');
    return attempt('manifests', ports, async (did) => {
        const cluster = ports.connect(kubeconfig);
        const found = await reached(() => findInCluster(whoseOf(settings, manifests, mark), cluster));
        tell(found);
        const others = going.map((each) => ({ id: each.id, cluster: ports.connect(each.kubeconfig) }));
        if (infra.run && planned !== undefined)
            await refuseShared(found, planned, infra, others);
        await markOthers(found, others, ports);
        const log = ports.log('manifests');
        const changes = await destroyObjects(found, { mark, seconds: manifests.timeoutSeconds, clusterGoes: going.length > 0 }, { cluster, clock: ports.clock, log, did, made: ports.made });
        return { changes, workloads: [] };
    });
}
function whoseOf(settings, manifests, mark) {
    const { inventory, namespace } = manifests;
    return { inventory, namespace, mark, scope: releaseScope(settings, manifests) };
}
const AWAY = ['cluster-unreachable', 'cluster-unauthorized'];
/** A cluster that does not answer may be gone, or away for a moment: its load balancers would be billed on without a word. */
async function reached(look) {
    try {
        return await look();
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || !AWAY.includes(error.details.code))
            throw error;
        const advice = `${error.details.advice} Nothing was deleted. Where the cluster is gone for good, take kube-config away (the secret KUBE_CONFIG), or delete the cluster in Linode’s Cloud Manager, and run this again: the rest is destroyed, and what stays is listed.`;
        throw new src_errors/* DeployError */.sH({ ...error.details, advice }, { cause: error });
    }
}
/** With a cluster goes all that others deployed to it. */
async function refuseShared(found, { plan }, { allowDestroy }, going) {
    const addresses = plan.changes
        .filter(({ type }) => type === 'linode_lke_cluster')
        .map(({ address }) => address);
    if (addresses.every((address) => allowDestroy.includes(address)))
        return;
    const others = (await Promise.all(going.map(({ cluster }) => othersIn(found, cluster)))).flat();
    if (others.length === 0)
        return;
    throw new src_errors/* DeployError */.sH({
        code: 'destroy-shared-cluster',
        cause: `the cluster goes with this environment, but ${others.length} more ${others.length === 1 ? 'has' : 'have'} objects in it`,
        advice: `Destroy those first, or name ${addresses.join(' and ')} in allow-destroy. Nothing was deleted.`,
        evidence: others.map((name) => `ConfigMap/${name}`),
        plan,
    });
}
/** Volumes of others stay when the cluster goes, and would be known by nothing. */
async function markOthers({ volumes, released }, going, { made }) {
    const own = new Set([...volumes, ...released].map(({ object }) => diskOf(object).id));
    for (const { id: clusterId, cluster } of made === undefined ? [] : going) {
        const disks = (await cluster.list(PERSISTENT_VOLUMES, undefined)).map(diskOf);
        for (const { id } of disks)
            if (id !== undefined && !own.has(id))
                await made?.tagVolume(id, clusterMark(clusterId));
    }
}
async function applyStep(known, { settings, ports }) {
    if (known.status !== 'succeeded')
        return known;
    const { planned, terraform, kubeconfig } = known.value;
    if (planned === undefined || terraform === undefined)
        return nothing('there is nothing of Terraform’s');
    const outcome = await attempt('infra', ports, async () => {
        const around = { terraform, store: ports.infra?.store };
        const applied = await applyDestruction(planned, { commit: settings.event.sha }, around);
        const { plan, clusters } = planned;
        return { changed: true, plan, billed: undefined, applied, clusterId: clusters[0], kubeconfig };
    });
    if (outcome.status === 'skipped')
        return outcome;
    return { ...outcome, did: [...known.did, ...outcome.did], spans: [...known.spans, ...outcome.spans] };
}

// EXTERNAL MODULE: ./node_modules/microdiff/dist/index.js
var dist = __webpack_require__(1159);
;// CONCATENATED MODULE: ./src/manifests/drift.ts



/** Fields of metadata that change with every write, whatever is written. */
const BOOKKEEPING = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp'];
/** Gives what an apply would change, by the live object and the answer of its dry run. Empty means: nothing to write. */
function drift(live, dryRun) {
    const secret = live['kind'] === 'Secret';
    const shown = (value, path) => {
        if (value === undefined)
            return undefined;
        return secret && !path.startsWith('metadata.labels') ? '(hidden)' : JSON.stringify(value);
    };
    const changes = (0,dist/* default */.A)(comparable(live), comparable(dryRun)).map((change) => {
        const path = formatPath(change.path);
        return {
            path,
            before: change.type === 'CREATE' ? undefined : shown(change.oldValue, path),
            after: change.type === 'REMOVE' ? undefined : shown(change.value, path),
        };
    });
    return changes.every(isAnotherTag) ? [] : changes;
}
/** The image is told by its digest: that a commit gave the same one another tag is worth no write. */
function isAnotherTag({ path, before, after }) {
    return path === `metadata.annotations.${TAG_ANNOTATION}` && before !== undefined && after !== undefined;
}
function comparable(object) {
    const { status, metadata, ...kept } = object;
    const fields = (0,json/* isObject */.Gv)(metadata)
        ? Object.entries(metadata).filter(([key]) => !BOOKKEEPING.includes(key))
        : [];
    return { ...kept, metadata: Object.fromEntries(fields) };
}
function formatPath(path) {
    return path.reduce((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '');
}
/** Gives the generation of an object: it grows with each change of its spec. 0 where it has none. */
function generationOf(object) {
    const generation = (0,json.at)(object, 'metadata', 'generation');
    return typeof generation === 'number' ? generation : 0;
}

;// CONCATENATED MODULE: ./src/manifests/field-path.ts

/**
 * Gives the value at a path as the API server writes it in its refusals: `.spec.containers[name="app"].image` for owned
 * fields, `spec.ports[0].port` for invalid ones; undefined where there is none. A name may have dots itself, such as
 * that of an annotation: then the longest one that fits is meant.
 */
function valueAtPath(value, path) {
    const rest = path.replace(/^\./, '');
    if (rest === '')
        return value;
    if (rest.startsWith('['))
        return inList(value, rest);
    if (!(0,json/* isObject */.Gv)(value))
        return undefined;
    const name = Object.keys(value)
        .filter((key) => rest === key || (rest.startsWith(key) && ['.', '['].includes(rest.charAt(key.length))))
        .sort((one, other) => other.length - one.length)[0];
    return name === undefined ? undefined : valueAtPath(value[name], rest.slice(name.length));
}
function inList(value, path) {
    const match = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path);
    if (match === null)
        return undefined;
    const [whole, selector = ''] = match;
    const rest = path.slice(whole.length);
    // Of a map, such as `data[key]`, the API server names an entry in the same way.
    if ((0,json/* isObject */.Gv)(value))
        return valueAtPath(value[selector], rest);
    if (!Array.isArray(value))
        return undefined;
    if (/^\d+$/.test(selector))
        return valueAtPath(value[Number(selector)], rest);
    const found = value.find((item) => isSelected(item, selector));
    return valueAtPath(found, rest);
}
function isSelected(item, selector) {
    if (selector.startsWith('='))
        return JSON.stringify(item) === selector.slice(1);
    const keys = [...selector.matchAll(/([^=,]+)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
    return ((0,json/* isObject */.Gv)(item) &&
        keys.length > 0 &&
        keys.every(([, key = '', wanted]) => JSON.stringify(item[key]) === wanted));
}
const field_path_LONGEST = 200;
/** Gives a value as JSON text for people, cut where it is long; of a Secret's content not the value. */
function shownAtPath(object, path) {
    const value = valueAtPath(object, path);
    if (value === undefined)
        return 'nothing';
    if (object['kind'] === 'Secret' && !/^\.?metadata\.labels/.test(path))
        return '(hidden)';
    const text = JSON.stringify(value);
    return text.length > field_path_LONGEST ? `${text.slice(0, field_path_LONGEST)}…` : text;
}

;// CONCATENATED MODULE: ./src/manifests/refusal.ts




/** Gives the conflicts that a refused server-side apply names; none where it was refused for something else. */
function conflictsOf({ code, status }) {
    if (code !== 409)
        return [];
    return (0,json/* listAt */.gT)(status, 'details', 'causes')
        .filter((cause) => (0,json/* textAt */.$6)(cause, 'reason') === 'FieldManagerConflict')
        .map((cause) => ({
        field: (0,json/* textAt */.$6)(cause, 'field'),
        manager: /conflict with "([^"]*)"/.exec((0,json/* textAt */.$6)(cause, 'message'))?.[1] ?? '',
    }));
}
/** How the kinds of the API server say that a field cannot be changed; there is no reason code for it. */
const FIXED = /immutable|may not change once set|cannot change|updates to .* are forbidden|may not be changed|cannot be changed/i;
/** Gives the error for an object that the cluster refused; `live` is the object as it is there. */
function refusal_refused(manifest, refusal, live) {
    const place = manifest.place === undefined ? {} : { place: manifest.place };
    const said = [conflict, refusal_fixed, terminating, webhook, other].map((read) => read(manifest, refusal, live ?? {}));
    const details = said.find((found) => found !== undefined);
    if (details === undefined)
        throw new Error('a refusal is always explained');
    return new src_errors/* DeployError */.sH({ ...details, ...place });
}
function refusal_nameOf({ object, source }) {
    return `${describe(object)} (${source})`;
}
const conflict = (manifest, refusal, live) => {
    const owned = conflictsOf(refusal);
    if (owned.length === 0)
        return undefined;
    const managers = [...new Set(owned.map(({ manager }) => manager))].join(', ');
    return {
        code: 'manifest-conflict',
        cause: `${refusal_nameOf(manifest)} sets fields that another tool owns: ${managers}`,
        advice: 'Take these fields out of the manifest, let the other tool give them up, or set force-conflicts to true to take them over.',
        evidence: owned.map(({ field, manager }) => `${field} is owned by ${manager}: it is ${shownAtPath(live, field)}, the manifest says ${shownAtPath(manifest.object, field)}`),
    };
};
const refusal_fixed = (manifest, { code, status }, live) => {
    const causes = (0,json/* listAt */.gT)(status, 'details', 'causes').filter((cause) => FIXED.test((0,json/* textAt */.$6)(cause, 'message')));
    if (code !== 422 || causes.length === 0)
        return undefined;
    const fields = [...new Set(causes.map((cause) => (0,json/* textAt */.$6)(cause, 'field')))];
    return {
        code: 'manifest-immutable',
        cause: `${refusal_nameOf(manifest)} changes what cannot be changed: ${fields.join(', ')}`,
        advice: 'Take the change back, or annotate the object with `wpp-deploy-action/recreate: "true"` to have it deleted and made anew.',
        evidence: fields.map((field) => `${field} is ${shownAtPath(live, field)}, the manifest says ${shownAtPath(manifest.object, field)}`),
    };
};
const terminating = (manifest, { code, status }) => {
    if (code !== 403 || !(0,json/* textAt */.$6)(status, 'message').includes('because it is being terminated'))
        return undefined;
    const namespace = (0,json/* textAt */.$6)(manifest.object, 'metadata', 'namespace');
    return {
        code: 'namespace-terminating',
        cause: `${refusal_nameOf(manifest)} cannot be made: the namespace ${namespace} is being deleted`,
        advice: `Wait until it is gone; where it stays, \`kubectl get namespace ${namespace} -o yaml\` shows in its conditions what holds it.`,
    };
};
/** Gives the name of the admission webhook that did not answer; undefined where it was refused for something else. */
function silentWebhook({ code, status }) {
    return code < 500 ? undefined : /failed calling webhook "([^"]+)"/.exec((0,json/* textAt */.$6)(status, 'message'))?.[1];
}
const webhook = (manifest, refusal) => {
    const name = silentWebhook(refusal);
    if (name === undefined)
        return undefined;
    return {
        code: 'webhook-unavailable',
        cause: `${refusal_nameOf(manifest)} cannot be checked: the admission webhook ${name} does not answer`,
        advice: 'Look at the pods of the webhook’s service; run the job again when they are ready.',
        evidence: secret(manifest) ? [] : [(0,json/* textAt */.$6)(refusal.status, 'message')],
    };
};
/** The server repeats the values it refuses; those of a Secret are not to be shown. */
const other = (manifest, { code, status }) => {
    const said = secret(manifest) ? (0,json/* textAt */.$6)(status, 'reason') : (0,json/* textAt */.$6)(status, 'message') || `HTTP ${code}`;
    return {
        code: 'manifest-refused',
        cause: `the cluster refused ${refusal_nameOf(manifest)}: ${said || `HTTP ${code}`}`,
        advice: code === 403
            ? 'Give the kubeconfig’s account the right to do this.'
            : 'Mend the manifest; `kubectl apply --server-side --dry-run=server -f` says the same.',
        evidence: (0,json/* listAt */.gT)(status, 'details', 'causes')
            .map((cause) => (0,json/* textAt */.$6)(cause, 'field'))
            .filter((field) => field !== ''),
    };
};
function secret({ object }) {
    return object['kind'] === 'Secret';
}

;// CONCATENATED MODULE: ./src/manifests/apply.ts




/** Field managers of people at a terminal: what they changed by hand, the repository may take back. */
const HUMAN_TOOL = /^(kubectl|k9s|before-first-apply|Lens|rancher)/i;
/** How long a webhook that does not answer is waited for: its pods may have begun to start a moment ago. */
const WEBHOOK_PATIENCE_MS = 60_000;
const apply_INTERVAL_MS = 1_000;
/** How often an object may change between reading it and taking it over. */
const apply_MOST_TRIES = 5;
/** Applies a manifest in a dry run. Throws DeployError where the cluster would refuse it. */
async function check(manifest, live, options, ports) {
    const { key, object } = manifest;
    const apply = (force) => patiently(ports.clock, () => ports.cluster.apply(key, object, { fieldManager: FIELD_MANAGER, dryRun: true, force }));
    const taken = appliersOf(live ?? {});
    const yields = ({ manager }) => options.forceConflicts || HUMAN_TOOL.test(manager) || taken.includes(manager);
    let answer = await apply(false);
    let forced = false;
    if (!answer.ok) {
        const conflicts = conflictsOf(answer);
        forced = conflicts.length > 0 && conflicts.every(yields);
        if (forced)
            answer = await apply(true);
    }
    if (!answer.ok)
        throw refusal_refused(manifest, answer, live);
    if (live === undefined)
        return { answer: answer.object, forced, fields: [] };
    const left = leftBehind(live, object).map((path) => removed(path, live));
    return { answer: answer.object, forced, fields: [...drift(live, answer.object), ...left] };
}
/** Where what belongs into a namespace that is not there yet is checked, under a name that nothing has. */
const ELSEWHERE = { namespace: 'default', name: 'wpp-deploy-preview' };
/**
 * Checks an object that is to be made. Throws DeployError where the object itself is wrong; whether it may be made can only be
 * seen when what it needs is there, so that a 403 and a 404 say nothing.
 */
async function checkCreation(manifest, hasNamespace, { cluster, clock }) {
    const place = hasNamespace ? {} : ELSEWHERE;
    const metadata = { ...manifest.object['metadata'], ...place };
    const options = { fieldManager: FIELD_MANAGER, dryRun: true, force: false };
    const answer = await patiently(clock, () => cluster.apply({ ...manifest.key, ...place }, { ...manifest.object, metadata }, options));
    if (!answer.ok && ![403, 404, 409].includes(answer.code))
        throw refusal_refused(manifest, answer, undefined);
}
function removed(path, live) {
    return { path, before: shownAtPath(live, path), after: undefined };
}
/** Applies a manifest, after taking the object over where another tool had applied it. Throws DeployError. */
async function apply_write(manifest, live, force, { cluster, clock }) {
    if (live !== undefined)
        await takeOver(manifest, live, cluster);
    const options = { fieldManager: FIELD_MANAGER, dryRun: false, force };
    const answer = await patiently(clock, () => cluster.apply(manifest.key, manifest.object, options));
    if (!answer.ok)
        throw refusal_refused(manifest, answer, live);
    return answer.object;
}
/** Takes an object over from other tools, where one had applied it; reads it again where it changed meanwhile, as by its controller. */
async function takeOver(manifest, live, cluster) {
    let current = live;
    for (let tries = 1; current !== undefined; tries += 1) {
        const operations = takeover(current);
        if (operations === undefined)
            return;
        const taken = await cluster.patch(manifest.key, operations);
        if (taken.ok)
            return;
        if (taken.code !== 409 || tries === apply_MOST_TRIES)
            throw refusal_refused(manifest, taken, live);
        current = await apply_readLive(manifest, cluster);
    }
}
/** Gives the live object of a manifest; undefined where there is none. Throws DeployError. */
async function apply_readLive(manifest, cluster) {
    const answer = await cluster.get(manifest.key);
    if (!answer.ok && answer.code !== 404)
        throw refusal_refused(manifest, answer, undefined);
    return answer.ok ? answer.object : undefined;
}
/** Asks again while an admission webhook does not answer. */
async function patiently(clock, call) {
    const start = clock.now();
    for (;;) {
        const answer = await call();
        const waits = !answer.ok && silentWebhook(answer) !== undefined;
        if (!waits || clock.now() - start > WEBHOOK_PATIENCE_MS)
            return answer;
        await clock.sleep(apply_INTERVAL_MS);
    }
}

;// CONCATENATED MODULE: ./src/manifests/workload.ts


/** Their plurals by `apiVersion Kind`. */
const WORKLOADS = {
    'apps/v1 Deployment': 'deployments',
    'apps/v1 StatefulSet': 'statefulsets',
    'apps/v1 DaemonSet': 'daemonsets',
};
/** Gives the key of a manifest that is a workload, in `namespace` where it names none; undefined for all else. */
function workloadKey(object, namespace) {
    return keyIn(WORKLOADS, object, namespace);
}
/** Gives the key of a manifest whose pods can be waited for: a workload, or a Job, which cannot be restarted. */
function watchedKey(object, namespace) {
    return keyIn({ ...WORKLOADS, 'batch/v1 Job': 'jobs' }, object, namespace);
}
function keyIn(plurals, object, namespace) {
    const [apiVersion, kind] = [(0,json/* textAt */.$6)(object, 'apiVersion'), (0,json/* textAt */.$6)(object, 'kind')];
    const plural = plurals[`${apiVersion} ${kind}`];
    if (plural === undefined)
        return undefined;
    return {
        type: { apiVersion, kind, plural, namespaced: true },
        namespace: namespaceOf(object, namespace),
        name: (0,json/* textAt */.$6)(object, 'metadata', 'name'),
    };
}
/** Gives `Kind/namespace/name`. */
function workload_nameOf({ key }) {
    return [key.type.kind, key.namespace, key.name].join('/');
}
/** Whether a workload runs until it is told to end, so that it can be restarted; a Job is not of that sort. */
function isLasting({ key }) {
    return `${key.type.apiVersion} ${key.type.kind}` in WORKLOADS;
}

;// CONCATENATED MODULE: ./src/manifests/config-hash.ts



const ANNOTATION = 'wpp-deploy-action/config';
/**
 * Gives the digest of a Secret or ConfigMap as the cluster has it, undefined for all else. It begins with the object's
 * uid, which only those know who may read the object: so nobody can guess a short password by it.
 */
async function configDigest(live) {
    if (!['Secret', 'ConfigMap'].includes((0,json/* textAt */.$6)(live, 'kind')))
        return undefined;
    const content = ['data', 'binaryData'].map((field) => {
        const values = (0,json.at)(live, field);
        return (0,json/* isObject */.Gv)(values) ? Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1)) : [];
    });
    return (await (0,sha256/* sha256 */.s)(JSON.stringify([(0,json/* textAt */.$6)(live, 'metadata', 'uid'), content]))).toString('hex');
}
/**
 * Gives a workload with a digest of the Secrets and ConfigMaps that its pods read, so that it rolls when one of them
 * changes; of those only that this run applied. Other objects are given back as they are.
 */
async function withConfigDigest(object, digests) {
    const template = (0,json.at)(object, 'spec', 'template');
    const used = [...new Set(configsRead(object))].sort().flatMap((name) => digests.get(name) ?? []);
    if (used.length === 0 || !(0,json/* isObject */.Gv)(template))
        return object;
    const metadata = (0,json/* isObject */.Gv)(template['metadata']) ? template['metadata'] : {};
    const annotations = (0,json/* isObject */.Gv)(metadata['annotations']) ? metadata['annotations'] : {};
    const marked = { ...annotations, [ANNOTATION]: (await (0,sha256/* sha256 */.s)(used.join())).toString('hex').slice(0, 16) };
    const spec = object['spec'];
    return {
        ...object,
        spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations: marked } } },
    };
}
/** Gives `Kind/namespace/name` of the Secrets and ConfigMaps that the pods of a workload read; none of another object. */
function configsRead(object) {
    const namespace = (0,json/* textAt */.$6)(object, 'metadata', 'namespace');
    if (workloadKey(object, namespace) === undefined)
        return [];
    return configsOf((0,json.at)(object, 'spec', 'template', 'spec')).map((name) => name.replace('/', `/${namespace}/`));
}
/** Gives `Secret/name` and `ConfigMap/name` of all that the containers and volumes of a pod read. */
function configsOf(podSpec) {
    const containers = [...(0,json/* listAt */.gT)(podSpec, 'initContainers'), ...(0,json/* listAt */.gT)(podSpec, 'containers')];
    const sources = [
        ...containers.flatMap((container) => [
            ...(0,json/* listAt */.gT)(container, 'envFrom'),
            ...(0,json/* listAt */.gT)(container, 'env').map((variable) => (0,json.at)(variable, 'valueFrom')),
        ]),
        ...(0,json/* listAt */.gT)(podSpec, 'volumes').flatMap((volume) => [volume, ...(0,json/* listAt */.gT)(volume, 'projected', 'sources')]),
    ];
    return sources.flatMap((source) => [
        ...config_hash_named('ConfigMap', source, [
            ['configMapRef', 'name'],
            ['configMapKeyRef', 'name'],
            ['configMap', 'name'],
        ]),
        ...config_hash_named('Secret', source, [
            ['secretRef', 'name'],
            ['secretKeyRef', 'name'],
            ['secret', 'secretName'],
            ['secret', 'name'],
        ]),
    ]);
}
function config_hash_named(kind, source, paths) {
    return paths
        .map((path) => (0,json/* textAt */.$6)(source, ...path))
        .filter((name) => name !== '')
        .map((name) => `${kind}/${name}`);
}

;// CONCATENATED MODULE: ./src/manifests/forecast.ts


/** What a Deployment has where its manifest says nothing (kubernetes.io, API reference of DeploymentSpec). */
const DEFAULT_SHARE = '25%';
/**
 * Gives what a change does to the pods of its object, by the object as it will be and the one that lives; undefined where it does
 * nothing to any.
 */
function forecastOf({ object: workload, action, fields }, object, live) {
    if (watchedKey(object, '') === undefined || action === 'unchanged')
        return undefined;
    const outlook = (0,json/* textAt */.$6)(object, 'kind') === 'Job' ? RUNS : outlookOf(object, live, fields);
    return outlook === undefined ? undefined : { workload, ...outlook };
}
/** Gives the workloads that are deleted. */
function endsOf(changes) {
    return changes
        .filter(({ object, action }) => action === 'pruned' && /^(Deployment|StatefulSet|DaemonSet)\//.test(object))
        .map(({ object: workload }) => ({
        workload,
        effect: 'ends',
        downtime: 'expected',
        reason: 'no manifest has it any more',
    }));
}
const RUNS = { effect: 'runs', downtime: 'none', reason: 'once, to its end' };
function outlookOf(object, live, fields) {
    const pods = podsOf(object);
    if (live === undefined)
        return { effect: 'starts', downtime: 'none', reason: counted(pods) };
    const anew = fields.length === 0;
    if (anew)
        return { effect: 'rolls', downtime: 'expected', reason: 'it is deleted and made anew' };
    const before = podsOf(live);
    if (pods === 0 && before !== 0)
        return { effect: 'ends', downtime: 'expected', reason: 'it is scaled to no pod' };
    if (fields.some(({ path }) => /^spec\.template\b/.test(path)))
        return before === 0 ? undefined : rolls(object, pods);
    if (pods === before)
        return undefined;
    return { effect: 'scales', downtime: 'none', reason: `from ${before} to ${counted(pods)}` };
}
function rolls(object, pods) {
    const strategy = (0,json/* textAt */.$6)(object, 'spec', 'updateStrategy', 'type');
    // Its pods change when somebody deletes them, not by a rollout.
    if (strategy === 'OnDelete')
        return undefined;
    const [downtime, reason] = replacement(object, pods);
    return { effect: 'rolls', downtime, reason };
}
function replacement(object, pods = 1) {
    switch ((0,json/* textAt */.$6)(object, 'kind')) {
        case 'StatefulSet':
            return pods === 1
                ? ['expected', 'its only pod ends before the new one starts']
                : ['none', `${counted(pods)}, one after the other`];
        case 'DaemonSet':
            return surges(object, 'updateStrategy', '0')
                ? ['none', 'on one node after the other']
                : ['possible', 'on each node its pod ends before the new one starts'];
        default:
            return deploymentReplacement(object, pods);
    }
}
function deploymentReplacement(object, pods) {
    if ((0,json/* textAt */.$6)(object, 'spec', 'strategy', 'type') === 'Recreate')
        return ['expected', 'all its pods end before the new ones start (Recreate)'];
    if (mayBeAway(object, pods) >= pods)
        return ['expected', `${pods === 1 ? 'its only pod' : 'all its pods'} may end before a new one is ready`];
    if (!hasReadiness(object))
        return ['possible', `without a readinessProbe a new pod counts as ready as soon as it runs`];
    return ['none', `${counted(pods)}, each replaced when a new one is ready`];
}
/** How many pods a Deployment may be short of, rounded down; one where it may have none more either (kubernetes.io, as above). */
function mayBeAway(object, pods) {
    const share = (0,json.at)(object, 'spec', 'strategy', 'rollingUpdate', 'maxUnavailable') ?? DEFAULT_SHARE;
    const away = Math.floor(amountOf(share, pods));
    return away === 0 && !surges(object, 'strategy', DEFAULT_SHARE) ? 1 : away;
}
function surges(object, strategy, fallback) {
    const share = (0,json.at)(object, 'spec', strategy, 'rollingUpdate', 'maxSurge') ?? fallback;
    return amountOf(share, 1) > 0;
}
function amountOf(share, pods) {
    if (typeof share === 'number')
        return share;
    const number = Number.parseInt(String(share));
    return String(share).endsWith('%') ? (number * pods) / 100 : number;
}
function hasReadiness(object) {
    const containers = (0,json/* listAt */.gT)(object, 'spec', 'template', 'spec', 'containers');
    return containers.every((container) => (0,json.at)(container, 'readinessProbe') !== undefined);
}
/** Undefined for a DaemonSet, whose pods are as many as there are nodes. */
function podsOf(object) {
    if ((0,json/* textAt */.$6)(object, 'kind') === 'DaemonSet')
        return undefined;
    return (0,json.at)(object, 'spec', 'replicas') === undefined ? 1 : (0,json/* numberAt */.tk)(object, 'spec', 'replicas');
}
function counted(pods) {
    return pods === undefined ? 'one pod on each node' : `${pods} pod${pods === 1 ? '' : 's'}`;
}

;// CONCATENATED MODULE: ./src/manifests/recreate.ts





const recreate_ANNOTATION = 'wpp-deploy-action/recreate';
const recreate_PATIENCE_MS = 60_000;
const recreate_INTERVAL_MS = 500;
/**
 * Whether a live object may be deleted and made anew for a change that the cluster does not allow: a Job that has ended, and
 * what carries the annotation `wpp-deploy-action/recreate: "true"`.
 */
function mayRecreate(wanted, live) {
    if ((0,json/* textAt */.$6)(wanted, 'metadata', 'annotations', recreate_ANNOTATION) === 'true')
        return true;
    const ended = (0,json/* listAt */.gT)(live, 'status', 'conditions').some((condition) => ['Complete', 'Failed'].includes((0,json/* textAt */.$6)(condition, 'type')) && (0,json/* textAt */.$6)(condition, 'status') === 'True');
    return (0,json/* textAt */.$6)(live, 'kind') === 'Job' && ended;
}
/** Deletes the live object of a manifest and waits until it is gone. Throws DeployError. */
async function removeLive(manifest, live, { cluster, clock }) {
    const answer = await cluster.remove(manifest.key, (0,json/* textAt */.$6)(live, 'metadata', 'uid'));
    if (!answer.ok && answer.code !== 404)
        throw refusal_refused(manifest, answer, live);
    const start = clock.now();
    while ((await apply_readLive(manifest, cluster)) !== undefined) {
        if (clock.now() - start > recreate_PATIENCE_MS) {
            throw new src_errors/* DeployError */.sH({
                code: 'manifest-refused',
                cause: `${describe(manifest.object)} was deleted to be made anew, but is still there after ${recreate_PATIENCE_MS / 1000} s`,
                advice: 'Look at its finalizers with `kubectl get -o yaml`, then run the job again.',
            });
        }
        await clock.sleep(recreate_INTERVAL_MS);
    }
}

;// CONCATENATED MODULE: ./src/manifests/plan.ts





/** Plans by a dry run; what is to be deleted and made anew is not refused. Throws DeployError. */
async function plan(manifest, live, options, ports) {
    try {
        return { manifest, live, checked: await check(manifest, live, options, ports), recreate: false };
    }
    catch (error) {
        const fixed = error instanceof src_errors/* DeployError */.sH && error.details.code === 'manifest-immutable';
        if (!fixed || live === undefined || !mayRecreate(manifest.object, live))
            throw error;
        return { manifest, live, checked: undefined, recreate: true };
    }
}
/** Does what is planned, and gives the object as it is then; `did` is told of a deletion. Throws DeployError. */
async function carryOut({ manifest, live, checked, recreate }, options, ports) {
    if (recreate && live !== undefined) {
        await removeLive(manifest, live, ports);
        ports.did(`deleted ${describe(manifest.object)} to make it anew`);
        return apply_write(manifest, undefined, false, ports);
    }
    try {
        return await apply_write(manifest, live, checked?.forced ?? false, ports);
    }
    catch (error) {
        const conflict = error instanceof src_errors/* DeployError */.sH && error.details.code === 'manifest-conflict';
        if (!conflict)
            throw error;
        // Somebody made or changed it since it was read: what is there now decides.
        const now = await apply_readLive(manifest, ports.cluster);
        const checkedNow = await check(manifest, now, options, ports);
        return apply_write(manifest, now, checkedNow.forced, ports);
    }
}
/** Gives what people are told of a plan. */
function changeOf({ manifest, live, checked, recreate }) {
    const object = describe(manifest.object);
    if (recreate) {
        const note = 'is deleted and made anew, since fields of it cannot be changed';
        return { object, action: 'configured', fields: [], note };
    }
    if (live === undefined)
        return { object, action: 'created', fields: [] };
    const fields = checked?.fields ?? [];
    if (fields.length === 0)
        return { object, action: 'unchanged', fields };
    const taken = appliersOf(live);
    const note = taken.length === 0 ? {} : { note: `taken over from ${taken.join(', ')}` };
    return { object, action: 'configured', fields, ...note };
}
/** Whether the change starts something: labels and annotations of a workload itself do not. */
function changesSpec({ action, fields }) {
    return (action === 'created' ||
        (action === 'configured' && (fields.length === 0 || fields.some(({ path }) => path.startsWith('spec')))));
}

;// CONCATENATED MODULE: ./src/manifests/replicas.ts


/** Gives `Kind/namespace/name` of what HorizontalPodAutoscalers scale. */
function scaledBy(autoscalers) {
    return new Set(autoscalers.map((autoscaler) => [
        (0,json/* textAt */.$6)(autoscaler, 'spec', 'scaleTargetRef', 'kind'),
        (0,json/* textAt */.$6)(autoscaler, 'metadata', 'namespace'),
        (0,json/* textAt */.$6)(autoscaler, 'spec', 'scaleTargetRef', 'name'),
    ].join('/')));
}
/**
 * Gives the manifest with the replicas that the live object has, where an autoscaler decides over them. They must be sent:
 * to leave out what was sent before would let the API server fall back to one.
 */
function withLiveReplicas(manifest, live, scaled) {
    const { object } = manifest;
    const replicas = (0,json.at)(live, 'spec', 'replicas');
    const spec = object['spec'];
    if (!scaled.has(describe(object)))
        return manifest;
    if (typeof replicas !== 'number' || !(0,json/* isObject */.Gv)(spec) || spec['replicas'] === undefined)
        return manifest;
    return { ...manifest, object: { ...object, spec: { ...spec, replicas } } };
}

;// CONCATENATED MODULE: ./src/manifests/apply-stages.ts












/** How many calls run side by side: from 8 on a near API server is the limit, and up to 32 the way to a far one. */
const apply_stages_SIDE_BY_SIDE = 32;
/**
 * Brings the cluster to what the manifests say. First all is checked by a dry run, but for what a first run makes, so that nothing
 * is written where one of them would be refused; then what drifted or is missing is written in stages. With `preview` all is
 * checked and nothing is written. Throws DeployError with every object that was refused; what was written is told to `did`.
 */
async function applyStages(manifests, before, options, ports) {
    const run = new Run(manifests, before, options, ports);
    const plans = await run.planAll(manifests);
    if (options.preview)
        return previewed([...plans.values()]);
    const applied = await run.applyAll(manifests, plans);
    return {
        changes: applied.map(({ change }) => change),
        workloads: applied.flatMap(({ workload }) => workload ?? []),
    };
}
class Run {
    #limit = (0,p_limit/* default */.A)(apply_stages_SIDE_BY_SIDE);
    /** Digests of the Secrets and ConfigMaps as they will be, by `Kind/namespace/name`. */
    #digests = new Map();
    #before;
    /** `Kind/namespace/name` of the Secrets and ConfigMaps that workloads read. */
    #read;
    /** Whether an earlier run applied something, which a fault must leave as it is. */
    #isUpdate;
    #options;
    #ports;
    constructor(manifests, before, options, ports) {
        this.#before = before;
        this.#read = new Set(manifests.flatMap(({ object }) => configsRead(object)));
        this.#isUpdate = manifests.some(({ object, key }) => isInventory(object) && before.snapshot.live(key) !== undefined);
        this.#options = options;
        this.#ports = ports;
    }
    /** Plans for each, workloads last, since they carry the digests of the others. */
    async planAll(manifests) {
        const plans = new Map();
        const waves = [manifests.filter((each) => !isWatched(each)), manifests.filter(isWatched)];
        for (const wave of waves) {
            await this.#together(wave, async (manifest) => {
                const planned = await this.#plan(manifest);
                plans.set(manifest, planned);
                await this.#noteDigest(planned.checked?.answer);
            });
        }
        return new Map(manifests.flatMap((manifest) => entry(plans, manifest)));
    }
    async applyAll(manifests, plans) {
        const applied = [];
        for (const stage of inStages(manifests))
            applied.push(...(await this.#together(stage, (manifest) => this.#apply(manifest, plans.get(manifest)))));
        return applied;
    }
    /** Where nothing runs yet, what is made is not tried first: that would only double the calls. */
    async #plan(given) {
        const live = this.#before.snapshot.live(given.key);
        const manifest = await this.#completed(given, live);
        const { namespace } = given.key;
        const isMade = namespace !== undefined && this.#before.missing.has(namespace);
        if (live === undefined && (!this.#options.preview || isMade)) {
            if (this.#options.preview || this.#isUpdate)
                await checkCreation(manifest, !isMade, this.#ports);
            return { manifest, live, checked: undefined, recreate: false };
        }
        return plan(manifest, live, this.#options, this.#ports);
    }
    async #apply(given, planned) {
        // A Secret or ConfigMap that this run made since gives its workloads another digest.
        const manifest = await this.#completed(given, planned?.live);
        const same = JSON.stringify(planned?.manifest.object) === JSON.stringify(manifest.object);
        const current = planned !== undefined && same ? planned : await this.#plan(given);
        const change = changeOf(current);
        const done = change.action === 'unchanged' ? current.live : await carryOut(current, this.#options, this.#ports);
        if (change.action !== 'unchanged')
            this.#ports.did(`${change.action} ${change.object}`);
        await this.#noteDigest(done);
        const { key, place } = manifest;
        const workload = {
            key,
            generation: generationOf(done ?? {}),
            written: changesSpec(change),
            ...(place === undefined ? {} : { place }),
        };
        return {
            change,
            ...(isWatched(manifest) ? { workload } : {}),
        };
    }
    /** Gives the manifest as it is sent, with what only the cluster and the objects before it tell. */
    async #completed(manifest, live) {
        const scaled = withLiveReplicas(manifest, live, this.#before.scaled);
        return { ...scaled, object: await withConfigDigest(scaled.object, this.#digests) };
    }
    async #noteDigest(object) {
        if (object === undefined || !this.#read.has(describe(object)))
            return;
        const digest = await configDigest(object);
        if (digest !== undefined)
            this.#digests.set(describe(object), digest);
    }
    /** Does `work` for each side by side, and waits for all of them: only then is it known what was done. */
    async #together(manifests, work) {
        const outcomes = await Promise.allSettled(manifests.map((each) => this.#limit(() => work(each))));
        throwTogether(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])));
        return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    }
}
function entry(map, key) {
    const value = map.get(key);
    return value === undefined ? [] : [[key, value]];
}
function isWatched({ object }) {
    return watchedKey(object, '') !== undefined;
}
function previewed(plans) {
    return {
        changes: plans.map(previewOf),
        workloads: [],
        forecasts: plans.flatMap((planned) => {
            const { manifest, live, checked } = planned;
            return forecastOf(changeOf(planned), checked?.answer ?? manifest.object, live) ?? [];
        }),
    };
}
function previewOf(planned) {
    const change = changeOf(planned);
    const unchecked = planned.checked === undefined && !planned.recreate;
    return unchecked ? { ...change, unchecked: true, note: 'its namespace is made first' } : change;
}
function throwTogether(errors) {
    const known = errors.filter((error) => error instanceof src_errors/* DeployError */.sH);
    const unexpected = errors.find((error) => !(error instanceof src_errors/* DeployError */.sH));
    if (unexpected !== undefined)
        throw new Error(`a call failed unexpectedly: ${(0,src_errors/* messageOf */.bD)(unexpected)}`, { cause: unexpected });
    const [worst] = known;
    if (worst === undefined)
        return;
    if (known.length === 1)
        throw worst;
    throw new src_errors/* DeployError */.sH({
        ...worst.details,
        cause: `${known.length} objects were refused: ${worst.details.cause}`,
        evidence: known.flatMap((error) => [error.details.cause, ...(error.details.evidence ?? [])]),
    });
}

;// CONCATENATED MODULE: ./src/manifests/place.ts



/** How long a kind is waited for after its definition was applied. */
const place_PATIENCE_MS = 15_000;
const place_INTERVAL_MS = 500;
/**
 * Finds the kind of each manifest at the API server and fills in the namespace where it names none. Throws DeployError for a
 * kind that neither the cluster nor a CustomResourceDefinition of the manifests has.
 */
async function place(manifests, namespace, cluster) {
    const found = await Promise.all(manifests.map(async (manifest) => ({ manifest, type: await typeOf(manifest, cluster) })));
    const late = [];
    const placed = [];
    for (const { manifest, type } of found) {
        if (type !== undefined)
            placed.push(placedAt(manifest, type, namespace));
        else if (isDefined(manifest, manifests))
            late.push(manifest);
        else
            throw unknownKind(manifest);
    }
    return { placed, late };
}
/** Places manifests of kinds that were defined a moment ago. Throws DeployError where a kind does not come. */
async function placeLate(manifests, namespace, { cluster, clock }) {
    const start = clock.now();
    const wait = async (manifest) => {
        for (;;) {
            const type = await typeOf(manifest, cluster);
            if (type !== undefined)
                return placedAt(manifest, type, namespace);
            if (clock.now() - start > place_PATIENCE_MS)
                throw unknownKind(manifest);
            await clock.sleep(place_INTERVAL_MS);
        }
    };
    return Promise.all(manifests.map(wait));
}
async function typeOf({ object }, cluster) {
    const types = await cluster.types((0,json/* textAt */.$6)(object, 'apiVersion'));
    return types.find((type) => type.kind === (0,json/* textAt */.$6)(object, 'kind'));
}
/** A definition is named `<plural>.<group>`. */
function isDefined({ object }, manifests) {
    const group = groupOf(object);
    return manifests.some(({ object: other }) => (0,json/* textAt */.$6)(other, 'kind') === 'CustomResourceDefinition' &&
        (0,json/* textAt */.$6)(other, 'metadata', 'name').endsWith(`.${group}`));
}
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** A name for `generateName`, as the API server would make it; made here, a call that is repeated makes one object. */
function generated(prefix) {
    const random = crypto.getRandomValues(new Uint8Array(5));
    return prefix + [...random].map((byte) => SUFFIX_LETTERS[byte % SUFFIX_LETTERS.length]).join('');
}
function placedAt(manifest, type, fallback) {
    const { namespace: own, ...metadata } = manifest.object['metadata'];
    const namespace = type.namespaced ? (own ?? fallback) : undefined;
    const name = (0,json/* textAt */.$6)(metadata, 'name') || generated((0,json/* textAt */.$6)(metadata, 'generateName'));
    const object = {
        ...manifest.object,
        metadata: { ...metadata, name, ...(namespace === undefined ? {} : { namespace }) },
    };
    return { ...manifest, object, key: { type, namespace, name } };
}
function unknownKind({ object, source, place: where }) {
    return new src_errors/* DeployError */.sH({
        code: 'manifest-refused',
        cause: `${source}: the cluster has no kind ${(0,json/* textAt */.$6)(object, 'kind')} in ${(0,json/* textAt */.$6)(object, 'apiVersion')}`,
        advice: 'Check apiVersion and kind, or add the CustomResourceDefinition to the manifests.',
        ...(where === undefined ? {} : { place: where }),
    });
}

;// CONCATENATED MODULE: ./src/manifests/prune.ts





const KEPT_IF_SAFE = ['Namespace', 'PersistentVolumeClaim', 'PersistentVolume', 'CustomResourceDefinition'];
const prune_SIDE_BY_SIDE = 8;
/**
 * Deletes the members of the inventory that no manifest has any more; with `preview` it only names them. The inventory
 * in the cluster must name their kinds already, so that a run that is killed here is completed by the next one.
 */
async function prune(inventory, current, options, ports) {
    const orphans = (await members(inventory, ports)).filter(({ object }) => !current.has(identity(object)));
    const limit = (0,p_limit/* default */.A)(prune_SIDE_BY_SIDE);
    const changes = await Promise.all(orphans.map((orphan) => limit(() => prune_removeOne(orphan, options, ports))));
    const kept = orphans.filter((_, index) => changes[index]?.action === 'unchanged');
    return {
        changes,
        kept: {
            groupKinds: kept.map(({ object }) => groupKindOf(object)),
            namespaces: kept.flatMap(({ key }) => (key.namespace === undefined ? [] : [key.namespace])),
        },
    };
}
/** Gives what tells an object from all others, whatever the version it is read in. */
function identity(object) {
    return `${groupKindOf(object)} ${(0,json/* textAt */.$6)(object, 'metadata', 'namespace')}/${(0,json/* textAt */.$6)(object, 'metadata', 'name')}`;
}
function members(inventory, ports) {
    const typeOf = async (groupKind) => ports.types.find(({ apiVersion, kind }) => groupKindOf({ apiVersion, kind }) === groupKind) ??
        (await ports.cluster.typeOf(groupKind));
    return inMemberPlaces(inventory, typeOf, (type, namespace) => prune_membersOf(type, namespace, inventory, ports));
}
/** Takes what was read when the run began; only places that it has nothing in any more are still to be listed. */
async function prune_membersOf(type, namespace, inventory, { cluster, snapshot }) {
    const read = snapshot.all({ type, namespace })?.filter((object) => isMember(object, inventory));
    const items = read ?? (await cluster.list(type, namespace, memberSelector(inventory)));
    return items
        .filter((item) => (0,json.at)(item, 'metadata', 'deletionTimestamp') === undefined)
        .map((object) => ({ key: { type, namespace, name: (0,json/* textAt */.$6)(object, 'metadata', 'name') }, object }));
}
async function prune_removeOne({ key, object }, { prune: mode, preview, leave }, { cluster, did }) {
    const name = describe(object);
    const kept = { object: name, action: 'unchanged', fields: [] };
    if (leave?.(object) === true)
        return kept;
    if (mode === 'never' || (mode === 'safe' && KEPT_IF_SAFE.includes(key.type.kind)))
        return { ...kept, note: `no manifest has it any more; it is kept (prune: ${mode})` };
    if (stillRuns(object))
        return { ...kept, note: 'an earlier run made it, and it still runs' };
    if (!preview) {
        const answer = await cluster.remove(key, (0,json/* textAt */.$6)(object, 'metadata', 'uid'));
        if (!answer.ok && answer.code === 409)
            return { ...kept, note: 'somebody deleted it meanwhile, and made another one of this name' };
        if (!answer.ok && answer.code !== 404)
            throw notRemoved(name, (0,json/* textAt */.$6)(answer.status, 'message'));
        did(`pruned ${name}`);
    }
    return { object: name, action: 'pruned', fields: prune_typeOf(object) };
}
/** A load balancer is billed, and its address is lost: that it goes is worth a line. */
function prune_typeOf(object) {
    if (object['kind'] !== 'Service' || (0,json/* textAt */.$6)(object, 'spec', 'type') !== 'LoadBalancer')
        return [];
    return [{ path: 'spec.type', before: '"LoadBalancer"', after: undefined }];
}
/** What has a generated name is another object in each run; the one of the run before may be at work. */
function stillRuns(object) {
    if ((0,json/* textAt */.$6)(object, 'metadata', 'generateName') === '')
        return false;
    return ((0,json/* numberAt */.tk)(object, 'status', 'active') > 0 ||
        ['Pending', 'Running'].includes((0,json/* textAt */.$6)(object, 'status', 'phase')));
}
function notRemoved(name, message) {
    return new src_errors/* DeployError */.sH({
        code: 'manifest-refused',
        cause: `the cluster refused to delete ${name}, which no manifest has any more: ${message}`,
        advice: 'Give the kubeconfig’s account the right to delete it, or set prune to never.',
    });
}

;// CONCATENATED MODULE: ./src/manifests/shared-objects.ts




const shared_objects_MOST_NAMED = 3;
/**
 * Gives a warning where manifests have objects that belong to another application or environment whose inventory is there still:
 * each deploy of the one would overwrite what the other has deployed. The same application under another namespace is none.
 */
async function sharedWarning(members, snapshot, inventory, cluster) {
    const owned = members.flatMap(({ key, object }) => {
        const owner = ownerOf(snapshot.live(key) ?? {});
        return owner === '' || owner === inventory.id ? [] : [{ owner, name: describe(object) }];
    });
    if (owned.length === 0)
        return undefined;
    const others = await otherInventories(inventory, cluster);
    const shared = owned.filter(({ owner }) => others.has(owner));
    const [first] = shared;
    if (first === undefined)
        return undefined;
    const names = shared.slice(0, shared_objects_MOST_NAMED).map(({ name }) => name);
    const more = shared.length > names.length ? ` and ${shared.length - names.length} more` : '';
    return `${names.join(', ')}${more} belong to ${others.get(first.owner)} too, so each deploy overwrites the other: give each environment a namespace of its own by the input namespace, and name none in the manifests or write \${namespace}.`;
}
/** Gives the names of the inventories of others by id; none where the account may not look for them. */
async function otherInventories({ name }, cluster) {
    try {
        const parents = await readInventories(cluster);
        const named = parents.map((parent) => [readParent(parent).id, parent]);
        const others = named.filter(([, parent]) => (0,json/* textAt */.$6)(parent, 'metadata', 'name') !== name);
        return new Map(others.map(([id, parent]) => [id, describe(parent)]));
    }
    catch (error) {
        if (error instanceof src_errors/* DeployError */.sH && error.details.code === 'cluster-forbidden')
            return new Map();
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/manifests/manifests.ts













/**
 * Brings the cluster to what the manifests say: applies them in stages, then deletes what earlier runs applied and no
 * manifest has any more. The inventory names the kinds of both before anything is deleted, so that a run that is killed is
 * completed by the next one. With `preview` nothing is written. Throws DeployError.
 */
async function runManifests(manifests, options, ports) {
    const { cluster } = ports;
    const { placed, late } = await place(manifests, options.namespace, cluster);
    const inventory = await inventoryOf([...placed, ...late], options.inventory, options.namespace);
    const members = placed.map((manifest) => ({ ...manifest, object: asMember(manifest.object, inventory) }));
    const [snapshot, scaled, own] = await Promise.all([
        Snapshot.read([...members.map(({ key }) => key), parentKey(inventory)], cluster),
        readScaled(members, cluster),
        ownNamespace(members, options.namespace, cluster),
    ]);
    const warning = await sharedWarning(members, snapshot, inventory, cluster);
    const earlier = readParent(snapshot.live(parentKey(inventory)) ?? {});
    const missing = new Set([...own, ...members].filter(({ key }) => isMissing(key, snapshot)).map(({ key }) => key.name));
    const first = await applyStages([...own, ...members, manifests_parent(inventory, earlier)], { snapshot, scaled, missing }, options, ports);
    const then = await applyLate(late, inventory, options, ports);
    const current = new Set([...members, ...then.placed].map(({ object }) => identity(object)));
    const pruned = await prune(merge(inventory, earlier), current, options, {
        ...ports,
        snapshot,
        types: placed.map(({ key }) => key.type),
    });
    const settled = manifests_parent(inventory, pruned.kept);
    if (!options.preview && JSON.stringify(settled) !== JSON.stringify(manifests_parent(inventory, earlier)))
        await apply_write(settled, undefined, false, ports);
    return {
        changes: [...first.changes, ...then.changes, ...pruned.changes],
        workloads: [...first.workloads, ...then.workloads],
        ...(warning === undefined ? {} : { warning }),
        ...(first.forecasts === undefined ? {} : { forecasts: [...first.forecasts, ...endsOf(pruned.changes)] }),
    };
}
/** Applies what was of no kind that the cluster knew; by now the definitions are there, but in a preview. */
async function applyLate(late, inventory, options, ports) {
    const nothing = { changes: [], workloads: [], placed: [] };
    if (late.length === 0)
        return nothing;
    if (options.preview) {
        const note = 'cannot be checked until its CustomResourceDefinition is applied';
        const changes = late.map(({ object }) => ({ object: describe(object), action: 'created', fields: [], note, unchecked: true }));
        return { ...nothing, changes };
    }
    const placed = await placeLate(late, options.namespace, ports);
    const members = placed.map((manifest) => ({ ...manifest, object: asMember(manifest.object, inventory) }));
    const snapshot = await Snapshot.read(members.map(({ key }) => key), ports.cluster);
    const before = { snapshot, scaled: new Set(), missing: new Set() };
    return { ...(await applyStages(members, before, options, ports)), placed: members };
}
/** Gives the default namespace as a manifest where objects need it, none makes it, and it is not there. */
async function ownNamespace(members, namespace, cluster) {
    const isUsed = members.some(({ key }) => key.namespace === namespace);
    const isMade = members.some(({ key }) => key.type.kind === 'Namespace' && key.name === namespace);
    if (!isUsed || isMade)
        return [];
    const key = { type: NAMESPACES, namespace: undefined, name: namespace };
    const answer = await cluster.get(key);
    // An account that is bound to its namespace may not look at it.
    if (answer.ok || answer.code !== 404)
        return [];
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
    return [{ key, object, source: 'the input namespace' }];
}
function isMissing(key, snapshot) {
    return key.type.kind === 'Namespace' && snapshot.live(key) === undefined;
}
/** Gives what autoscalers of the cluster and of the manifests scale. */
async function readScaled(members, cluster) {
    const workloads = members.filter(({ object }) => (0,json.at)(object, 'spec', 'replicas') !== undefined);
    const namespaces = [...new Set(workloads.map(({ key }) => key.namespace))];
    // Who may not see autoscalers cannot have made one.
    const lists = namespaces.map((namespace) => cluster.list(AUTOSCALERS, namespace).catch((error) => {
        if (error instanceof src_errors/* DeployError */.sH && error.details.code === 'cluster-forbidden')
            return [];
        throw error;
    }));
    const given = members.map(({ object }) => object).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    return scaledBy([...(await Promise.all(lists)).flat(), ...given]);
}
function parentKey({ name, namespace }) {
    return { type: CONFIG_MAPS, namespace, name };
}
function manifests_parent(inventory, also) {
    return {
        key: parentKey(inventory),
        object: parentOf(inventory, also),
        source: 'the inventory',
    };
}

;// CONCATENATED MODULE: ./src/deploy-drift.ts





/** The command `drift`: looks at what Linode and the cluster have that the repository has not, or has otherwise. Changes nothing. */
async function driftOnly(settings, loaded, prepared, ports) {
    const infra = await deploy_drift_plan(settings, prepared, ports);
    return {
        image: skip({ run: false, reason: 'drift builds nothing' }),
        infra,
        manifests: await deploy_drift_compare(settings, loaded, infra, ports),
        rollout: skip({ run: false, reason: 'drift changes nothing' }),
    };
}
async function deploy_drift_plan({ infra, event }, prepared, ports) {
    if (!infra.run)
        return skip(infra);
    if (prepared.status !== 'succeeded')
        return prepared;
    const options = { preview: true, drift: true, commit: event.sha };
    return attempt('infra', ports, (did) => runInfra(infra, options, prepared.value, infraPorts(ports, did)));
}
/** The image is that of the newest release, since no commit says which digest its image has. */
async function deploy_drift_compare(settings, loaded, infra, ports) {
    const { manifests, imageName: name } = settings;
    if (!manifests.run)
        return skip(manifests);
    const left = (reason) => skip({ run: false, reason });
    const kubeconfig = kubeconfigOf(manifests, infra);
    if (kubeconfig === undefined) {
        return left(infra.status === 'failed' ? 'a step before it failed' : 'there is no cluster to compare with');
    }
    const cluster = ports.connect(kubeconfig, manifests.timeoutSeconds);
    const found = await attempt('manifests', ports, () => findReleases(releaseScope(settings, manifests), cluster), 'release');
    if (found.status !== 'succeeded')
        return found;
    const [newest] = found.value;
    if (newest === undefined)
        return left('the cluster has no record of a release to compare with');
    return attempt('manifests', ports, (did) => {
        const image = { name, reference: newest.image, tag: newest.commit };
        const objects = withPullSecret(withImage(loaded, image), name, manifests);
        const { namespace, inventory, prune, forceConflicts } = manifests;
        const options = { namespace, preview: true, inventory, prune, forceConflicts };
        return runManifests(objects, options, { cluster, clock: ports.clock, did });
    });
}

;// CONCATENATED MODULE: ./src/deploy-image.ts



/**
 * Compares the image with the one that the live objects have; undefined where it is not a new one for them. A registry that
 * cannot say is no failure, and neither is a run that is cancelled meanwhile: the rest is told all the same.
 */
async function compareImages({ imageName }, { image, manifests }, registry) {
    if (image.status !== 'succeeded')
        return undefined;
    const changes = manifests.status === 'succeeded' ? manifests.value.changes : [];
    const before = imageBefore(changes, imageName);
    if (image.value.kind === 'checked')
        return { before, difference: 'a preview does not push it' };
    const { built, digest } = image.value;
    if (!built && before === undefined)
        return undefined;
    try {
        const [now, old] = await Promise.all([registry.contents(digest), contentsBefore(before, registry)]);
        return { before, difference: compareContents(now, old) };
    }
    catch (error) {
        return { before, difference: (0,src_errors/* messageOf */.bD)(error) };
    }
}
/** Gives the digest or tag of our image in the first object that is to get another one. */
function imageBefore(changes, name) {
    const images = changes.flatMap(({ fields }) => fields.flatMap(({ path, before }) => {
        if (!/\bimage$/.test(path) || before === undefined || !before.startsWith('"'))
            return [];
        const reference = (0,image_reference/* parseReference */.F2)(JSON.parse(before));
        return reference !== undefined && (0,image_reference/* sameName */.q)(reference, name) ? [reference] : [];
    }));
    const [first] = images;
    return first?.digest ?? first?.tag;
}
/** Registries clean up: one that is no longer there is no reason to say nothing of the new one. */
async function contentsBefore(before, registry) {
    if (before === undefined)
        return undefined;
    return registry.contents(before).catch(() => undefined);
}

// EXTERNAL MODULE: ./src/rollout/choice.ts
var choice = __webpack_require__(298);
;// CONCATENATED MODULE: ./src/rollout/causes.ts
/**
 * All reasons by name, with the patience that each of them gets. What the kubelet tries again by itself gets as long as
 * its next try takes: a pull and a container's configuration come up again after 10 to 15 s (pod_workers.go,
 * backOffPeriod with jitter; image back-off), a container that ended twice after 10 s (crash back-off).
 */
const CAUSES = {
    imageNameInvalid: {
        code: 'rollout-image-name-invalid',
        patience: 0,
        advice: 'Mend the image in the manifest: a name is in lower case, and a tag or digest follows it.',
    },
    imageNotFound: {
        code: 'rollout-image-not-found',
        patience: 2,
        advice: 'Check the name and the tag, and that the image was pushed to this registry.',
    },
    imageDenied: {
        code: 'rollout-image-denied',
        patience: 16,
        advice: 'Give pull-token, or a new one where it has expired (read:packages, long-lived), or check that the image exists: some registries deny what they do not have.',
    },
    imageUnavailable: {
        code: 'rollout-image-unavailable',
        patience: 20,
        advice: 'Check that the nodes reach the registry and that its limit of pulls is not used up.',
    },
    architectureWrong: {
        code: 'rollout-architecture-wrong',
        patience: 0,
        advice: 'Build the image for the architecture of the nodes, such as linux/amd64.',
    },
    configMissing: {
        code: 'rollout-config-missing',
        patience: 18,
        advice: 'Make the Secret, ConfigMap or key that it names, a Secret by the input secrets, or mend the name in the manifest.',
    },
    containerRefused: {
        code: 'rollout-container-crashing',
        patience: 20,
        advice: 'Mend the container in the manifest: its user, its security context or its mounts.',
    },
    // Known from its second start on.
    cannotStart: {
        code: 'rollout-container-crashing',
        patience: 2,
        advice: 'Mend its command: the program must be in the image and may be executed.',
    },
    // Each of these from the second time on, as a restart may cure the first.
    outOfMemory: {
        code: 'rollout-out-of-memory',
        patience: 0,
        advice: 'Raise resources.limits.memory, or let the application use less.',
    },
    probeKilling: {
        code: 'rollout-probe-failing',
        patience: 5,
        advice: 'Check path, port, time limit and delay of the probe that had it ended, and its last lines below.',
    },
    /** Ended once, or runs again: what it needed may be there by now. */
    crashedOnce: {
        code: 'rollout-container-crashing',
        patience: Infinity,
        advice: 'Its last lines are below; mend the application or its configuration.',
    },
    /** Its third start comes 10 to 15 s later; a third end is the next cause. */
    crashedTwice: {
        code: 'rollout-container-crashing',
        patience: 20,
        advice: 'Its last lines are below; mend the application or its configuration.',
    },
    crashing: {
        code: 'rollout-container-crashing',
        patience: 0,
        advice: 'Its last lines are below; mend the application or its configuration.',
    },
    initCrashedTwice: {
        code: 'rollout-init-container-failing',
        patience: 20,
        advice: 'Its last lines are below; nothing else of the pod starts before it ends well.',
    },
    initCrashing: {
        code: 'rollout-init-container-failing',
        patience: 0,
        advice: 'Its last lines are below; nothing else of the pod starts before it ends well.',
    },
    notReady: {
        code: 'rollout-probe-failing',
        patience: Infinity,
        advice: 'Its last lines are below; check path, port and delay of its probe, and raise rollout-timeout where it only needs longer.',
    },
    claimMissing: {
        code: 'rollout-volume-unavailable',
        patience: 20,
        advice: 'Add the PersistentVolumeClaim to the manifests, or mend its name in the workload.',
    },
    provisioning: {
        code: 'rollout-volume-unavailable',
        patience: Infinity,
        advice: 'The volume was being made: raise rollout-timeout, or look at the events of its claim.',
    },
    claimUnbound: {
        code: 'rollout-volume-unavailable',
        patience: 20,
        advice: 'Check the storage class, the size and the limits of the account; the events of the claim say more.',
    },
    volumeUnavailable: {
        code: 'rollout-volume-unavailable',
        patience: 20,
        untilOthersLeft: true,
        advice: 'Check what the volume names, and that its node can reach it.',
    },
    // Linode needs up to a minute to give a node a volume, and the controllers lose patience with it before.
    volumeAttaching: {
        code: 'rollout-volume-unavailable',
        patience: 90,
        untilOthersLeft: true,
        advice: 'Linode did not give the node the volume: look at the volume in the Cloud Manager, and whether the node has as many as it can have.',
    },
    // Linode needs up to a minute to take a volume off the node that had it.
    volumeHeld: {
        code: 'rollout-volume-unavailable',
        patience: 90,
        untilOthersLeft: true,
        advice: 'A ReadWriteOnce volume is with one node at a time: give the Deployment `strategy: {type: Recreate}`.',
    },
    scalingUp: {
        code: 'rollout-unschedulable',
        patience: Infinity,
        advice: 'The autoscaler was adding a node: raise rollout-timeout, or look at the node pool.',
    },
    /** There is no room, and there may be more nodes soon: Linode makes one in one to three minutes. */
    nodesToCome: {
        code: 'rollout-unschedulable',
        patience: 240,
        untilOthersLeft: true,
        advice: 'No node came in time: look at the node pool and at the account’s limits, or ask for less in resources.requests.',
    },
    unschedulable: {
        code: 'rollout-unschedulable',
        patience: 20,
        untilOthersLeft: true,
        advice: 'Ask for less in resources.requests, or raise the autoscaler’s maximum or the plan of the node pool.',
    },
    quotaExceeded: {
        code: 'rollout-quota-exceeded',
        patience: 20,
        untilOthersLeft: true,
        advice: 'Raise the ResourceQuota, ask for less, or set maxSurge to 0 so that old pods make room first.',
    },
    admissionRefused: {
        code: 'rollout-admission-refused',
        patience: 10,
        advice: 'Change the pod template to what the admission asks for, or its policy for this namespace.',
    },
    webhookUnavailable: {
        code: 'webhook-unavailable',
        patience: 20,
        advice: 'Get the service of the admission webhook running, then run the job again.',
    },
    namespaceTerminating: {
        code: 'namespace-terminating',
        patience: 0,
        advice: 'Wait until the namespace is gone, or remove the finalizers that hold it, then run the job again.',
    },
    nodeNotReady: {
        code: 'rollout-node-not-ready',
        patience: 60,
        advice: 'Recycle or remove the node; pods move to another one after five minutes.',
    },
    heldByOlderPod: {
        code: 'rollout-not-ready',
        patience: 20,
        advice: 'Delete that pod: a StatefulSet does not replace a pod before it was ready once (kubernetes/kubernetes#67250).',
    },
    paused: {
        code: 'rollout-paused',
        patience: 0,
        advice: 'Let it go on with `kubectl rollout resume`, or set `paused` in the manifest where it is meant to stand.',
    },
    jobPodFailed: {
        code: 'rollout-job-failed',
        patience: Infinity,
        advice: 'Its last lines are below; mend the Job or its image.',
    },
    jobFailed: {
        code: 'rollout-job-failed',
        patience: 0,
        advice: 'Mend the Job or its image; with restartPolicy Never its pods stay for their logs.',
    },
    deadlineExceeded: {
        code: 'rollout-deadline-exceeded',
        patience: 0,
        advice: 'Look at `kubectl describe` of its pods; raise progressDeadlineSeconds where it only needs longer.',
    },
    notComplete: {
        code: 'rollout-not-ready',
        patience: Infinity,
        advice: 'Look at `kubectl describe` of its pods; raise rollout-timeout where it only needs longer.',
    },
};
/** Those by which a container ends that may start once another workload is there. */
const CRASHES = new Set([
    'probeKilling',
    'crashedOnce',
    'crashedTwice',
    'crashing',
    'initCrashedTwice',
    'initCrashing',
]);
/** Whether a container ends for it that may start once another workload is there. */
function isCrash(cause) {
    return CRASHES.has(cause);
}
/** Gives a cause of the table. */
function causeOf(name) {
    return CAUSES[name];
}

;// CONCATENATED MODULE: ./src/rollout/events.ts

/** The field managers of what this action writes into workloads. */
const OWN_MANAGER = /^wpp-deploy-action/;
/** Gives when an event was last seen, in milliseconds: some have a series or a time of their own instead of lastTimestamp. */
function timeOf(event) {
    const times = [
        (0,json/* textAt */.$6)(event, 'series', 'lastObservedTime'),
        (0,json/* textAt */.$6)(event, 'lastTimestamp'),
        (0,json/* textAt */.$6)(event, 'eventTime'),
        (0,json/* textAt */.$6)(event, 'metadata', 'creationTimestamp'),
    ];
    return Date.parse(times.find((time) => time !== '') ?? '') || 0;
}
/** Gives how often an event was seen. */
function countOf(event) {
    return (0,json/* numberAt */.tk)(event, 'series', 'count') || (0,json/* numberAt */.tk)(event, 'count') || 1;
}
/**
 * Gives when this action last wrote a workload, by the clock of the API server, in milliseconds; whole seconds. What is
 * older says nothing about this rollout. 0 where it never did.
 */
function events_writtenAt(workload) {
    const times = (0,json/* listAt */.gT)(workload, 'metadata', 'managedFields')
        .filter((entry) => OWN_MANAGER.test((0,json/* textAt */.$6)(entry, 'manager')) && (0,json/* textAt */.$6)(entry, 'subresource') === '')
        .map((entry) => Date.parse((0,json/* textAt */.$6)(entry, 'time')) || 0);
    return Math.max(0, ...times);
}
/** Gives the message of an event or state, without white space around it; a probe's own words may be none. */
function messageOf(object) {
    return (0,json/* textAt */.$6)(object, 'message')
        .trim()
        .replace(/^\(combined from similar events\): /, '')
        .replace(/:$/, '');
}
/** Gives the last event for `reason`, as far as there is one. Events must be in the order of their times. */
function lastEvent(events, ...reasons) {
    return events.findLast((event) => reasons.includes((0,json/* textAt */.$6)(event, 'reason')));
}

;// CONCATENATED MODULE: ./src/rollout/evidence.ts


const MOST_EVENTS = 12;
const LONGEST_LINE = 400;
/** Normal events that explain something as well. */
const TELLING = ['Killing', 'Preempted', 'TriggeredScaleUp', 'NotTriggerScaleUp', 'TaintManagerEviction'];
/** Gives the conditions of a workload, one a line. */
function conditionLines(workload) {
    return (0,json/* listAt */.gT)(workload, 'status', 'conditions').map((condition) => {
        const [type, status, reason] = ['type', 'status', 'reason'].map((field) => (0,json/* textAt */.$6)(condition, field));
        const message = messageOf(condition);
        return evidence_short(`condition ${type}=${status}${reason === '' ? '' : ` (${reason})`}${message === '' ? '' : `: ${message}`}`);
    });
}
/** Gives the events that tell of trouble, each once with how often it came, the newest last. */
function eventLines(events) {
    const telling = events.filter((event) => (0,json/* textAt */.$6)(event, 'type') === 'Warning' || TELLING.includes((0,json/* textAt */.$6)(event, 'reason')));
    const groups = [...Map.groupBy(telling, sameness).values()];
    const lines = groups
        .sort((one, other) => lastOf(one) - lastOf(other))
        .map((alike) => {
        const count = alike.reduce((sum, event) => sum + countOf(event), 0);
        const event = alike.at(-1);
        const time = new Date(lastOf(alike)).toISOString().slice(11, 19);
        const object = `${(0,json/* textAt */.$6)(event, 'involvedObject', 'kind')}/${(0,json/* textAt */.$6)(event, 'involvedObject', 'name')}`;
        return evidence_short(`event ${time} ${(0,json/* textAt */.$6)(event, 'reason')}${count > 1 ? ` ×${count}` : ''} ${object}: ${messageOf(event)}`);
    });
    const left = lines.length - MOST_EVENTS;
    return left > 0 ? [`(${left} earlier events)`, ...lines.slice(left)] : lines;
}
/** Gives the last lines of a container's log under a title. */
function logLines(place, lines) {
    const run = place.previous ? ', the run before' : '';
    const title = `log of container ${place.container} of pod ${place.pod}${run}`;
    return lines.length === 0 ? [`${title}: nothing`] : [`${title}:`, ...lines.map(evidence_short)];
}
/** The pods of one workload say the same under several names. */
function sameness(event) {
    const name = (0,json/* textAt */.$6)(event, 'involvedObject', 'name');
    const message = messageOf(event)
        .replaceAll(name, '')
        .replace(/pods "[^"]*"/, 'pods');
    return [(0,json/* textAt */.$6)(event, 'involvedObject', 'kind'), (0,json/* textAt */.$6)(event, 'reason'), message].join(' ');
}
function lastOf(events) {
    return Math.max(...events.map(timeOf));
}
function evidence_short(line) {
    return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

;// CONCATENATED MODULE: ./src/rollout/restart.ts




/** A manager apart from the one that applies manifests, so that the next apply does not take the stamp away and roll again. */
const restart_FIELD_MANAGER = 'wpp-deploy-action-restart';
/**
 * Does what `kubectl rollout restart` does. `stamp` must be another one each time: two restarts with the same stamp
 * are one. Gives the workload with the generation to wait for.
 */
async function restart(workload, stamp, cluster) {
    const { type, namespace, name } = workload.key;
    // To apply the stamp to nothing would try to make a workload of it.
    const live = await cluster.get(workload.key);
    if (!live.ok && live.code === 404)
        throw missingWorkload(workload);
    const answer = await cluster.apply(workload.key, {
        apiVersion: type.apiVersion,
        kind: type.kind,
        metadata: { name, namespace },
        spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': stamp } } } },
    }, { fieldManager: restart_FIELD_MANAGER, dryRun: false, force: true });
    if (answer.ok)
        return { ...workload, generation: generationOf(answer.object), written: true };
    throw new src_errors/* DeployError */.sH({
        code: 'manifest-refused',
        cause: `the cluster refused the restart of ${workload_nameOf(workload)}: ${(0,json/* textAt */.$6)(answer.status, 'message')}`,
        advice: 'Check that the kubeconfig’s account may patch workloads.',
    });
}
/** The error for a workload that the manifests have and the cluster has not. */
function missingWorkload(workload) {
    return new src_errors/* DeployError */.sH({
        code: 'workload-missing',
        cause: `${workload_nameOf(workload)} is not in the cluster`,
        advice: 'Deploy it first: restart works on what is there.',
    });
}

;// CONCATENATED MODULE: ./src/rollout/failure.ts








/** Gives the error for a rollout that failed: the first workload with all that shows it, the others by a line. */
async function rolloutFailure([watched, defeat], others, cluster) {
    const { code, advice } = causeOf(defeat.cause);
    const { workload, text, message, live, events, logsOf } = defeat;
    const { key, place } = workload;
    const logs = logsOf === undefined ? [] : logLines(logsOf, await watched.logs(logsOf));
    const namespace = code === 'namespace-terminating' ? await namespaceLines(key.namespace, cluster) : [];
    return new src_errors/* DeployError */.sH({
        code,
        cause: `${watched.name} did not roll out: ${text}`,
        advice,
        evidence: [
            ...others,
            ...(message === '' || text.includes(message) ? [] : [message]),
            ...namespace,
            ...conditionLines(live),
            ...eventLines(events),
            ...logs,
        ],
        ...(place === undefined ? {} : { place }),
    });
}
/** Gives the error for a workload that is not there: perhaps its namespace is being deleted. */
async function vanished(workload, cluster) {
    const lines = await namespaceLines(workload.key.namespace, cluster);
    if (lines.length === 0)
        return missingWorkload(workload);
    return new src_errors/* DeployError */.sH({
        code: 'namespace-terminating',
        cause: `${workload_nameOf(workload)} is gone: its namespace is being deleted`,
        advice: causeOf('namespaceTerminating').advice,
        evidence: lines,
        ...(workload.place === undefined ? {} : { place: workload.place }),
    });
}
/** Gives what holds a namespace that is being deleted; nothing where it is not, or cannot be seen. */
async function namespaceLines(name, cluster) {
    const answer = await cluster.get({ type: NAMESPACES, namespace: undefined, name: name ?? '' });
    if (!answer.ok || (0,json.at)(answer.object, 'metadata', 'deletionTimestamp') === undefined)
        return [];
    const since = (0,json/* textAt */.$6)(answer.object, 'metadata', 'deletionTimestamp');
    const reasons = (0,json/* listAt */.gT)(answer.object, 'status', 'conditions')
        .filter((condition) => (0,json/* textAt */.$6)(condition, 'status') === 'True')
        .map((condition) => `${(0,json/* textAt */.$6)(condition, 'type')}: ${messageOf(condition)}`);
    return [`namespace ${name} is being deleted since ${since}`, ...reasons];
}

;// CONCATENATED MODULE: ./src/rollout/look.ts





/** Looks at many workloads with one list for each kind and namespace, however many there are. */
class Looker {
    #cluster;
    #log;
    #forbidden = new Set();
    constructor({ cluster, log }) {
        this.#cluster = cluster;
        this.#log = log;
    }
    /** Gives the live workloads that are there, by nameOf(). */
    async workloads(workloads) {
        const groups = Map.groupBy(workloads, ({ key }) => `${key.type.kind} ${key.namespace}`);
        const lists = await Promise.all([...groups.values()].map(async ([first]) => {
            if (first === undefined)
                return [];
            const { type, namespace } = first.key;
            const list = await this.#cluster.list(type, namespace);
            return list.map((object) => [nameIn(first.key, object), object]);
        }));
        return new Map(lists.flat());
    }
    /** Gives what is around the workloads, by namespace. What the account may not see is told once and taken for empty. */
    async surroundings(workloads) {
        const groups = Map.groupBy(workloads, ({ key }) => key.namespace ?? '');
        const nodes = this.#optional(NODES, undefined);
        const entries = [...groups].map(async ([namespace, members]) => {
            const has = (kind) => members.some(({ key }) => key.type.kind === kind);
            const [replicaSets, revisions, pods, events] = await Promise.all([
                has('Deployment') ? this.#optional(REPLICA_SETS, namespace) : [],
                has('DaemonSet') ? this.#optional(CONTROLLER_REVISIONS, namespace) : [],
                this.#optional(PODS, namespace),
                this.#optional(EVENTS, namespace),
            ]);
            const sorted = [...events].sort((one, other) => timeOf(one) - timeOf(other));
            return [namespace, { replicaSets, revisions, pods, events: sorted, nodes: await nodes }];
        });
        return new Map(await Promise.all(entries));
    }
    async #optional(type, namespace) {
        if (this.#forbidden.has(type.kind))
            return [];
        try {
            return await this.#cluster.list(type, namespace);
        }
        catch (error) {
            if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code !== 'cluster-forbidden')
                throw error;
            if (!this.#forbidden.has(type.kind))
                this.#log.warning(`the kubeconfig’s account may not list ${type.plural}: causes of failures may stay unseen`);
            this.#forbidden.add(type.kind);
            return [];
        }
    }
}
function nameIn(key, object) {
    const name = (0,json/* textAt */.$6)(object, 'metadata', 'name');
    return workload_nameOf({ key: { ...key, name }, generation: 0, written: false });
}

;// CONCATENATED MODULE: ./src/rollout/outage.ts

/** How long the API server may be away: longer than one takes to start again. */
const LONGEST_MS = 60_000;
/** Bears an API server that is away for a while, and says so once. */
class Outage {
    #clock;
    #log;
    #lastAnswer;
    #told = false;
    constructor({ clock, log }) {
        this.#clock = clock;
        this.#log = log;
        this.#lastAnswer = clock.now();
    }
    /** Notes that the server answered. */
    answered() {
        this.#lastAnswer = this.#clock.now();
        if (this.#told)
            this.#log.info('the API server answers again');
        this.#told = false;
    }
    /** Throws `error` unless it says that the server is away, and it has not been for too long. */
    bear(error) {
        const isAway = error instanceof src_errors/* DeployError */.sH && error.details.code === 'cluster-unreachable';
        if (!isAway || this.#clock.now() - this.#lastAnswer >= LONGEST_MS)
            throw error;
        if (!this.#told)
            this.#log.warning(`${error.details.cause}; the rollout goes on without us, and is looked at again for up to ${LONGEST_MS / 1000} s`);
        this.#told = true;
    }
}

;// CONCATENATED MODULE: ./src/rollout/newest.ts

/** Gives the pods of a workload, without those that are on their way out. */
function ownPods(workload, around) {
    const replicaSet = newestReplicaSet(workload, around.replicaSets);
    const owners = new Set([
        (0,json/* textAt */.$6)(workload, 'metadata', 'uid'),
        ...around.replicaSets
            .filter((set) => isOwnedBy(set, workload))
            .map((set) => (0,json/* textAt */.$6)(set, 'metadata', 'uid')),
    ]);
    const own = around.pods.filter((pod) => ownersOf(pod).some((uid) => owners.has(uid)) && !isLeaving(pod));
    const isNew = newestTest(workload, replicaSet, around.revisions);
    return {
        newest: own.filter(isNew).sort(byName),
        older: own.filter((pod) => !isNew(pod)).sort(byName),
        replicaSet,
    };
}
/**
 * Gives the ReplicaSet of a Deployment's newest revision: the one that has its pod template, as the controller itself finds it
 * (FindNewReplicaSet in kubernetes/kubernetes). With strategy Recreate it is not there before the old pods are gone, and
 * then the highest number is still that of the revision before.
 */
function newestReplicaSet(workload, replicaSets) {
    const revisionOf = (set) => Number((0,json/* textAt */.$6)(set, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'));
    const own = replicaSets
        .filter((set) => isOwnedBy(set, workload))
        .sort((one, other) => revisionOf(other) - revisionOf(one));
    const wanted = templateOf(workload);
    const matching = own.find((set) => templateOf(set) === wanted);
    return matching ?? ((0,json/* numberAt */.tk)(workload, 'status', 'updatedReplicas') > 0 ? own[0] : undefined);
}
/** The pod template as text, without the label that tells the pods of one ReplicaSet from those of another. */
function templateOf(object) {
    return JSON.stringify((0,json.at)(object, 'spec', 'template'), (key, value) => key === 'pod-template-hash' ? undefined : value);
}
/** Whether an object was told to go. */
function isLeaving(object) {
    return (0,json.at)(object, 'metadata', 'deletionTimestamp') !== undefined;
}
/** Whether a condition of an object says `True`. */
function conditionHolds(object, type) {
    return (0,json/* textAt */.$6)(conditionOf(object, type), 'status') === 'True';
}
/** Gives a condition of an object by its type. */
function conditionOf(object, type) {
    return (0,json/* listAt */.gT)(object, 'status', 'conditions').find((condition) => (0,json/* textAt */.$6)(condition, 'type') === type);
}
function newestTest(workload, replicaSet, revisions) {
    const hashOf = (object) => (0,json/* textAt */.$6)(object, 'metadata', 'labels', 'controller-revision-hash');
    switch ((0,json/* textAt */.$6)(workload, 'kind')) {
        case 'Deployment':
            return (pod) => replicaSet !== undefined && isOwnedBy(pod, replicaSet);
        case 'StatefulSet':
            return (pod) => hashOf(pod) === (0,json/* textAt */.$6)(workload, 'status', 'updateRevision');
        case 'DaemonSet': {
            // A DaemonSet's status names no revision; going back to an earlier one makes that the newest again.
            const numberOf = (revision) => Number((0,json.at)(revision, 'revision'));
            const [newest] = revisions
                .filter((revision) => isOwnedBy(revision, workload))
                .sort((one, other) => numberOf(other) - numberOf(one));
            return (pod) => newest !== undefined && hashOf(pod) === hashOf(newest);
        }
        default:
            return () => true;
    }
}
function ownersOf(object) {
    return (0,json/* listAt */.gT)(object, 'metadata', 'ownerReferences').map((owner) => (0,json/* textAt */.$6)(owner, 'uid'));
}
function isOwnedBy(object, owner) {
    return ownersOf(object).includes((0,json/* textAt */.$6)(owner, 'metadata', 'uid'));
}
function byName(one, other) {
    return (0,json/* textAt */.$6)(one, 'metadata', 'name') < (0,json/* textAt */.$6)(other, 'metadata', 'name') ? -1 : 1;
}

;// CONCATENATED MODULE: ./src/rollout/creation-causes.ts



/** What API server and admission plugins write where a pod is refused, the more special first. */
const PATTERNS = [
    [/being terminated/, 'namespaceTerminating'],
    [/exceeded quota|failed quota|must specify/, 'quotaExceeded'],
    [/failed calling webhook|no endpoints available for service/, 'webhookUnavailable'],
    [/serviceaccount "[^"]*" not found|no PriorityClass with name/, 'configMissing'],
];
/**
 * Gives what keeps a workload's controller from making pods. A ReplicaSet has a condition for it, which goes when pods
 * can be made again; of the others the last word of their events counts.
 */
function creationFindings(workload, replicaSet, own) {
    const condition = conditionOf(replicaSet, 'ReplicaFailure');
    if (replicaSet !== undefined) {
        return (0,json/* textAt */.$6)(condition, 'reason') === 'FailedCreate' ? [refusal(replicaSet, messageOf(condition))] : [];
    }
    const event = lastEvent(own, 'FailedCreate', 'ReplicaSetCreateError', 'SuccessfulCreate', 'ScalingReplicaSet');
    const failed = ['FailedCreate', 'ReplicaSetCreateError'].includes((0,json/* textAt */.$6)(event, 'reason'));
    return failed ? [refusal(workload, messageOf(event))] : [];
}
function refusal(owner, message) {
    const cause = PATTERNS.find(([pattern]) => pattern.test(message))?.[1] ?? 'admissionRefused';
    // Each try has another name.
    const reason = message.replace(/^.*? is forbidden: /s, '');
    const said = cause === 'quotaExceeded' ? (headroom(reason) ?? reason) : reason;
    return {
        cause,
        text: `${(0,json/* textAt */.$6)(owner, 'kind')} ${(0,json/* textAt */.$6)(owner, 'metadata', 'name')} cannot make pods: ${said}`,
    };
}
/** Gives the words of a quota as `pods: 1 of 1 used, 1 more asked for`; undefined where they are none. */
function headroom(message) {
    const match = /exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)/.exec(message);
    if (match === null)
        return undefined;
    const [, quota = '', requested = '', used = '', limited = ''] = match;
    const [usedBy, limits] = [amounts(used), amounts(limited)];
    const lines = [...amounts(requested)].map(([name, amount]) => `${name}: ${usedBy.get(name)} of ${limits.get(name)} used, ${amount} more asked for`);
    return `ResourceQuota ${quota} is used up: ${lines.join('; ')}`;
}
function amounts(text) {
    return new Map(text.split(',').map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at), pair.slice(at + 1)];
    }));
}

;// CONCATENATED MODULE: ./src/rollout/nodes.ts




/** Gives the nodes that are not ready, with the reason. */
function brokenNodes(nodes) {
    return new Map(nodes
        .filter((node) => !conditionHolds(node, 'Ready'))
        .map((node) => {
        const condition = conditionOf(node, 'Ready');
        return [(0,json/* textAt */.$6)(node, 'metadata', 'name'), messageOf(condition) || 'it says nothing'];
    }));
}
/**
 * Whether a pod would find room on a node like those that are there with nothing else on it, by what its containers request. Where no nodes are
 * seen, it may.
 */
function fitsEmptyNode(pod, nodes) {
    const wanted = new Map();
    for (const container of (0,json/* listAt */.gT)(pod, 'spec', 'containers')) {
        const requests = Object.entries((0,json.at)(container, 'resources', 'requests') ?? {});
        for (const [resource, amount] of requests)
            wanted.set(resource, (wanted.get(resource) ?? 0) + (quantity(amount) ?? 0));
    }
    const fits = (node) => [...wanted].every(([resource, amount]) => amount <= (quantity((0,json.at)(node, 'status', 'allocatable', resource)) ?? 0));
    return nodes.length === 0 || nodes.some(fits);
}

;// CONCATENATED MODULE: ./src/rollout/image-causes.ts
/** What the kubelet and containerd write where an image cannot be pulled, the more special first. */
const image_causes_PATTERNS = [
    [/InvalidImageName|invalid reference format|couldn't parse image/i, 'imageNameInvalid'],
    // An index without the node's platform ends in "not found" as well.
    [/no match for platform|no matching manifest|exec format error/i, 'architectureWrong'],
    [/toomanyrequests|\b429\b|rate limit/i, 'imageUnavailable'],
    [
        /\b40[13]\b|unauthorized|denied|authorization failed|failed to authorize|authentication required|no basic auth|insufficient_scope/i,
        'imageDenied',
    ],
    [
        /\bnot found|NotFound|manifest unknown|name unknown|\b404\b|does not exist|ErrImageNeverPull/i,
        'imageNotFound',
    ],
];
/** Gives why an image was not pulled, by the reason and message of the container's state. */
function imageCause(text) {
    return image_causes_PATTERNS.find(([pattern]) => pattern.test(text))?.[1] ?? 'imageUnavailable';
}

;// CONCATENATED MODULE: ./src/rollout/container-causes.ts



const PULLING = [
    'ErrImagePull',
    'ImagePullBackOff',
    'InvalidImageName',
    'ErrImageNeverPull',
    'ImageInspectError',
];
const CREATING = ['CreateContainerConfigError', 'CreateContainerError', 'CreatePodSandboxError'];
/** The kubelet reads Secrets and ConfigMaps through a cache that needs a moment (kubernetes/kubernetes, "failed to sync"). */
const container_causes_CACHE = /failed to sync \w+ cache|object "[^"]*"\/"[^"]*" not registered/;
const CONFIG = /\bsecrets?\b|configmap|couldn't find key|references non-existent/i;
/** Gives what keeps the containers of a pod from running. `events` are those of the pod. */
function containerFindings(pod, events) {
    return containersOf(pod, events).flatMap((container) => pullFinding(container) ?? creationFinding(container) ?? endFinding(container) ?? []);
}
/** Gives the containers whose state the pod tells, init containers first. */
function containersOf(pod, events) {
    const podName = (0,json/* textAt */.$6)(pod, 'metadata', 'name');
    const sidecars = new Set((0,json/* listAt */.gT)(pod, 'spec', 'initContainers')
        .filter((container) => (0,json/* textAt */.$6)(container, 'restartPolicy') === 'Always')
        .map((container) => (0,json/* textAt */.$6)(container, 'name')));
    const endsAll = ['Never', 'OnFailure'].includes((0,json/* textAt */.$6)(pod, 'spec', 'restartPolicy'));
    const from = (field, kind, list) => (0,json/* listAt */.gT)(pod, 'status', field).map((status) => {
        const name = (0,json/* textAt */.$6)(status, 'name');
        return {
            pod: podName,
            name,
            place: `${kind} ${name} of pod ${podName}`,
            init: list === 'initContainers' && !sidecars.has(name),
            ends: list === 'initContainers' ? !sidecars.has(name) : endsAll,
            status,
            events: events.filter((event) => (0,json/* textAt */.$6)(event, 'involvedObject', 'fieldPath') === `spec.${list}{${name}}`),
        };
    });
    return [
        ...from('initContainerStatuses', 'init container', 'initContainers'),
        ...from('containerStatuses', 'container', 'containers'),
    ];
}
function waitingFor({ status }) {
    const waiting = (0,json.at)(status, 'state', 'waiting');
    return { reason: (0,json/* textAt */.$6)(waiting, 'reason'), message: messageOf(waiting) };
}
function pullFinding(container) {
    const { reason, message } = waitingFor(container);
    if (!PULLING.includes(reason))
        return undefined;
    // While it backs off, older kubelets say so and nothing else.
    const event = container.events.findLast((e) => (0,json/* textAt */.$6)(e, 'message').startsWith('Failed to pull image'));
    const said = reason === 'ImagePullBackOff' && event !== undefined ? messageOf(event) : message;
    return {
        cause: imageCause(`${reason} ${said}`),
        text: `${container.place} cannot pull ${(0,json/* textAt */.$6)(container.status, 'image')}: ${said.replace(/^Failed to pull image "[^"]*": /, '') || reason}`,
        ...(isPulledAgain(container) ? { trying: true } : {}),
    };
}
/** The state of the container is that of the try before until the next one has ended; only the kubelet's events tell of its beginning. They are told by the second. */
function isPulledAgain({ events }) {
    const [pulling, failed] = [lastEvent(events, 'Pulling'), lastEvent(events, 'Failed')];
    return pulling !== undefined && failed !== undefined && timeOf(pulling) > timeOf(failed);
}
function creationFinding(container) {
    const { reason, message } = waitingFor(container);
    if (!CREATING.includes(reason) || container_causes_CACHE.test(message))
        return undefined;
    const missing = reason === 'CreateContainerConfigError' && CONFIG.test(message);
    return {
        cause: missing ? 'configMissing' : 'containerRefused',
        text: `${container.place} cannot be made: ${message || reason}`,
    };
}
/** A container that ends well is a fault as well where it should have gone on running. */
function endFinding(container) {
    const { status, place, pod, name } = container;
    const end = endOf(status);
    if (end === undefined || (container.ends && end.exitCode === 0))
        return undefined;
    const running = (0,json.at)(status, 'state', 'running') !== undefined;
    const count = (0,json/* numberAt */.tk)(status, 'restartCount') + (running ? 0 : 1);
    const times = count === 1 ? 'once' : `${count} times`;
    const why = end.message === '' ? killedBy(container) : `: ${end.message}`;
    return {
        cause: endCause(container, end, { count, running }),
        text: `${place} ended ${times}, last with exit code ${end.exitCode}${end.reason === '' ? '' : ` (${end.reason})`}${why}`,
        logsOf: { pod, container: name, previous: end.previous },
        runs: { started: running ? count + 1 : count, ended: count },
    };
}
function endCause(container, end, { count, running }) {
    if (count === 1)
        return 'crashedOnce';
    if (killedBy(container) !== '')
        return 'probeKilling';
    // What it needed may be there by now.
    if (running && count === 2)
        return 'crashedOnce';
    if (end.reason === 'OOMKilled')
        return 'outOfMemory';
    if (['StartError', 'ContainerCannotRun'].includes(end.reason)) {
        return imageCause(end.message) === 'architectureWrong' ? 'architectureWrong' : 'cannotStart';
    }
    const again = count > 2 && !running;
    if (container.init)
        return again ? 'initCrashing' : 'initCrashedTwice';
    return again ? 'crashing' : 'crashedTwice';
}
/**
 * A container that a probe had killed says nothing of it itself; the kubelet tells of it in an event (computePodActions in
 * kuberuntime_manager.go). That a probe failed is not enough: it also does where the container has ended by itself.
 */
function killedBy({ events }) {
    const killed = events.findLast((e) => (0,json/* textAt */.$6)(e, 'reason') === 'Killing' && /failed (liveness|startup) probe/.test((0,json/* textAt */.$6)(e, 'message')));
    if (killed === undefined)
        return '';
    const failed = events.findLast((e) => (0,json/* textAt */.$6)(e, 'reason') === 'Unhealthy' && /^(Liveness|Startup)/.test((0,json/* textAt */.$6)(e, 'message')));
    return `: ${messageOf(failed ?? killed)}`;
}
function endOf(status) {
    for (const [state, previous] of [
        ['state', false],
        ['lastState', true],
    ]) {
        const terminated = (0,json.at)(status, state, 'terminated');
        const exitCode = (0,json.at)(terminated, 'exitCode');
        if (typeof exitCode !== 'number')
            continue;
        const reason = (0,json/* textAt */.$6)(terminated, 'reason');
        return {
            exitCode,
            reason: reason === 'Error' || reason === 'Completed' ? '' : reason,
            message: messageOf(terminated),
            previous,
        };
    }
    return undefined;
}

;// CONCATENATED MODULE: ./src/rollout/pod-causes.ts





/** What came after a volume was there. */
const PAST_VOLUMES = ['SuccessfulAttachVolume', 'Pulling', 'Pulled', 'Created', 'Started'];
const VOLUME_FAULTS = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume'];
/**
 * What is said of a volume that a node cannot have yet: by Linode's storage driver (linode-blockstorage-csi-driver, internal/driver), and by
 * Kubernetes of that driver, which a new node has a while after it is ready (csi_plugin.go, csi_attacher.go).
 */
const ATTACHING = /max number of volumes|Unable to find device path|Error verifying Linode Volume|DeadlineExceeded|code = Aborted|not found in the list of registered CSI drivers|does not contain driver/;
/** What both say of a volume that another node has. */
const HELD = /Multi-Attach|already (exclusively )?attached|already used by/i;
/** What the scheduler says of nodes that are full (noderesources/fit.go in kubernetes/kubernetes). */
const NO_ROOM = /\bInsufficient |\bToo many pods|exceed max volume count/;
/** What a node is tainted with until it is ready, and until Linode's controller has seen it. */
const JOINING = /taint \{node\.(?:kubernetes\.io\/not-ready|cloudprovider\.kubernetes\.io\/uninitialized)\b/;
/** Gives what keeps a pod from being ready. `events` are those of the namespace, in the order of their times. */
function podFindings(pod, events, nodes) {
    const uid = (0,json/* textAt */.$6)(pod, 'metadata', 'uid');
    const own = events.filter((event) => (0,json/* textAt */.$6)(event, 'involvedObject', 'uid') === uid);
    if (conditionHolds(pod, 'Ready'))
        return [];
    const found = [...nodeFinding(pod, nodes), ...containerFindings(pod, own)];
    if (found.length > 0)
        return found;
    return [
        ...schedulingFinding(pod, own, events, nodes),
        ...startFinding(pod, own),
        ...probeFinding(pod, own),
        ...evictionFinding(pod),
    ].slice(0, 1);
}
function pod_causes_named(pod) {
    return `pod ${(0,json/* textAt */.$6)(pod, 'metadata', 'name')}`;
}
function nodeFinding(pod, nodes) {
    const node = (0,json/* textAt */.$6)(pod, 'spec', 'nodeName');
    const own = nodes.filter((one) => (0,json/* textAt */.$6)(one, 'metadata', 'name') === node);
    const why = brokenNodes(own).get(node);
    if (why === undefined)
        return [];
    return [{ cause: 'nodeNotReady', text: `${pod_causes_named(pod)} is on node ${node}, which is not ready: ${why}` }];
}
function schedulingFinding(pod, own, events, nodes) {
    const condition = conditionOf(pod, 'PodScheduled');
    if ((0,json/* textAt */.$6)(condition, 'reason') !== 'Unschedulable')
        return [];
    // Others are being evicted in its favour.
    if ((0,json/* textAt */.$6)(pod, 'status', 'nominatedNodeName') !== '')
        return [];
    const message = messageOf(condition).replace(/ preemption: .*$/s, '');
    const text = `${pod_causes_named(pod)} fits on no node: ${message}`;
    if (/persistentvolumeclaim "[^"]*" not found/.test(message))
        return [{ cause: 'claimMissing', text }];
    if (/unbound immediate PersistentVolumeClaims|persistent volumes to bind/.test(message)) {
        return [claimFinding(pod, text, events)];
    }
    const autoscaler = lastEvent(own, 'TriggeredScaleUp', 'NotTriggerScaleUp');
    if (autoscaler === undefined) {
        if (JOINING.test(message))
            return [{ cause: 'nodesToCome', text }];
        const nodesHelp = NO_ROOM.test(message) && fitsEmptyNode(pod, nodes);
        return [{ cause: 'unschedulable', text, ...(nodesHelp ? { nodesHelp } : {}) }];
    }
    const cause = (0,json/* textAt */.$6)(autoscaler, 'reason') === 'TriggeredScaleUp' ? 'scalingUp' : 'unschedulable';
    return [{ cause, text: `${text}; the autoscaler: ${messageOf(autoscaler)}` }];
}
/** Only the events of a claim tell whether its volume is being made. */
function claimFinding(pod, text, events) {
    const claims = (0,json/* listAt */.gT)(pod, 'spec', 'volumes').map((volume) => (0,json/* textAt */.$6)(volume, 'persistentVolumeClaim', 'claimName'));
    const event = events.findLast((e) => (0,json/* textAt */.$6)(e, 'involvedObject', 'kind') === 'PersistentVolumeClaim' &&
        claims.includes((0,json/* textAt */.$6)(e, 'involvedObject', 'name')));
    if (event === undefined)
        return { cause: 'claimUnbound', text };
    const works = ['Provisioning', 'ExternalProvisioning', 'ProvisioningSucceeded'].includes((0,json/* textAt */.$6)(event, 'reason'));
    return {
        cause: works ? 'provisioning' : 'claimUnbound',
        text: `${text}; claim ${(0,json/* textAt */.$6)(event, 'involvedObject', 'name')}: ${messageOf(event)}`,
    };
}
/** What is between a node and the first container is told by events alone. */
function startFinding(pod, own) {
    const event = lastEvent(own, ...VOLUME_FAULTS, ...PAST_VOLUMES, 'FailedCreatePodSandBox');
    if (event === undefined || PAST_VOLUMES.includes((0,json/* textAt */.$6)(event, 'reason')))
        return [];
    const message = messageOf(event);
    if (container_causes_CACHE.test(message))
        return [];
    if ((0,json/* textAt */.$6)(event, 'reason') === 'FailedCreatePodSandBox')
        return [{ cause: 'notComplete', text: `${pod_causes_named(pod)} cannot be set up on its node: ${message}` }];
    const text = `${pod_causes_named(pod)} cannot mount a volume: ${message}`;
    if (/(secret|configmap) "[^"]*" not found|references non-existent (secret|config) key/.test(message))
        return [{ cause: 'configMissing', text }];
    return [{ cause: volumeCause((0,json/* textAt */.$6)(event, 'reason'), message), text }];
}
function volumeCause(reason, message) {
    if (ATTACHING.test(message))
        return 'volumeAttaching';
    if (HELD.test(message))
        return 'volumeHeld';
    const mayHeal = reason === 'FailedAttachVolume' && !/\bnot found\b/.test(message);
    return mayHeal ? 'volumeAttaching' : 'volumeUnavailable';
}
function probeFinding(pod, own) {
    const ready = conditionOf(pod, 'Ready');
    if ((0,json/* textAt */.$6)(ready, 'reason') === 'ReadinessGatesNotReady')
        return [{ cause: 'notReady', text: `${pod_causes_named(pod)} waits for a readiness gate: ${messageOf(ready)}` }];
    const waiting = (0,json/* listAt */.gT)(pod, 'status', 'containerStatuses').find((status) => (0,json.at)(status, 'ready') === false && (0,json.at)(status, 'state', 'running') !== undefined);
    const container = (0,json/* textAt */.$6)(waiting, 'name');
    const event = own.findLast((e) => (0,json/* textAt */.$6)(e, 'reason') === 'Unhealthy' &&
        (0,json/* textAt */.$6)(e, 'involvedObject', 'fieldPath') === `spec.containers{${container}}`);
    if (waiting === undefined || event === undefined)
        return [];
    return [
        {
            cause: 'notReady',
            text: `container ${container} of ${pod_causes_named(pod)} runs, but is not ready: ${messageOf(event)}`,
            logsOf: { pod: (0,json/* textAt */.$6)(pod, 'metadata', 'name'), container, previous: false },
        },
    ];
}
function evictionFinding(pod) {
    const reason = (0,json/* textAt */.$6)(pod, 'status', 'reason');
    if ((0,json/* textAt */.$6)(pod, 'status', 'phase') !== 'Failed' || reason === '')
        return [];
    const message = messageOf(pod['status']);
    return [{ cause: 'notComplete', text: `${pod_causes_named(pod)} was ended by its node: ${reason}: ${message}` }];
}

;// CONCATENATED MODULE: ./src/rollout/diagnosis.ts







/** Gives what is wrong with the newest pods of a workload, by what was seen around it. */
function diagnose(workload, state, around) {
    const { newest, older, replicaSet } = ownPods(workload, around);
    // Before the controller has seen the change, the newest pods are those of the rollout before.
    const seen = state !== 'unseen';
    const pods = seen ? newest : [];
    const own = eventsOf(workload, around.events);
    const broken = brokenNodes(around.nodes);
    const events = [
        ...own,
        ...[...pods, ...(seen && replicaSet !== undefined ? [replicaSet] : [])].flatMap((object) => eventsOf(object, around.events)),
    ].sort((one, other) => timeOf(one) - timeOf(other));
    const findings = [
        ...creationFindings(workload, seen ? replicaSet : undefined, own),
        ...pods.flatMap((pod) => forKind(workload, pod, podFindings(pod, around.events, around.nodes))),
        ...(seen ? blockingPods(workload, newest, older, around) : []),
    ];
    const note = seen ? withoutBrokenNodes(workload, newest, older, broken) : undefined;
    const ended = pods.some((pod) => (0,json/* listAt */.gT)(pod, 'status', 'containerStatuses').some((status) => (0,json/* numberAt */.tk)(status, 'restartCount') > 0));
    return {
        findings: eachOnce(findings),
        events,
        ended,
        ...(note === undefined ? {} : { completeNote: note }),
    };
}
/** Gives the events of an object; of what outlives rollouts only those since this action wrote it. */
function eventsOf(object, events) {
    const [uid, since] = [(0,json/* textAt */.$6)(object, 'metadata', 'uid'), events_writtenAt(object)];
    return events.filter((event) => (0,json/* textAt */.$6)(event, 'involvedObject', 'uid') === uid && timeOf(event) >= since);
}
/** Whether a pod of a Job may fail, and how often, says the Job. */
function forKind(workload, pod, findings) {
    if ((0,json/* textAt */.$6)(workload, 'kind') !== 'Job') {
        // One that ended for good has been replaced already.
        return (0,json/* textAt */.$6)(pod, 'status', 'phase') === 'Failed'
            ? findings.map((finding) => ({ ...finding, cause: 'notComplete' }))
            : findings;
    }
    return findings.map((finding) => finding.logsOf === undefined ? finding : { ...finding, cause: 'jobPodFailed' });
}
/** Gives the pods of the revision before by which the controller is held up. */
function blockingPods(workload, newest, older, { events, nodes }) {
    const kind = (0,json/* textAt */.$6)(workload, 'kind');
    const ordered = kind === 'StatefulSet' && (0,json/* textAt */.$6)(workload, 'spec', 'podManagementPolicy') !== 'Parallel';
    const waits = ordered && newest.every((pod) => conditionHolds(pod, 'Ready'));
    return older.flatMap((pod) => {
        const [finding] = podFindings(pod, events, nodes);
        if (finding === undefined)
            return [];
        if (kind === 'DaemonSet' && finding.cause === 'nodeNotReady')
            return [finding];
        if (!waits || causeOf(finding.cause).patience === Infinity)
            return [];
        const text = `the StatefulSet waits for a pod of the revision before: ${finding.text}`;
        return [{ ...finding, cause: 'heldByOlderPod', text }];
    });
}
/** A node that is away is no fault of the rollout: a DaemonSet that is complete on all others is complete. */
function withoutBrokenNodes(workload, newest, older, broken) {
    if ((0,json/* textAt */.$6)(workload, 'kind') !== 'DaemonSet' || broken.size === 0)
        return undefined;
    const isHere = (pod) => !broken.has((0,json/* textAt */.$6)(pod, 'spec', 'nodeName'));
    const here = newest.filter(isHere);
    const missing = (0,json/* numberAt */.tk)(workload, 'status', 'desiredNumberScheduled') - here.length;
    const whole = here.every((pod) => conditionHolds(pod, 'Ready')) && !older.some(isHere);
    if (!whole || missing <= 0 || missing > broken.size)
        return undefined;
    return `it is complete but for nodes that are not ready: ${[...broken.keys()].sort().join(', ')}`;
}
/** Many pods with one fault are told as one, that of a pod that is not being tried anew where there is one. */
function eachOnce(findings) {
    const byCause = Map.groupBy(findings, ({ cause }) => cause);
    return [...byCause.values()]
        .map((alike) => alike.toSorted((one, other) => Number(one.trying ?? false) - Number(other.trying ?? false)))
        .flatMap(([first, ...others]) => {
        if (first === undefined)
            return [];
        const alike = others.length === 0 ? '' : ` (and ${others.length} more like it)`;
        return [{ ...first, text: `${first.text}${alike}` }];
    })
        .sort(byPatience);
}
/** Puts the finding with the least patience first. */
function byPatience(one, other) {
    const [patience, others] = [causeOf(one.cause).patience, causeOf(other.cause).patience];
    // Infinity less Infinity is no number.
    return patience === others ? 0 : patience - others;
}

;// CONCATENATED MODULE: ./src/rollout/excuse.ts

/** Of one workload: what its containers did while another workload was still starting does not count, as they may have needed that. */
class Excuse {
    /** How often each container had been started by then. */
    #started = new Map();
    /** Gives a finding, marked where it does not count. `starting` is the name of another workload that is, if any. */
    apply(finding, starting) {
        const { cause, runs, logsOf } = finding;
        if (!isCrash(cause) || runs === undefined || logsOf === undefined)
            return finding;
        const { container } = logsOf;
        if (starting !== undefined) {
            this.#started.set(container, runs.started);
            return { ...finding, trying: true, text: `${finding.text}; ${starting} is still starting` };
        }
        return runs.ended > (this.#started.get(container) ?? 0) ? finding : { ...finding, trying: true };
    }
}

;// CONCATENATED MODULE: ./src/rollout/patience.ts

/** Counts for one workload how long each cause has been there without a break. */
class Patience {
    #since = new Map();
    /**
     * Gives the finding whose patience is over at `now` (milliseconds), if any; it has to be told of each look. `leaving`:
     * pods are on their way out, which may cure some causes. `least`: seconds that each cause gets at least.
     */
    over(findings, now, { leaving, least }) {
        const there = new Set(findings.map(({ cause }) => cause));
        for (const cause of this.#since.keys())
            if (!there.has(cause))
                this.#since.delete(cause);
        for (const cause of there) {
            if (!this.#since.has(cause) || (leaving && causeOf(cause).untilOthersLeft === true))
                this.#since.set(cause, now);
        }
        return findings.find(({ cause, trying = false }) => {
            if (trying)
                return false;
            const patience = Math.max(causeOf(cause).patience, least);
            return now - (this.#since.get(cause) ?? now) >= patience * 1000;
        });
    }
    /** Lets each cause start anew, where for a while nothing could be seen. */
    forget() {
        this.#since.clear();
    }
}

;// CONCATENATED MODULE: ./src/rollout/status.ts




/** Tells how far the rollout of a workload is, by the rules of `kubectl rollout status` where that has any. */
function rolloutStatus(workload, awaited) {
    const kind = (0,json/* textAt */.$6)(workload, 'kind');
    // The status of a Job names no generation; one that changes is another Job.
    if (kind === 'Job')
        return jobStatus(workload);
    if ((0,json/* numberAt */.tk)(workload, 'status', 'observedGeneration') < awaited.generation) {
        return { state: 'unseen', message: 'the controller has not seen the change yet' };
    }
    if (kind === 'Deployment')
        return deploymentStatus(workload, awaited);
    return kind === 'StatefulSet' ? statefulSetStatus(workload) : daemonSetStatus(workload);
}
function deploymentStatus(workload, awaited) {
    const wanted = numberOr((0,json.at)(workload, 'spec', 'replicas'), 1);
    const updated = (0,json/* numberAt */.tk)(workload, 'status', 'updatedReplicas');
    const all = (0,json/* numberAt */.tk)(workload, 'status', 'replicas');
    const available = (0,json/* numberAt */.tk)(workload, 'status', 'availableReplicas');
    const message = missingReplicas({ wanted, updated, all, available });
    if (message === undefined)
        return { state: 'complete' };
    if ((0,json.at)(workload, 'spec', 'paused') === true)
        return pausedStatus(workload);
    const condition = conditionOf(workload, 'Progressing');
    if ((0,json/* textAt */.$6)(condition, 'reason') === 'ProgressDeadlineExceeded' && isOfThisRollout(workload, awaited)) {
        return {
            state: 'failed',
            cause: 'deadlineExceeded',
            message: `it made no progress within its progressDeadlineSeconds: ${message}`,
        };
    }
    return progressing(message);
}
function missingReplicas(count) {
    const { wanted, updated, all, available } = count;
    if (updated < wanted)
        return `${updated} of ${wanted} new replicas are started`;
    if (all > updated)
        return `${all - updated} old replicas are still there`;
    if (available < updated)
        return `${available} of ${updated} new replicas are available`;
    return undefined;
}
/**
 * A Deployment that goes back to an earlier ReplicaSet keeps the condition of the rollout before until a replica changes
 * (kubernetes/kubernetes, deployment/util, DeploymentTimedOut): until its own time is over it says nothing of this one.
 */
function isOfThisRollout(workload, { written, seconds }) {
    return !written || seconds >= numberOr((0,json.at)(workload, 'spec', 'progressDeadlineSeconds'), 600);
}
/** One that its manifest pauses is meant to stand; one that somebody paused is not. */
function pausedStatus(workload) {
    const meant = (0,json/* listAt */.gT)(workload, 'metadata', 'managedFields').some((entry) => (0,json/* textAt */.$6)(entry, 'manager') === FIELD_MANAGER && (0,json.at)(entry, 'fieldsV1', 'f:spec', 'f:paused') !== undefined);
    return meant
        ? { state: 'complete', note: 'its manifest pauses it: the change is not rolled out' }
        : { state: 'failed', cause: 'paused', message: 'the Deployment is paused, but not by its manifest' };
}
function statefulSetStatus(workload) {
    const wanted = numberOr((0,json.at)(workload, 'spec', 'replicas'), 1);
    const partition = (0,json/* numberAt */.tk)(workload, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
    const updated = (0,json/* numberAt */.tk)(workload, 'status', 'updatedReplicas');
    const all = (0,json/* numberAt */.tk)(workload, 'status', 'replicas');
    const ready = (0,json/* numberAt */.tk)(workload, 'status', 'readyReplicas');
    const available = numberOr((0,json.at)(workload, 'status', 'availableReplicas'), ready);
    const [current, update] = ['currentRevision', 'updateRevision'].map((field) => (0,json/* textAt */.$6)(workload, 'status', field));
    const old = current === update ? 0 : Math.max(0, wanted - updated);
    if (ready < wanted)
        return progressing(`${ready} of ${wanted} replicas are ready`);
    if (all > wanted)
        return progressing(`${all - wanted} replicas too many are still there`);
    if (isOnDelete(workload))
        return { state: 'complete', ...onDeleteNote(old, wanted) };
    if (old > partition)
        return progressing(`${updated} of ${wanted} replicas are updated`);
    if (available < wanted)
        return progressing(`${available} of ${wanted} replicas are available`);
    return old === 0
        ? { state: 'complete' }
        : {
            state: 'complete',
            note: `its partition keeps ${old} of ${wanted} replicas at the revision before`,
        };
}
function daemonSetStatus(workload) {
    const wanted = (0,json/* numberAt */.tk)(workload, 'status', 'desiredNumberScheduled');
    const updated = (0,json/* numberAt */.tk)(workload, 'status', 'updatedNumberScheduled');
    const available = (0,json/* numberAt */.tk)(workload, 'status', 'numberAvailable');
    if (wanted === 0)
        return { state: 'empty', message: 'no node wants a pod of it' };
    if (!isOnDelete(workload) && updated < wanted)
        return progressing(`${updated} of ${wanted} pods are updated`);
    if (available < wanted)
        return progressing(`${available} of ${wanted} pods are available`);
    return { state: 'complete', ...onDeleteNote(wanted - updated, wanted) };
}
function isOnDelete(workload) {
    return (0,json/* textAt */.$6)(workload, 'spec', 'updateStrategy', 'type') === 'OnDelete';
}
function onDeleteNote(old, wanted) {
    if (old <= 0)
        return {};
    return {
        note: `its update strategy is OnDelete: ${old} of ${wanted} pods run the revision before until they are deleted`,
    };
}
function jobStatus(workload) {
    if (conditionHolds(workload, 'Complete'))
        return { state: 'complete' };
    const failed = ['Failed', 'FailureTarget'].find((type) => conditionHolds(workload, type));
    if (failed !== undefined) {
        const condition = conditionOf(workload, failed);
        const message = `${(0,json/* textAt */.$6)(condition, 'reason')}: ${messageOf(condition)}`;
        return { state: 'failed', cause: 'jobFailed', message };
    }
    if ((0,json.at)(workload, 'spec', 'suspend') === true)
        return { state: 'complete', note: 'it is suspended' };
    const wanted = numberOr((0,json.at)(workload, 'spec', 'completions'), 1);
    const failures = (0,json/* numberAt */.tk)(workload, 'status', 'failed');
    const but = failures === 0 ? '' : `, ${failures} failed`;
    return progressing(`${(0,json/* numberAt */.tk)(workload, 'status', 'succeeded')} of ${wanted} pods have ended well${but}`);
}
function progressing(message) {
    return { state: 'progressing', message };
}
function numberOr(value, fallback) {
    return typeof value === 'number' ? value : fallback;
}

;// CONCATENATED MODULE: ./src/rollout/watched.ts









const LOG_LINES = 20;
/** A line that differs from the one before in its numbers alone comes no sooner than this. */
const COUNT_LINES_MS = 10_000;
/**
 * How long what starts without a probe must have been complete: a quarter of the time that it took, since a slow cluster
 * tells late as well that a container ended; and at least as long where one ended before.
 */
const SETTLED_MS = { least: 2_000, most: 10_000, again: 12_000 };
const TIMEOUT_ANNOTATION = 'wpp-deploy-action/rollout-timeout';
/** What runc writes into a container's log where it cannot execute its program. */
const WRONG_ARCHITECTURE = /^exec \S+: exec format error|exec user process caused:? "?exec format error/;
const PATIENCE_ANNOTATION = 'wpp-deploy-action/rollout-patience';
/** One workload that is waited for, and what was seen of it. */
class Watched {
    workload;
    name;
    #cluster;
    #log;
    #nodesToCome;
    #start;
    #timeoutSeconds;
    #patience = new Patience();
    #excuse = new Excuse();
    /** Logs of containers that ended, read when that was first seen: a pod of a Job may be gone soon after. */
    #logs = new Map();
    #live = {};
    #status = { state: 'unseen', message: 'it was not looked at yet' };
    #diagnosis = { findings: [], events: [], ended: false };
    /** Of a Job, whose pods may be gone when it gives up. */
    #lastEnd;
    #completeSince;
    /** Whether pods were on their way out. */
    #leaving = false;
    #told = { key: '', shape: '', at: -Infinity };
    constructor(workload, timeoutSeconds, now, { cluster, log, nodesToCome }) {
        this.workload = workload;
        this.name = workload_nameOf(workload);
        this.#timeoutSeconds = timeoutSeconds;
        this.#start = now;
        this.#cluster = cluster;
        this.#log = log;
        this.#nodesToCome = nodesToCome;
    }
    /** What was seen last, in one sentence. */
    get line() {
        const [worst] = this.#diagnosis.findings;
        return worst?.text ?? ('message' in this.#status ? this.#status.message : 'its pods are started');
    }
    /** Whether nothing of it serves yet, and nothing is known against it: what needs it may end until then. */
    get isStarting() {
        const serves = ['availableReplicas', 'numberAvailable'].some((field) => (0,json/* numberAt */.tk)(this.#live, 'status', field) > 0);
        return (!serves &&
            this.#status.state !== 'failed' &&
            !this.#diagnosis.findings.some(({ cause }) => isCrash(cause)));
    }
    /** Takes in how it is at `now`; gives whether it is complete. */
    see(live, now) {
        this.#live = live;
        const { generation, written } = this.workload;
        const seconds = (now - this.#start) / 1000;
        this.#status = rolloutStatus(live, { generation, written, seconds });
        this.#completeSince = this.#status.state === 'complete' ? (this.#completeSince ?? now) : undefined;
        if (this.#status.state === 'complete' && !(written && startsUnprobed(live)))
            return this.#complete(this.#status.note);
        this.#tell(now);
        return false;
    }
    /** Whether what see() took in cannot wait for the next close look. */
    isUrgent(now) {
        const settled = this.#hasSettled(false, now) && !this.#diagnosis.ended;
        return this.#status.state === 'failed' || this.#isLate(now) || settled;
    }
    /** Takes in what is around it; gives whether it is complete. */
    async examine(around, now) {
        const found = diagnose(this.#live, this.#status.state, around);
        if (found.completeNote !== undefined)
            return this.#complete(found.completeNote);
        const { state } = this.#status;
        const settled = this.#hasSettled(found.ended, now) || this.#isLate(now);
        if (state === 'complete' && settled)
            return this.#complete(this.#status.note);
        if (state === 'empty' && found.findings.length === 0)
            return this.#complete(undefined);
        const findings = await Promise.all(found.findings.map((finding) => this.#withLog(this.#withNodes(finding))));
        this.#diagnosis = { ...found, findings: findings.sort(byPatience) };
        this.#lastEnd = findings.find(({ cause }) => cause === 'jobPodFailed') ?? this.#lastEnd;
        this.#leaving = around.pods.some(isLeaving);
        return false;
    }
    /** Gives why it has failed by what examine() took in, if it has. `starting` is the name of another workload that is, if any. */
    judge(now, starting) {
        const findings = this.#diagnosis.findings.map((finding) => this.#excuse.apply(finding, starting));
        this.#diagnosis = { ...this.#diagnosis, findings };
        this.#tell(now);
        return this.#verdict(this.#leaving, now);
    }
    /** Lets each cause start anew, where for a while nothing could be seen. */
    forget() {
        this.#patience.forget();
    }
    /** Gives the last lines of the container that a finding names. */
    async logs({ pod, container, previous }) {
        const kept = this.#logs.get(`${pod}/${container}`);
        if (kept !== undefined && kept.length > 0)
            return kept;
        const options = { previous, lines: LOG_LINES };
        return this.#cluster.logs(this.workload.key.namespace ?? '', pod, container, options);
    }
    #verdict(leaving, now) {
        const { findings } = this.#diagnosis;
        const least = this.#annotated(PATIENCE_ANNOTATION) ?? 0;
        const over = this.#patience.over(findings, now, { leaving, least });
        if (over !== undefined)
            return this.#defeat(over, over.text);
        if (this.#status.state === 'failed')
            return this.#given(this.#status.cause, this.#status.message);
        if (!this.#isLate(now))
            return undefined;
        const why = findings[0] ?? { cause: 'notComplete', text: this.line };
        return this.#defeat(why, `not complete within ${this.#limit()} s: ${why.text}`);
    }
    /** What its own controller gave up for. */
    #given(cause, message) {
        const [worst = this.#lastEnd] = this.#diagnosis.findings;
        if (worst === undefined || cause === 'paused')
            return this.#defeat({ cause, text: message }, message);
        // What the pods say is the cause of a deadline that passed.
        return cause === 'deadlineExceeded'
            ? this.#defeat(worst, worst.text)
            : this.#defeat({ ...worst, cause }, `${message}: ${worst.text}`);
    }
    #defeat({ cause, logsOf }, text) {
        const message = 'message' in this.#status ? this.#status.message : '';
        const { workload } = this;
        return { workload, cause, text, message, live: this.#live, events: this.#diagnosis.events, logsOf };
    }
    #hasSettled(ended, now) {
        if (this.#completeSince === undefined)
            return false;
        const { least, most, again } = SETTLED_MS;
        const quarter = Math.max(least, Math.min(most, (this.#completeSince - this.#start) / 4));
        return now - this.#completeSince >= (ended ? again : quarter);
    }
    #isLate(now) {
        return now - this.#start >= this.#limit() * 1000;
    }
    #limit() {
        return this.#annotated(TIMEOUT_ANNOTATION) ?? this.#timeoutSeconds;
    }
    #annotated(name) {
        return (0,duration/* secondsOf */.T)((0,json/* textAt */.$6)(this.#live, 'metadata', 'annotations', name));
    }
    #complete(note) {
        if (note !== undefined)
            this.#log.warning(`${this.name}: ${note}`);
        else if (this.#told.key !== '' || this.workload.written)
            this.#log.info(`${this.name}: complete`);
        return true;
    }
    /** Says what changed; counts that go on come now and then. */
    #tell(now) {
        const { line } = this;
        const key = this.#diagnosis.findings[0]?.cause ?? line;
        const shape = key.replaceAll(/\d+/g, '#');
        const due = shape !== this.#told.shape || now - this.#told.at >= COUNT_LINES_MS;
        if (key === this.#told.key || !due)
            return;
        this.#told = { key, shape, at: now };
        this.#log.info(`${this.name}: ${line}`);
    }
    /** Only Linode knows whether there will be more nodes. */
    #withNodes(finding) {
        if (finding.nodesHelp !== true)
            return finding;
        const coming = this.#nodesToCome();
        return coming === undefined
            ? finding
            : { ...finding, cause: 'nodesToCome', text: `${finding.text}; ${coming}` };
    }
    /** Only the log of a container tells that it was built for another architecture. */
    async #withLog(finding) {
        if (finding.logsOf === undefined || finding.cause === 'notReady')
            return finding;
        const { pod, container, previous } = finding.logsOf;
        const key = `${pod}/${container}`;
        if (!this.#logs.has(finding.text)) {
            const options = { previous, lines: LOG_LINES };
            const namespace = this.workload.key.namespace ?? '';
            const lines = await this.#cluster.logs(namespace, pod, container, options);
            this.#logs.set(finding.text, lines);
            this.#logs.set(key, lines);
        }
        const wrong = this.#logs.get(key)?.some((line) => WRONG_ARCHITECTURE.test(line)) ?? false;
        if (!wrong)
            return finding;
        return { ...finding, cause: 'architectureWrong', text: `${finding.text}: exec format error` };
    }
}
/**
 * Whether pods count as available when their containers are but started, which one that exits at once is for a moment
 * (a readiness probe or minReadySeconds would tell).
 */
function startsUnprobed(workload) {
    if ((0,json/* textAt */.$6)(workload, 'kind') === 'Job' || (0,json/* numberAt */.tk)(workload, 'spec', 'minReadySeconds') > 0)
        return false;
    return (0,json/* listAt */.gT)(workload, 'spec', 'template', 'spec', 'containers').some((container) => (0,json.at)(container, 'readinessProbe') === undefined);
}

;// CONCATENATED MODULE: ./src/rollout/rollout.ts





/** How often the workloads themselves are looked at; the longer it takes, the less it matters. */
const rollout_INTERVAL_MS = 250;
const LATE_INTERVAL_MS = 500;
const LATE_AFTER_MS = 60_000;
const LONGEST_INTERVAL_MS = 1_000;
/** How often pods and events are: they say why a rollout does not go on, which nobody needs at once. */
const CLOSE_LOOK_MS = 1_000;
/**
 * Waits until every workload is rolled out. Throws DeployError with the cause as soon as the patience for one is over
 * (causes.ts), or at the time limit, which `wpp-deploy-action/rollout-timeout` on a workload sets for that one.
 */
async function watchRollout(workloads, timeoutSeconds, ports) {
    const { clock } = ports;
    const start = clock.now();
    const looker = new Looker(ports);
    const outage = new Outage(ports);
    const around = { ...ports, nodesToCome: answerOnceThere(ports.nodesToCome) };
    let open = workloads.map((workload) => new Watched(workload, timeoutSeconds, start, around));
    let closeLook = -Infinity;
    while (open.length > 0) {
        const now = clock.now();
        try {
            open = await seeAll(open, looker, ports);
            if (now - closeLook >= CLOSE_LOOK_MS || open.some((watched) => watched.isUrgent(clock.now()))) {
                closeLook = now;
                open = await examineAll(open, looker, ports);
            }
            outage.answered();
        }
        catch (error) {
            outage.bear(error);
            for (const watched of open)
                watched.forget();
        }
        if (open.length === 0)
            break;
        const interval = now - start > LATE_AFTER_MS ? LATE_INTERVAL_MS : rollout_INTERVAL_MS;
        // A slow server is not asked more often than it can answer.
        await clock.sleep(Math.max(interval, Math.min(clock.now() - now, LONGEST_INTERVAL_MS)));
    }
    return workloads.map((workload) => ({ workload: workload_nameOf(workload), rolled: workload.written }));
}
/** Asks at the first call, and gives the answer from when it is there on: nothing waits for it. */
function answerOnceThere(ask) {
    let asked;
    let answer;
    return () => {
        asked ??= ask?.().then((words) => {
            answer = words;
        });
        return answer;
    };
}
/** Looks at the workloads alone; gives those that are not complete. */
async function seeAll(open, looker, { clock, cluster }) {
    const live = await looker.workloads(open.map(({ workload }) => workload));
    const now = clock.now();
    const there = [];
    for (const watched of open) {
        const object = live.get(watched.name);
        if (object === undefined)
            throw await vanished(watched.workload, cluster);
        there.push([watched, object]);
    }
    return there.filter(([watched, object]) => !watched.see(object, now)).map(([watched]) => watched);
}
/** Looks at what is around the workloads; gives those that are not complete. Throws DeployError for those that failed. */
async function examineAll(open, looker, { clock, cluster, log }) {
    if (open.length === 0)
        return [];
    const around = await looker.surroundings(open.map(({ workload }) => workload));
    const now = clock.now();
    const done = await Promise.all(open.map(async (watched) => {
        const own = around.get(watched.workload.key.namespace ?? '');
        return own !== undefined && (await watched.examine(own, now));
    }));
    const left = open.filter((_, index) => done[index] === false);
    const starting = left.filter((watched) => watched.isStarting);
    const defeats = left.flatMap((watched) => {
        const defeat = watched.judge(now, starting.find((other) => other !== watched)?.name);
        return defeat === undefined ? [] : [[watched, defeat]];
    });
    const [first] = defeats;
    if (first === undefined)
        return left;
    const others = left
        .filter((watched) => watched !== first[0])
        .map(({ name, line }) => `meanwhile ${name}: ${line}`);
    const failure = await rolloutFailure(first, others, cluster);
    const { cause, evidence = [] } = failure.details;
    for (const line of [cause, ...evidence])
        log.info(line);
    throw failure;
}

;// CONCATENATED MODULE: ./src/deploy-releases.ts












/** After these nothing more can be done: the cluster is away, or the run is to end. */
const HOPELESS = ['cancelled', 'cluster-unreachable', 'cluster-unauthorized'];
function isHopeless(error) {
    return error instanceof src_errors/* DeployError */.sH && HOPELESS.includes(error.details.code);
}
/** Records the release of a deploy before anything of it is applied. */
async function startRelease(objects, image, cluster, { settings, manifests, ports }) {
    const { namespace, inventory } = manifests;
    const { placed, late } = await place(objects, namespace, cluster);
    const { namespace: home } = await inventoryOf([...placed, ...late], inventory, namespace);
    const scope = releaseScope(settings, manifests);
    const draft = await draftOf(objects, { scope, commit: settings.event.sha, image });
    return openRelease(draft, home, releasePorts(settings, cluster, ports));
}
/** Applies a release; where that fails half way, what ran before is brought back if that is wanted. Throws DeployError. */
async function applyRelease(apply, release, around) {
    let wrote = false;
    try {
        return await apply((line) => {
            wrote = true;
            around.did(line);
        });
    }
    catch (error) {
        if (wrote)
            throw await undone(error, release, around);
        // Nothing of it is in the cluster: what ran before is still what runs.
        const { settings, kubeconfig, ports } = around;
        if (isNewRelease(release) && !isHopeless(error))
            await abandonRelease(release, releasePorts(settings, ports.connect(kubeconfig), ports));
        throw error;
    }
}
/**
 * Gives the failure of a deploy as it is to be told; where that is wanted, and there is a release before it, what that one had
 * is brought back first, with configuration, image and all that was deleted since.
 */
async function undone(error, open, around) {
    const { settings, kubeconfig, ports, did } = around;
    if (!settings.rollout.rollbackOnFailure || !(error instanceof src_errors/* DeployError */.sH) || isHopeless(error))
        return error;
    const before = releaseBefore(open);
    if (before === undefined) {
        did('brought nothing back: no complete release before this one is recorded');
        return error;
    }
    did(`going back to ${(0,releases_result/* nameRelease */.f)(before)}`);
    const cluster = ports.connect(kubeconfig);
    try {
        const { workloads } = await bringBack(before, around);
        await watchRollout(workloads, settings.rollout.timeoutSeconds, {
            cluster,
            clock: ports.clock,
            log: ports.log('rollout'),
        });
    }
    catch (failure) {
        if (!(failure instanceof src_errors/* DeployError */.sH) || failure.details.code === 'cancelled')
            throw failure;
        did(`${(0,releases_result/* nameRelease */.f)(before)} did not come up again: ${failure.details.cause}`);
        return error;
    }
    await abandonRelease(open, releasePorts(settings, cluster, ports));
    did(`${(0,releases_result/* nameRelease */.f)(before)} runs again`);
    return new src_errors/* DeployError */.sH({ ...error.details, rolledBackTo: (0,releases_result/* nameOnly */._)(before) });
}
/** Applies the objects of a release and deletes what came after it; Jobs are left as they are. Throws DeployError. */
async function bringBack(release, { settings, manifests, kubeconfig, ports, did }) {
    const recorded = await objectsOf(release);
    if (recorded === undefined) {
        throw new src_errors/* DeployError */.sH({
            code: 'release-missing',
            cause: `the record of ${(0,releases_result/* nameRelease */.f)(release)}, Secret/${release.key.namespace}/${release.key.name}, does not have its objects`,
            advice: 'They did not fit into a Secret, or the record was changed: deploy that commit again.',
        });
    }
    for (const secret of secretValues(recorded, wordsOf(settings)))
        ports.mask(secret);
    ports.log('rollout').info(`Bringing back ${(0,releases_result/* nameRelease */.f)(release)}`);
    const image = (0,image_reference/* parseReference */.F2)(release.image) ?? settings.imageName;
    // The token for pulling the image is the one of today.
    const objects = withPullSecret(recorded, image, manifests);
    const { namespace, inventory, prune, forceConflicts } = manifests;
    const options = { namespace, preview: false, inventory, prune, forceConflicts, leave: isLeftOut };
    const cluster = ports.connect(kubeconfig, manifests.timeoutSeconds);
    const result = await runManifests(objects, options, { cluster, clock: ports.clock, did });
    const workloads = (0,choice/* chosen */.FV)(settings.rollout.workloads, result.workloads);
    return { result, workloads, objects: recorded.map(({ object }) => object) };
}

;// CONCATENATED MODULE: ./src/rollout/address.ts




const CONTROLLER = /traefik|ingress|nginx|haproxy|contour|envoy|kong|caddy|istio/i;
/** How old a Service may be for its load balancer to be still on its way, and an Ingress for its controller to have seen it. */
const SERVICE_PATIENCE_MS = 300_000;
const INGRESS_PATIENCE_MS = 60_000;
const address_INTERVAL_MS = 2_000;
/**
 * Gives the address, an IP or a host name, at which the application can be reached: of the first of its Ingresses that has
 * one, else of the ingress controller's load balancer, else of its only Service of type LoadBalancer. Undefined where it has
 * none of them. Waits only for what is so young that its address may be on its way. No address is a warning, no failure.
 */
async function ingressAddress(objects, namespace, timeoutSeconds, ports) {
    const ingresses = address_keysOf(objects, INGRESSES, namespace, () => true);
    const services = address_keysOf(objects, SERVICES, namespace, isLoadBalancer);
    if (ingresses.length + services.length === 0)
        return undefined;
    try {
        return await waitForAddress(ingresses, services, timeoutSeconds * 1000, ports);
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code === 'cancelled')
            throw error;
        ports.log.warning(`The address is not known: ${(0,src_errors/* messageOf */.bD)(error)}.`);
        return undefined;
    }
}
async function waitForAddress(ingresses, services, timeoutMs, ports) {
    const { clock, log } = ports;
    const start = clock.now();
    for (let told = false;; told = true) {
        const found = await look(ingresses, services, ports);
        if (found.address !== undefined)
            return found.address;
        if (found.awaited.length === 0 || clock.now() - start > timeoutMs) {
            for (const name of found.missing)
                log.warning(`${name} has no address yet.`);
            return undefined;
        }
        if (!told)
            log.info(`Waiting for the address of ${found.awaited.join(', ')}`);
        await clock.sleep(address_INTERVAL_MS);
    }
}
async function look(ingresses, services, { cluster, clock }) {
    const [entries, own, all] = await Promise.all([
        read(ingresses, cluster),
        read(services, cluster),
        // The controller may have been installed by others, in a namespace of its own.
        ingresses.length === 0 ? [] : loadBalancers(cluster),
    ]);
    const balancer = frontOf(entries, own, all);
    const address = [...entries, ...balancer].map(addressOf).find((each) => each !== undefined);
    const younger = (patience) => (object) => clock.now() - Date.parse((0,json/* textAt */.$6)(object, 'metadata', 'creationTimestamp')) < patience;
    const awaited = [
        ...balancer.filter(younger(SERVICE_PATIENCE_MS)),
        // Without any load balancer, no controller has an address to tell.
        ...(own.length + all.length === 0 ? [] : entries.filter(younger(INGRESS_PATIENCE_MS))),
    ];
    return { address, awaited: awaited.map(describe), missing: balancer.map(describe) };
}
/** Gives the Service that stands before the Ingresses, or before the application itself; none where that cannot be told. */
function frontOf(ingresses, own, all) {
    const classes = ingresses.map((ingress) => (0,json/* textAt */.$6)(ingress, 'spec', 'ingressClassName'));
    const controllers = (own.some(isController) ? own : [...own, ...all]).filter(isController);
    const named = controllers.filter((service) => classes.some((name) => name !== '' && hintsOf(service).includes(name)));
    const [first, ...others] = named.length > 0 ? named : controllers.length > 0 ? controllers : own;
    return first === undefined || (others.length > 0 && named.length === 0) ? [] : [first];
}
function isController(service) {
    return CONTROLLER.test(hintsOf(service));
}
function hintsOf(service) {
    const label = (0,json/* textAt */.$6)(service, 'metadata', 'labels', 'app.kubernetes.io/name');
    return `${(0,json/* textAt */.$6)(service, 'metadata', 'name')} ${label}`;
}
function isLoadBalancer(object) {
    return (0,json/* textAt */.$6)(object, 'spec', 'type') === 'LoadBalancer';
}
function address_keysOf(objects, type, namespace, isMeant) {
    return objects
        .filter((object) => isOfType(object, type) && isMeant(object))
        .map((object) => ({
        type,
        namespace: namespaceOf(object, namespace),
        name: (0,json/* textAt */.$6)(object, 'metadata', 'name'),
    }));
}
async function read(keys, cluster) {
    const answers = await Promise.all(keys.map((key) => cluster.get(key)));
    return answers.flatMap((answer) => (answer.ok ? [answer.object] : []));
}
/** Gives the load balancers of the whole cluster; none where the account may not look there. */
async function loadBalancers(cluster) {
    try {
        const services = await cluster.list(SERVICES, undefined);
        return services.filter(isLoadBalancer);
    }
    catch (error) {
        if (error instanceof src_errors/* DeployError */.sH && error.details.code === 'cluster-forbidden')
            return [];
        throw error;
    }
}
function addressOf(object) {
    const first = (0,json/* listAt */.gT)(object, 'status', 'loadBalancer', 'ingress')[0];
    return (0,json/* textAt */.$6)(first, 'ip') || (0,json/* textAt */.$6)(first, 'hostname') || undefined;
}

;// CONCATENATED MODULE: ./src/rollout/url.ts



/** A name as DNS has it; no wildcard, and nothing that would mean something in a URL. */
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
/** By these annotations Traefik serves the hosts of an Ingress by HTTPS, without a `tls` in it. */
const TRAEFIK_TLS = 'traefik.ingress.kubernetes.io/router.tls';
/**
 * Gives the URL of the application: of the first host that an Ingress names, by `https` where the Ingress has TLS for it. A
 * controller that has TLS of itself leads on from `http`. Undefined where no Ingress names a host.
 */
function applicationUrl(objects) {
    return objects.filter((object) => isOfType(object, INGRESSES)).flatMap(urlsOf)[0];
}
function urlsOf(ingress) {
    const hosts = (0,json/* listAt */.gT)(ingress, 'spec', 'rules').map((rule) => (0,json/* textAt */.$6)(rule, 'host'));
    return hosts
        .filter((host) => HOST.test(host))
        .map((host) => `${hasTls(ingress, host) ? 'https' : 'http'}://${host}`);
}
function hasTls(ingress, host) {
    const annotations = (0,json.at)(ingress, 'metadata', 'annotations');
    const ofTraefik = Object.entries((0,json/* isObject */.Gv)(annotations) ? annotations : {}).some(([name, value]) => name.startsWith(TRAEFIK_TLS) && value !== 'false');
    return ofTraefik || (0,json/* listAt */.gT)(ingress, 'spec', 'tls').some((entry) => covers((0,json/* listAt */.gT)(entry, 'hosts'), host));
}
/** A certificate without hosts is the controller's for all; a wildcard stands for one label. */
function covers(names, host) {
    return names.length === 0 || names.includes(host) || names.includes(host.replace(/^[^.]+/, '*'));
}

;// CONCATENATED MODULE: ./src/deploy-rollout.ts










/**
 * Waits for what the manifests step changed, restarts the others where that is wanted, and then the release is complete; goes
 * back to the one before where it fails and that is wanted.
 */
async function rolloutStep(settings, preview, before, ports) {
    if (preview)
        return skipped('a preview changes nothing');
    const { manifests: applied, release: open } = before;
    const { manifests, rollout: wanted } = settings;
    const never = wanted.mode === 'never';
    if (applied.status === 'skipped')
        return skipped(never ? 'rollout is never' : applied.reason);
    if (applied.status === 'failed' || !manifests.run || open === undefined)
        return skipped(never ? 'rollout is never' : 'the manifests were not all applied');
    const kubeconfig = needed(kubeconfigOf(manifests, before.infra));
    const cluster = ports.connect(kubeconfig);
    const complete = () => completeRelease(open, releasePorts(settings, cluster, ports));
    const { objects } = open.draft;
    if (never)
        return { ...skipped('rollout is never'), release: await complete(), url: applicationUrl(objects) };
    const workloads = (0,choice/* chosen */.FV)(wanted.workloads, applied.value.workloads);
    // A Job that this run did not make has ended, or is another run's to wait for.
    const idle = workloads.filter((workload) => !workload.written && isLasting(workload));
    const written = workloads.filter((workload) => workload.written);
    let release;
    let [address, url] = [];
    const rollout = await attempt('rollout', ports, async (did) => {
        const others = wanted.mode === 'always' ? await restartAll(idle, settings, cluster, ports, did) : idle;
        const rolled = await watch([...written, ...others], settings, cluster, ports, before.infra).catch(async (error) => {
            throw await undone(error, open, { settings, manifests, kubeconfig, ports, did });
        });
        release = await complete();
        const around = { cluster, clock: ports.clock, log: ports.log('rollout') };
        url = applicationUrl(objects);
        address = await ingressAddress(objects, manifests.namespace, wanted.timeoutSeconds, around);
        return rolled;
    });
    return { rollout, release, address, url };
}
function skipped(reason) {
    return { rollout: { status: 'skipped', reason } };
}
/** Restarts the workloads of the manifests, or those that are chosen, and waits; nothing else runs. */
async function restartOnly(settings, loaded, ports) {
    const nothing = { status: 'skipped', reason: 'restart only restarts' };
    const { manifests } = settings;
    if (!manifests.run)
        return { image: nothing, infra: nothing, manifests: nothing, rollout: skip(manifests) };
    const rollout = await attempt('rollout', ports, async (did) => {
        const cluster = ports.connect(await existingKubeconfig(settings, ports));
        const workloads = loaded.flatMap(({ object, place }) => {
            const key = workloadKey(object, manifests.namespace);
            const where = place === undefined ? {} : { place };
            return key === undefined ? [] : [{ key, generation: 0, written: false, ...where }];
        });
        const wanted = (0,choice/* chosen */.FV)(settings.rollout.workloads, workloads);
        return watch(await restartAll(wanted, settings, cluster, ports, did), settings, cluster, ports);
    });
    return { image: nothing, infra: nothing, manifests: nothing, rollout };
}
async function restartAll(workloads, settings, cluster, { clock }, did) {
    // Whole seconds, as kubectl writes, would make two restarts within one second a single one.
    const stamp = `${new Date(clock.now()).toISOString()} run ${settings.event.runId}.${settings.event.runAttempt}`;
    const outcomes = await Promise.allSettled(workloads.map(async (workload) => {
        const restarted = await restart(workload, stamp, cluster);
        did(`restarted ${workload_nameOf(workload)}`);
        return restarted;
    }));
    // Only when all have ended is it known which were restarted.
    return outcomes.map((outcome) => {
        if (outcome.status === 'rejected')
            throw outcome.reason;
        return outcome.value;
    });
}
function watch(workloads, settings, cluster, { clock, log, infra: linodePorts }, infra) {
    const clusterId = infra?.status === 'succeeded' ? infra.value.clusterId : undefined;
    return watchRollout(workloads, settings.rollout.timeoutSeconds, {
        cluster,
        clock,
        log: log('rollout'),
        ...(clusterId === undefined || linodePorts === undefined
            ? {}
            : { nodesToCome: () => nodesToCome(clusterId, linodePorts.linode) }),
    });
}

;// CONCATENATED MODULE: ./src/deploy-rollback.ts








/**
 * Brings back the newest complete release before the one that runs now, waits, and only then forgets the newer one: a
 * run that is killed is completed by the next one, and a second rollback goes one further.
 */
async function rollbackOnly(settings, ports) {
    const nothing = { status: 'skipped', reason: 'rollback only brings back what ran' };
    const { manifests } = settings;
    if (!manifests.run)
        return { image: nothing, infra: nothing, manifests: skip(manifests), rollout: skip(manifests) };
    const found = await attempt('manifests', ports, (did) => goBack({ settings, manifests, ports, did }));
    if (found.status !== 'succeeded') {
        const rollout = { status: 'skipped', reason: 'no release was brought back' };
        return { image: nothing, infra: nothing, manifests: found, rollout };
    }
    const { cluster, target, newer, objects, workloads, result } = found.value;
    const { clock } = ports;
    const around = { cluster, clock, log: ports.log('rollout') };
    const patience = settings.rollout.timeoutSeconds;
    let [address, url] = [];
    const rollout = await attempt('rollout', ports, async () => {
        const rolled = await watchRollout(workloads, patience, around);
        await forget(newer, releasePorts(settings, cluster, ports));
        url = applicationUrl(objects);
        address = await ingressAddress(objects, manifests.namespace, patience, around);
        return rolled;
    });
    return {
        image: nothing,
        infra: nothing,
        manifests: { ...found, value: result },
        rollout,
        release: rollout.status === 'succeeded' ? (0,releases_result/* nameOnly */._)(target) : undefined,
        address,
        url,
    };
}
async function goBack(around) {
    const { settings, manifests, ports } = around;
    const kubeconfig = await existingKubeconfig(settings, ports);
    const cluster = ports.connect(kubeconfig);
    const releases = await findReleases(releaseScope(settings, manifests), cluster);
    const target = targetOf(releases, settings);
    const back = await bringBack(target, { ...around, kubeconfig });
    return { ...back, cluster, target, newer: releases.slice(0, releases.indexOf(target)) };
}
function targetOf(releases, { event, environment }) {
    const [current, ...others] = releases;
    const target = others.find(({ status }) => status === 'complete');
    if (target !== undefined)
        return target;
    const whose = `${event.repository} in the environment ${environment}`;
    throw new src_errors/* DeployError */.sH({
        code: 'release-missing',
        cause: current === undefined
            ? `the cluster has no record of a release of ${whose}`
            : `there is no complete release of ${whose} before ${(0,releases_result/* nameRelease */.f)(current)}, which is the newest`,
        advice: 'Deploy a commit that works: each deploy that completes is a release that rollback can go back to.',
    });
}

;// CONCATENATED MODULE: ./src/image/build-arguments.ts
/** Words of secrets wherever they stand, and shorter ones as words of their own. */
const SECRET_WORD = /token$|token_|secret|passw(or)?d|passphrase|credential|api_?key|private_?key|(^|_)(pwd|pass|pat|private|key)$|_(pwd|pass|pat|key)_/i;
/** Keys that open nothing. */
const HARMLESS = /(^|_)(cache|public|primary|foreign|sort)_?key/i;
/** Gives a warning where build arguments look like secrets by their names, or undefined. Names alone are told. */
function argumentWarning(args) {
    const names = Object.keys(args).filter((name) => SECRET_WORD.test(name) && !HARMLESS.test(name));
    if (names.length === 0)
        return undefined;
    return `build-args: ${names.join(', ')} looks like a secret, but everybody who can pull the image can read its build arguments; give it by build-secrets.`;
}

;// CONCATENATED MODULE: ./src/image/push.ts


/** How long each further try waits. */
const WAITS_MS = [2_000, 6_000, 15_000];
/**
 * Builds and pushes; a push that the registry or the network broke is tried again, for which the builder has every layer
 * already. Throws DeployError.
 */
async function buildAndPush(request, ports) {
    const { builder, clock, log, registry } = ports;
    for (const [tries, wait] of [...WAITS_MS, undefined].entries()) {
        try {
            return await builder.build({ ...request, fresh: request.fresh && tries === 0 });
        }
        catch (error) {
            if (!(error instanceof src_errors/* DeployError */.sH) || error.details.code !== 'image-push-failed')
                throw error;
            await askRegistry(error, request, registry);
            if (wait === undefined)
                throw error;
            log.warning(`${error.details.cause}; it is pushed again in ${wait / 1000} s.`);
            await clock.sleep(wait);
        }
    }
}
/** Waits as long as a busy registry asks for, and throws where its disk is full: of a failed push docker tells neither. */
async function askRegistry(broken, { push = '' }, registry) {
    const said = await registry.uploadRefusal().catch(() => undefined);
    if (said === undefined || !isFullDisk(said))
        return;
    throw new src_errors/* DeployError */.sH({
        code: 'image-push-denied',
        cause: `the registry refused the push of ${push}: its disk is full`,
        advice: pushAdvice(said),
        evidence: [...(broken.details.evidence ?? []), said],
    }, { cause: broken });
}

;// CONCATENATED MODULE: ./src/image/tags.ts

/**
 * Gives every tag that an image of this event has, that of the commit first; then branch, version, and those of the input
 * `tags`. `latest` is never among them unless it is asked for.
 */
async function imageTags(settings, event) {
    const branch = event.branch === undefined ? undefined : await (0,image_tag/* nameTag */.oM)(event.branch);
    const versions = event.gitTag === undefined ? [] : await (0,image_tag/* versionTags */.OP)(event.gitTag);
    const commit = await (0,image_tag/* commitTag */.m)(event.sha, settings);
    return [...new Set([commit, ...(branch === undefined ? [] : [branch]), ...versions, ...settings.tags])];
}

;// CONCATENATED MODULE: ./src/image/image.ts







/** A push can be visible to readers some moments after it is done. */
const READ_BACK_TRIES = 5;
const READ_BACK_MS = 1_000;
/**
 * Makes sure that the registry has the image of the event's content, with every tag that it is to have. With `preview` nothing is
 * written: what the registry lacks is only built.
 */
async function runImage(settings, event, options, ports) {
    const { name } = settings;
    const tag = await (0,image_tag/* commitTag */.m)(event.sha, settings);
    if (settings.build === 'never')
        return takePresent(settings, tag, options, ports);
    const fresh = settings.build === 'always';
    const labels = labelsOf(event);
    const content = await contentOf(settings, labels, ports);
    const present = fresh ? undefined : await find(name, content, ports);
    if (present === undefined && options.preview) {
        await ports.builder.build({ ...settings, labels, fresh, push: undefined });
        return { kind: 'checked', name };
    }
    if (present === undefined) {
        const request = { ...settings, labels, fresh, push: (0,image_reference/* tagged */.VK)(name, content) };
        await buildAndPush(request, ports);
        ports.did(`pushed ${(0,image_reference/* tagged */.VK)(name, content)}`);
    }
    const digest = present ?? (await readBack(name, content, ports));
    if (!options.preview)
        await addTags(name, content, digest, await imageTags(settings, event), ports);
    return { kind: 'available', name, tag, digest, built: present === undefined };
}
/** Who only takes an image may not write: just the tags that are asked for by name are added. */
async function takePresent({ name, tags }, tag, { preview }, ports) {
    const digest = await ports.registry.digest(tag);
    if (digest === undefined)
        throw image_missing(name, tag, 'build is never, and the registry has no such image');
    ports.log.info(`${(0,image_reference/* tagged */.VK)(name, tag)} is in the registry.`);
    if (!preview)
        await addTags(name, tag, digest, tags, ports);
    return { kind: 'available', name, tag, digest, built: false };
}
/** By this label ghcr.io links the package to its repository. One that names the commit would give every commit another digest, and so a rollout. */
function labelsOf({ runUrl, owner, repository }) {
    return { 'org.opencontainers.image.source': `${new URL(runUrl).origin}/${owner}/${repository}` };
}
/** Gives the tag by which the image of this content is found, and warns of what should not be in it. */
async function contentOf(settings, labels, { builder, files, hash, log }) {
    try {
        const sources = readSources(settings, files);
        for (const warning of [argumentWarning(settings.args), riskWarning(sources, files)])
            if (warning !== undefined)
                log.warning(warning);
        const platforms = settings.platforms.length > 0 ? settings.platforms : [builder.architecture];
        return (0,image_tag/* contentTag */.mB)(await contentKey({ ...settings, platforms }, labels, sources, hash));
    }
    catch (error) {
        if (!(error instanceof SyntaxError))
            throw error;
        throw new src_errors/* DeployError */.sH({
            code: 'image-build-failed',
            cause: `the .dockerignore of ${settings.context} cannot be read: ${error.message}`,
            advice: 'Mend the pattern; https://docs.docker.com/build/concepts/context/#dockerignore-files shows what can stand there.',
        }, { cause: error });
    }
}
/** A registry that cannot say whether it has the image is no reason to stop: then it is built. */
async function find(name, content, { registry, log }) {
    try {
        const digest = await registry.digest(content);
        if (digest !== undefined)
            log.info(`${(0,image_reference/* tagged */.VK)(name, content)} is in the registry: it is not built again.`);
        return digest;
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH))
            throw error;
        log.info(`It is not known whether the image is there already, so it is built: ${(0,src_errors/* messageOf */.bD)(error)}`);
        return undefined;
    }
}
async function addTags(name, content, digest, tags, { registry, did, log }) {
    const present = await Promise.all(tags.map((tag) => registry.digest(tag)));
    for (const tag of tags.filter((_, index) => present[index] !== digest)) {
        const kept = await registry.addTag(content, tag);
        if (kept === undefined)
            did(`tagged ${(0,image_reference/* formatName */.nD)(name)} as ${tag}`);
        else
            log.warning(`${(0,image_reference/* tagged */.VK)(name, tag)} stays as it is, since the registry moves no tags: ${kept}`);
    }
}
async function readBack(name, tag, { registry, clock }) {
    for (let attempt = 1; attempt <= READ_BACK_TRIES; attempt += 1) {
        const digest = await registry.digest(tag);
        if (digest !== undefined)
            return digest;
        await clock.sleep(READ_BACK_MS);
    }
    throw image_missing(name, tag, 'it was pushed, but the registry does not show it');
}
function image_missing(name, tag, why) {
    return new src_errors/* DeployError */.sH({
        code: 'image-digest-missing',
        cause: `there is no digest for ${(0,image_reference/* tagged */.VK)(name, tag)}: ${why}`,
        advice: 'Run the job again, or let the action build (build: auto).',
    });
}

;// CONCATENATED MODULE: ./src/infra/kubeconfig-secret.ts

/** Gives the name of the secret that holds an environment's kubeconfig: several environments must not share one. */
function kubeconfigSecret(environment) {
    const suffix = environment === 'production' ? '' : `_${environment.toUpperCase().replaceAll('-', '_')}`;
    return `KUBE_CONFIG${suffix}`;
}
/**
 * Writes the cluster's kubeconfig into a secret of the repository where Terraform changed anything, or the secret is not
 * there. It is a convenience: what fails is a warning.
 */
async function keepKubeconfig({ applied, kubeconfig }, name, { secrets, log, mask, did }) {
    if (kubeconfig === undefined)
        return;
    const value = Buffer.from(kubeconfig.text).toString('base64');
    mask(value);
    try {
        if (!applied && (await secrets.names()).includes(name))
            return;
        await secrets.write(name, value);
        did(`wrote the secret ${name} of the repository`);
    }
    catch (error) {
        const { cause, advice } = error instanceof src_errors/* DeployError */.sH ? error.details : { cause: (0,src_errors/* messageOf */.bD)(error), advice: '' };
        log.warning(`The secret ${name} was not written: ${cause}. ${advice}`.trim());
    }
}

// EXTERNAL MODULE: ./src/infra/paths.ts
var paths = __webpack_require__(518);
;// CONCATENATED MODULE: ./src/infra/fingerprint.ts




/** Files that Terraform writes itself; they say nothing about what the infrastructure should be. */
const WRITTEN_BY_TERRAFORM = /(^|\/)(\.terraform\/|terraform\.tfstate|errored\.tfstate|crash\.log)/;
/**
 * Gives a digest of everything that decides what Terraform would do: the files of the folder (the lock file too), of the
 * modules beside it and with variables, the version, the backend and the variables. Two runs with the same fingerprint want
 * the same infrastructure. The files are read as they lie there, since that is what Terraform reads: git's own ids leave out what
 * an earlier step has written. It is keyed by the state store's secret, so that secret variables cannot be guessed from it.
 */
async function fingerprint(settings, files) {
    const { terraform, backend, variables, variableFiles } = settings;
    const own = sources(settings.directory, files);
    const given = variableFiles.map((path) => ({ name: `-var-file ${path}`, path }));
    const contents = [];
    // One after the other, so that a folder of large files is never in memory as a whole.
    for (const source of [...own, ...given])
        contents.push(await fingerprint_contentOf(source, files));
    const subject = JSON.stringify({
        contents,
        terraform: [terraform.product, terraform.version ?? null],
        backend: fingerprint_sorted(backend),
        variables: fingerprint_sorted(variables),
    });
    const digest = await keyedDigest(settings.stateSecretKey);
    return digest(subject);
}
/** What a program does with a file depends on whether it may be run, too. A link that leads nowhere has no content. */
async function fingerprint_contentOf({ name, path }, files) {
    if (files.kind(path) !== 'file')
        return [name];
    return [name, await hexOf(files.read(path)), files.isExecutable(path)];
}
/** What Terraform and OpenTofu read of a folder. */
const CONFIGURATION = /\.(tf|tofu)(\.json)?$/;
/**
 * Gives the files of a configuration, and of what it names outside of its folder: modules, and files that it reads. A module names
 * its modules from its own folder, and what it reads from that of the whole configuration, too: both are looked at.
 */
function sources(directory, files) {
    const seen = new Set();
    const visit = (source) => {
        const { name, path } = source;
        const kind = files.kind(path);
        if (kind === 'missing' || seen.has(path))
            return [];
        seen.add(path);
        if (kind === 'file')
            return [source];
        const prefix = name === '' ? '' : `${name}/`;
        const own = files
            .list(path)
            .filter((each) => !WRITTEN_BY_TERRAFORM.test(each))
            .map((each) => ({ name: `${prefix}${each}`, path: `${path}/${each}` }));
        const outside = own
            .filter((each) => CONFIGURATION.test(each.name) && files.kind(each.path) === 'file')
            .flatMap((each) => {
            const named = (0,configuration/* namedPaths */.SR)([new TextDecoder().decode(files.read(each.path))]);
            return named.flatMap((relative) => [
                { name: (0,paths/* joined */.o)(folderOf(each.name), relative), path: (0,paths/* joined */.o)(folderOf(each.path), relative) },
                { name: (0,paths/* joined */.o)('.', relative), path: (0,paths/* joined */.o)(directory, relative) },
            ]);
        })
            .filter((each) => !`${each.path}/`.startsWith(`${(0,paths/* joined */.o)(path, '.')}/`));
        return [...own, ...outside.flatMap(visit)];
    };
    return visit({ name: '', path: directory });
}
function folderOf(path) {
    return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
}
function fingerprint_sorted(map) {
    return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1));
}
async function hexOf(data) {
    return (await (0,sha256/* sha256 */.s)(data)).toString('hex');
}

;// CONCATENATED MODULE: ./src/infra/prepare.ts




/**
 * Decides whether Terraform is to be run. Where it is, what it would fail at after minutes is checked first: the token, the state
 * store, and what Linode offers. Throws DeployError.
 */
async function prepareInfra(settings, { preview }, ports) {
    const { files, store, log } = ports;
    if (store === undefined)
        log.info('The state is on this machine alone: nothing is recorded, and Terraform is run each time.');
    const [current, record] = await Promise.all([
        store === undefined ? '' : fingerprint(settings, files),
        store?.readRecord(),
    ]);
    const changed = record === undefined || record.fingerprint !== current;
    const wanted = changed || settings.mode !== 'auto';
    refuseOther(settings, record);
    if (wanted)
        await preflight(settings, { preview, record }, ports);
    const known = await clusterOf(record?.clusterId, ports);
    if (record === undefined)
        await awaitUnrecorded(settings, ports);
    // A cluster that is gone, or that no record names, is a matter for Terraform too.
    const due = wanted || known.kubeconfig === undefined;
    if (due && !wanted)
        await preflight(settings, { preview, record }, ports);
    if (!due && record !== undefined)
        log.info(`The infrastructure is as applied for commit ${record.commit}: Terraform is not run.`);
    return { ...known, fingerprint: current, record, changed, due };
}
/**
 * A first apply that was killed leaves a cluster that no record names, and whose kubeconfig Terraform would ask for without end:
 * that of the shipped set is known by its label.
 */
async function awaitUnrecorded({ shipped, variables }, { linode }) {
    const label = variables['label'];
    const id = shipped && typeof label === 'string' ? await linode.find('lke/clusters', label) : undefined;
    if (id !== undefined)
        await linode.kubeconfig(id);
}
/** A repository that lost its own configuration must not have the shipped one put over its state. */
function refuseOther({ shipped }, record) {
    if (!shipped || record?.shipped !== false)
        return;
    throw new src_errors/* DeployError */.sH({
        code: 'infra-configuration-gone',
        cause: `the repository has no folder terraform any more, which the deploy of commit ${record.commit} applied: the set that ships with the action would be put over its state`,
        advice: 'Bring the folder back, or name where it is in terraform-directory; to go over to the shipped set, copy it to terraform/. Nothing was changed.',
    });
}

;// CONCATENATED MODULE: ./src/manifests/image-warning.ts



const image_warning_MOST_NAMED = 5;
/**
 * Gives a warning where no manifest has the image that was built, but pods run others: a deploy would go well and change nothing.
 * `manifests` are those in which the image was set.
 */
function unusedImageWarning(manifests, image) {
    const isSet = manifests.some(({ object }) => (0,json/* textAt */.$6)(object, 'metadata', 'annotations', TAG_ANNOTATION) !== '');
    const others = [...new Set(manifests.flatMap(({ object }) => imagesOf(object)))];
    if (isSet || others.length === 0)
        return undefined;
    const more = others.length > image_warning_MOST_NAMED ? ' and others' : '';
    const name = (0,image_reference/* formatName */.nD)(image);
    return `No manifest runs the image that is built, ${name}: they run ${others.slice(0, image_warning_MOST_NAMED).join(', ')}${more}. Write ${name}:latest where it is meant, give the name that is written there as the input image, or set build to never.`;
}

;// CONCATENATED MODULE: ./src/manifests/pull-warning.ts




/**
 * Gives a warning where pods run this image with no pull secret, but the registry shows it to nobody without a login: the job's own
 * token, which pushed it, is not the cluster's. Gives undefined where the registry does not say.
 */
async function pullWarning(manifests, { name, tag }, registry) {
    const pods = manifests.filter(({ object }) => lacksPullSecret(object, name));
    if (pods.length === 0)
        return undefined;
    try {
        if (!(await registry.isPrivate(tag)))
            return undefined;
    }
    catch (error) {
        if (error instanceof src_errors/* DeployError */.sH)
            return undefined;
        throw error;
    }
    const who = pods.map(({ object }) => describe(object)).join(', ');
    return `${(0,image_reference/* formatName */.nD)(name)} is private, and ${who} names no pull secret, so the cluster may not be able to pull it: give pull-token (a long-lived token with read:packages), or make the package public.`;
}

;// CONCATENATED MODULE: ./src/rollout/warnings.ts


/** Modes in which pods on several nodes can have a volume. */
const SHARED_MODES = ['ReadWriteMany', 'ReadOnlyMany'];
/** Gives what the manifests say of rollouts that will probably hang, before anything is changed. */
function rolloutWarnings(manifests) {
    const single = manifests.filter(({ object }) => isSingle(object)).map(({ object }) => identityOf(object));
    return manifests.flatMap(({ source, object }) => {
        const taken = warnings_claimsOf(object).filter((name) => single.includes(`${namespaceOf(object, '')}/${name}`));
        if (!startsBesideOld(object) || taken.length === 0)
            return [];
        return [
            `${describe(object)} (${source}) starts a new pod beside the old one, but only one node at a time can have its ReadWriteOnce volume ${taken.join(', ')}: give it \`strategy: {type: Recreate}\``,
        ];
    });
}
/** Whether an object is a claim to a volume that one node has at a time. */
function isSingle(object) {
    if ((0,json/* textAt */.$6)(object, 'kind') !== 'PersistentVolumeClaim')
        return false;
    const modes = (0,json/* listAt */.gT)(object, 'spec', 'accessModes');
    return modes.length > 0 && !modes.some((mode) => SHARED_MODES.includes(String(mode)));
}
/** Whether a Deployment has more pods during a rollout than before it. */
function startsBesideOld(object) {
    if ((0,json/* textAt */.$6)(object, 'kind') !== 'Deployment' || (0,json.at)(object, 'spec', 'replicas') === 0)
        return false;
    if ((0,json/* textAt */.$6)(object, 'spec', 'strategy', 'type') === 'Recreate')
        return false;
    const surge = (0,json.at)(object, 'spec', 'strategy', 'rollingUpdate', 'maxSurge');
    return surge !== 0 && surge !== '0' && surge !== '0%';
}
function warnings_claimsOf(object) {
    return (0,json/* listAt */.gT)(object, 'spec', 'template', 'spec', 'volumes')
        .map((volume) => (0,json/* textAt */.$6)(volume, 'persistentVolumeClaim', 'claimName'))
        .filter((name) => name !== '');
}
function identityOf(object) {
    return `${namespaceOf(object, '')}/${(0,json/* textAt */.$6)(object, 'metadata', 'name')}`;
}

// EXTERNAL MODULE: ./src/settings/settings.ts + 11 modules
var settings_settings = __webpack_require__(822);
;// CONCATENATED MODULE: ./src/deploy.ts
























/** Runs the steps as a graph: image and infra side by side, then manifests, then rollout. Never throws for a step's failure. */
async function deploy(settings, ports) {
    if (settings.bootstrap !== undefined)
        return bootstrapOnly(settings.bootstrap, ports);
    if (settings.destroy !== undefined)
        return destroyOnly(settings, settings.destroy, ports);
    if (settings.command === 'rollback')
        return rollbackOnly(settings, ports);
    const preview = (0,settings_settings/* changesNothing */.TY)(settings.command);
    const [loaded, prepared] = await Promise.all([
        attempt('manifests', ports, () => checkManifests(settings, ports), 'check'),
        settings.command === 'restart' ? undefined : prepareStep(settings, preview, ports),
    ]);
    if (loaded.status !== 'succeeded' || prepared?.status === 'failed')
        return nothingBut(loaded, prepared);
    if (prepared === undefined)
        return restartOnly(settings, loaded.value, ports);
    if (settings.command === 'drift')
        return driftOnly(settings, loaded.value, prepared, ports);
    const [image, infra] = await Promise.all([
        imageStep(settings, preview, ports),
        infraStep(settings, preview, prepared, ports),
    ]);
    const applied = await manifestsStep(settings, preview, loaded.value, { image, infra }, ports);
    const { manifests } = applied;
    const [rolled, cost, comparison] = await Promise.all([
        rolloutStep(settings, preview, { infra, ...applied }, ports),
        monthlyCost(settings, loaded.value, { infra, manifests }, ports.prices),
        compareImages(settings, { image, manifests }, ports.image.registry),
    ]);
    return { image, infra, manifests, ...rolled, cost, comparison };
}
/** Reads the manifests before anything is touched, so that their faults are told at once. Throws DeployError. */
async function checkManifests(settings, ports) {
    if (!settings.manifests.run)
        return [];
    const manifests = await loadManifests(settings.manifests, settings.imageName, ports);
    for (const secret of secretValues(manifests, wordsOf(settings)))
        ports.mask(secret);
    const { namespace } = settings.manifests;
    const keyOf = settings.command === 'restart' ? workloadKey : watchedKey;
    (0,choice/* checkChoices */.bD)(settings.rollout.workloads, manifests.flatMap(({ object }) => keyOf(object, namespace) ?? []));
    for (const warning of rolloutWarnings(manifests))
        ports.log('manifests').warning(warning);
    await tryCluster(settings, manifests, ports);
    return manifests;
}
/**
 * Asks the cluster for the kinds of the manifests before the image is built for it: whether it is there, takes the credentials and
 * knows the kinds. Not where the infra step runs, which may change that. Throws DeployError.
 */
async function tryCluster({ command, infra, manifests }, loaded, { connect }) {
    if (command !== 'deploy' || infra.run || !manifests.run || manifests.kubeconfig === undefined)
        return;
    await place(loaded, manifests.namespace, connect(manifests.kubeconfig));
}
/** Gives the result of a run whose checks failed: all that they found, and nothing else. */
function nothingBut(loaded, prepared) {
    const reason = loaded.status === 'failed' ? 'the manifests have faults' : 'the infrastructure is not ready for it';
    const skipped = { status: 'skipped', reason };
    const failed = (outcome) => outcome?.status === 'failed' ? outcome : skipped;
    return { image: skipped, infra: failed(prepared), manifests: failed(loaded), rollout: skipped };
}
/** Looks at what the infrastructure is, and checks what can be checked, before anything is touched. */
async function prepareStep({ infra }, preview, ports) {
    if (!infra.run)
        return skip(infra);
    return attempt('infra', ports, () => prepareInfra(infra, { preview }, preparePorts(ports)), 'check');
}
async function imageStep(settings, preview, ports) {
    const { image, event } = settings;
    if (!image.run)
        return skip(image);
    const { files, clock } = ports;
    return attempt('image', ports, (did) => runImage(image, event, { preview }, { ...ports.image, files, clock, log: ports.log('image'), did }));
}
async function infraStep(settings, preview, prepared, ports) {
    const { infra, event } = settings;
    if (!infra.run)
        return skip(infra);
    if (prepared.status !== 'succeeded')
        return prepared;
    const { secrets, mask } = ports;
    const outcome = await attempt('infra', ports, async (did) => {
        const options = { preview, commit: event.sha };
        const result = await runInfra(infra, options, prepared.value, infraPorts(ports, did));
        if (!preview && secrets !== undefined)
            await keepKubeconfig(result, kubeconfigSecret(settings.environment), {
                ...{ secrets, mask, did },
                log: ports.log('infra'),
            });
        return result;
    });
    return outcome.status === 'skipped'
        ? outcome
        : { ...outcome, spans: [...prepared.spans, ...outcome.spans] };
}
async function manifestsStep(settings, preview, loaded, before, ports) {
    const { manifests } = settings;
    if (!manifests.run)
        return { manifests: skip(manifests) };
    const broken = [before.image, before.infra].some((outcome) => outcome.status === 'failed');
    if (broken)
        return { manifests: { status: 'skipped', reason: 'a step before it failed' } };
    const kubeconfig = kubeconfigOf(manifests, before.infra);
    if (kubeconfig === undefined && preview)
        return { manifests: { status: 'skipped', reason: 'there is no cluster yet to compare with' } };
    let release;
    const outcome = await attempt('manifests', ports, async (did) => {
        const known = needed(kubeconfig);
        const cluster = ports.connect(known, manifests.timeoutSeconds);
        const image = await imageOf(settings, before.image);
        const objects = withPullSecret(withImage(loaded, image), image.name, manifests);
        const { namespace, inventory, prune, forceConflicts } = manifests;
        const options = { namespace, preview, inventory, prune, forceConflicts };
        const apply = (told) => runManifests(objects, options, { cluster, clock: ports.clock, did: told });
        const write = async () => {
            if (preview)
                return apply(did);
            const around = { settings, manifests, kubeconfig: known, ports, did };
            release = await startRelease(objects, image.reference, cluster, around);
            return applyRelease(apply, release, around);
        };
        const [applied] = await Promise.all([write(), warnOfImage(objects, image, settings, ports)]);
        if (applied.warning !== undefined)
            ports.log('manifests').warning(applied.warning);
        return applied;
    });
    return { manifests: outcome, ...(release === undefined ? {} : { release }) };
}
async function warnOfImage(objects, image, { image: built }, { image: { registry }, log }) {
    const isBuilt = built.run && built.build !== 'never';
    const unused = isBuilt ? unusedImageWarning(objects, image.name) : undefined;
    for (const warning of [unused, await pullWarning(objects, image, registry)])
        if (warning !== undefined)
            log('manifests').warning(warning);
}
/** A preview has no digest yet: the tag stands for what will be built. */
async function imageOf(settings, image) {
    if (image.status === 'succeeded' && image.value.kind === 'available') {
        const { name, digest, tag } = image.value;
        return { name, reference: (0,image_reference/* pinned */.dp)(name, digest), tag };
    }
    const { sha } = settings.event;
    const name = settings.imageName;
    const tag = settings.image.run ? await (0,image_tag/* commitTag */.m)(sha, settings.image) : sha;
    return { name, reference: `${(0,image_reference/* formatName */.nD)(name)}:${tag}`, tag };
}

// EXTERNAL MODULE: ./src/report/markdown.ts
var markdown = __webpack_require__(4285);
// EXTERNAL MODULE: ./src/report/sections.ts + 5 modules
var sections = __webpack_require__(9037);
;// CONCATENATED MODULE: ./src/report/verdict.ts



/** Failures by which the plan itself is refused. */
const STOPPED = new Set([
    'infra-destroy-blocked',
    'infra-volume-shrinks',
    'infra-change-impossible',
]);
/** Gives in one line what merging does, with a sign for how much care it needs. */
function verdict(report) {
    if (report.failures.some(({ code: failure }) => STOPPED.has(failure)))
        return '🛑 Merging this would stop before the infrastructure is touched';
    if (report.outcome === 'failed')
        return '❌ Merging this cannot be previewed: it would fail';
    const parts = [
        ...imagePart(report),
        ...verdict_counted('changes', report.plan?.changes.length ?? 0, 'Linode resource'),
        ...objectsPart(report),
        ...rolloutPart(report.forecasts),
        ...costPart(report),
    ];
    const text = parts.length === 0 ? 'changes nothing' : joined(parts);
    return (0,markdown/* escapeText */.X1)(`${needsCare(report) ? '⚠️' : '✅'} Merging this ${text}`);
}
function imagePart({ image }) {
    if (image === undefined)
        return [];
    if (image.built)
        return ['builds a new image'];
    return image.comparison === undefined ? [] : ['deploys an image that is built already'];
}
function objectsPart({ objects }) {
    const gone = objects.filter(({ action }) => action === 'pruned').length;
    const written = objects.filter(({ action }) => action === 'created' || action === 'configured').length;
    return [
        ...verdict_counted('writes', written, 'Kubernetes object'),
        ...verdict_counted('deletes', gone, `${written > 0 ? '' : 'Kubernetes '}object`),
    ];
}
function rolloutPart(forecasts) {
    const rolled = forecasts.filter(({ effect }) => effect !== 'ends');
    const downtime = rolled.some((each) => each.downtime === 'expected') ? ' with downtime' : '';
    return [
        ...verdict_counted('rolls out', rolled.length, 'workload').map((part) => `${part}${downtime}`),
        ...verdict_counted('ends', forecasts.length - rolled.length, 'workload'),
    ];
}
function costPart({ cost }) {
    if (cost?.status !== 'known' || cost.change === 'unknown' || cost.change === 0)
        return [];
    const amount = `${(0,infra_cost/* dollars */.E9)(Math.abs(cost.change))} USD a month`;
    return [cost.change > 0 ? `costs ${amount} more` : `saves ${amount}`];
}
/** Where something is lost, interrupted or already gone. */
function needsCare({ plan, forecasts, warnings }) {
    const risky = plan?.changes.some(({ guard, action, consequences }) => guard === 'allowed' || (action === 'update' && consequences.length > 0));
    const gone = plan !== undefined && ((0,plan_words/* goneInWords */.SH)(plan).length > 0 || plan.failedChecks.length > 0);
    const down = forecasts.some(({ downtime }) => downtime === 'expected');
    return risky === true || gone || down || warnings.length > 0;
}
function verdict_counted(verb, count, noun) {
    return count === 0 ? [] : [`${verb} ${count} ${noun}${count === 1 ? '' : 's'}`];
}
function joined(parts) {
    const last = parts.at(-1) ?? '';
    return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

;// CONCATENATED MODULE: ./src/report/comment.ts




/** Gives the text of the pull request's comment: what merging would do, most important first. */
function renderComment(report, { record, voided } = {}) {
    const hidden = [commentMarker(report.environment), ...(record === undefined ? [] : [formatRecord(record)])];
    return (0,markdown/* fit */.Uj)([
        [...hidden, `### ${verdict(report)}`].join('\n'),
        ...(voided === undefined
            ? []
            : [
                `The plan that stood here for commit ${(0,markdown/* code */.aY)(voided.slice(0, 12))} is void: the infrastructure would stay as it is.`,
            ]),
        (0,sections/* stepTable */.Ph)(report, false),
        ...report.failures.map(sections/* failureSection */.mo),
        ...(report.failures.length > 0 && report.steps.some((step) => step.did.length > 0)
            ? [(0,sections/* doneSection */.ID)(report)]
            : []),
        ...(0,sections/* detailSections */.O8)(report),
        `Commit ${(0,markdown/* code */.aY)(report.commit.slice(0, 12))} · environment ${(0,markdown/* code */.aY)(report.environment)} · [run](${report.runUrl})`,
    ], markdown/* COMMENT_LIMIT */.W$);
}

// EXTERNAL MODULE: ./src/report/lines.ts
var lines = __webpack_require__(2365);
;// CONCATENATED MODULE: ./src/report/comment-life.ts




const RESULT = '<!-- wpp-deploy-action result -->';
/** The hidden line, the text, and an empty line. */
const RESULT_LINES = 3;
/** Escaping may make it six times as long; COMMENT_LIMIT leaves that much room. */
const LONGEST_RESULT = 240;
/**
 * Gives the text of a preview's comment in place of the one before it; undefined where a newer run wrote that one, which an older
 * run that was started again must not take back.
 */
function nextComment(report, record, before) {
    const earlier = before === undefined ? undefined : comment_record_readRecord(before);
    if (earlier !== undefined && isNewer(earlier, record))
        return undefined;
    const empty = record.plan?.digests.length === 0;
    const gone = empty && hadPlan(earlier) && earlier?.head !== record.head;
    return renderComment(report, { record, voided: gone ? earlier?.head : undefined });
}
function isNewer(one, other) {
    return one.run === other.run ? one.attempt > other.attempt : one.run > other.run;
}
function hadPlan(record) {
    return (record?.plan?.digests.length ?? 0) > 0;
}
/** Whether a deployment has something to say in the comment that showed what it would do: it failed, or did more than to name an image. */
function hasResult({ outcome, steps, outputs }) {
    const changed = steps.some(({ step, did }) => step !== 'image' && did.length > 0);
    return outcome === 'failed' || changed || outputs['image-built'] === 'true';
}
/**
 * Gives the text of a merged pull request's comment with what was deployed on top, in place of what an earlier run said of
 * it; undefined where there is none. It stands right below the hidden lines, where no text from outside can pass for it.
 */
function commentWithResult(report, before) {
    if (before === undefined || comment_record_readRecord(before) === undefined)
        return undefined;
    const [marker = '', record = '', ...shown] = before.split('\n');
    const kept = shown[0] === RESULT ? shown.slice(RESULT_LINES) : shown;
    return [marker, record, RESULT, resultLine(report), '', ...kept].join('\n');
}
function resultLine(report) {
    const { failures, steps, address, url, commit, runUrl } = report;
    const told = failures.length > 0 ? failures.map(({ cause }) => cause) : steps.flatMap(doneIn);
    const what = (0,markdown/* escapeText */.X1)((0,lines/* shortened */.vI)((0,markdown/* shortDigests */.sY)(told.join('; ')), LONGEST_RESULT));
    const back = report.outputs['rollout'] === 'rolled-back' ? '; the release before it runs again' : '';
    const where = url === undefined ? (address === undefined ? '' : `; ${(0,markdown/* code */.aY)(address)}`) : `; <${url}>`;
    return `${resultTitle(report)} commit ${(0,markdown/* code */.aY)(commit.slice(0, 12))} ([run](${runUrl})): ${what}${back}${where}`;
}
function resultTitle({ outcome, steps }) {
    if (outcome === 'succeeded')
        return '✅ **Deployed**';
    const infra = steps.find(({ step }) => step === 'infra');
    if (infra?.status !== 'failed')
        return '❌ **The deploy failed** for';
    return `❌ **The plan was ${infra.did.length > 0 ? 'applied in part' : 'not applied'}** for`;
}
function doneIn({ status, did, headline }) {
    return status === 'succeeded' && did.length > 0 ? [headline] : [];
}

;// CONCATENATED MODULE: ./src/deploy-comment.ts



/**
 * Writes what a preview found into the comment of its pull request, and what was deployed into that of the merged one which
 * showed it. Gives the comment's URL, where one was written.
 */
async function writeComment(settings, result, report, ports) {
    const { command, event, environment, githubToken } = settings;
    if (!settings.comment || githubToken === '')
        return undefined;
    const { pullRequests } = ports;
    const marker = commentMarker(environment);
    if (command === 'preview' && event.pullRequest !== undefined) {
        const record = deploy_comment_recordOf(settings, result);
        const edit = (before) => nextComment(report, record, before);
        return pullRequests.editComment(event.pullRequest.number, marker, edit);
    }
    if (command !== 'deploy' || event.name !== 'push' || !hasResult(report))
        return undefined;
    let url;
    for (const { number } of await merged(settings, ports)) {
        url = await pullRequests.editComment(number, marker, (before) => commentWithResult(report, before));
    }
    return url;
}
function deploy_comment_recordOf({ event }, { infra }) {
    return {
        head: event.sha,
        run: Number(event.runId),
        attempt: Number(event.runAttempt),
        plan: infra.status === 'succeeded' ? infra.value.shown : undefined,
    };
}
/** A comment that cannot be brought up to date is no reason to keep the report back. */
async function merged({ event }, ports) {
    try {
        return await ports.pullRequests.mergedWith(event.sha, event.branch);
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH))
            throw error;
        ports.log.warning(`No comment tells what was deployed: ${error.details.cause}.`);
        return [];
    }
}

;// CONCATENATED MODULE: ./src/report/drift-issue.ts


/** Gives the hidden first line by which the issue of an environment is found again. */
function driftMarker(environment) {
    return `<!-- wpp-deploy-action drift environment=${environment} -->`;
}
/** Gives the title of the issue; it stays the same, whatever differs. */
function driftTitle({ environment }) {
    return `Drift: ${environment} is not as the repository says`;
}
/** Gives the text of the issue: what differs at Linode and in the cluster, and how it goes away. */
function renderDrift(report) {
    return (0,markdown/* fit */.Uj)([
        `${driftMarker(report.environment)}\nThis is what a deployment would change to make ${(0,markdown/* code */.aY)(report.environment)} as commit ${(0,markdown/* code */.aY)(report.commit.slice(0, 12))} has it. Somebody changed it by hand, or the last deployment did not come through.`,
        (0,sections/* stepTable */.Ph)(report, false),
        ...(0,sections/* detailSections */.O8)(report),
        `To take it back, run the workflow by hand with the command ${(0,markdown/* code */.aY)('deploy')}; to keep it, bring the repository up to it. The issue is kept up to date, and closed when nothing differs any more. Looked at by this [run](${report.runUrl}).`,
    ], markdown/* COMMENT_LIMIT */.W$);
}
/** Gives the comment with which the issue is closed. */
function renderNoDrift({ environment, commit, runUrl }) {
    return `Nothing differs any more: ${(0,markdown/* code */.aY)(environment)} is as commit ${(0,markdown/* code */.aY)(commit.slice(0, 12))} has it ([run](${runUrl})).`;
}

;// CONCATENATED MODULE: ./src/deploy-issue.ts


/**
 * Keeps the one issue about the drift of an environment: opened or opened again where something differs, closed where nothing
 * does. A run that failed does not know, and leaves it. An issue that cannot be written is no reason to fail.
 */
async function writeDriftIssue(report, { issues, log }) {
    if (report.drift === undefined)
        return;
    try {
        const found = await issues.find(driftMarker(report.environment));
        if (report.drift) {
            const text = { title: driftTitle(report), body: renderDrift(report) };
            const url = await (found === undefined ? issues.open(text) : issues.rewrite(found.number, text));
            log.info(`What differs stands in ${url}`);
        }
        else if (found?.open === true) {
            await issues.close(found.number, renderNoDrift(report));
        }
    }
    catch (error) {
        if (!(error instanceof src_errors/* DeployError */.sH))
            throw error;
        const { cause, advice } = error.details;
        log.warning(`The issue about the drift could not be written: ${cause}. ${advice} It stands in the job summary.`);
    }
}

// EXTERNAL MODULE: ./src/report/leftovers-section.ts
var leftovers_section = __webpack_require__(228);
;// CONCATENATED MODULE: ./src/report/headlines.ts



/** Gives what bootstrap made, in one sentence. */
function bootstrapHeadline({ bucket, region, madeBucket, madeKey }) {
    const made = madeBucket ? 'made' : 'there already';
    const key = madeKey ? `made, and kept in the secrets ${KEY_SECRETS.join(' and ')}` : 'there already';
    return `the bucket ${bucket} in ${region} was ${made}; its key was ${key}`;
}
/** Gives what became of the image. */
function imageHeadline(image) {
    if (image.kind === 'checked')
        return `${(0,image_reference/* formatName */.nD)(image.name)} builds`;
    const reference = (0,image_reference/* pinned */.dp)(image.name, image.digest);
    return image.built ? `built and pushed ${reference}` : `${reference} is in the registry already`;
}
/** Gives what became of the infrastructure, or in a preview would. */
function infraHeadline(infra, preview) {
    if (infra.plan === undefined)
        return 'unchanged since the last apply';
    const { changes, outputsChanged } = infra.plan;
    const outputs = outputsChanged.length === 0 ? '' : `, ${outputsChanged.length} of outputs`;
    const counts = changes.length === 0 ? `no change to resources${outputs}` : (0,plan_words/* countsInWords */.Pe)(infra.plan);
    if (preview)
        return counts;
    return infra.applied ? `applied: ${counts}` : 'changed in content, but the plan changes nothing';
}
/** Gives how many objects were written, or in a preview would be. */
function manifestsHeadline(changes, preview) {
    const count = (action) => changes.filter((change) => change.action === action).length;
    const [created, configured, pruned] = preview
        ? ['to create', 'to configure', 'to delete']
        : ['created', 'configured', 'deleted'];
    const gone = count('pruned') === 0 ? '' : `, ${count('pruned')} ${pruned}`;
    return `${count('created')} ${created}, ${count('configured')} ${configured}, ${count('unchanged')} unchanged${gone}`;
}
/** Gives which workloads were rolled out. */
function rolloutHeadline(workloads) {
    const rolled = workloads.filter((workload) => workload.rolled).map((workload) => workload.workload);
    if (rolled.length > 0)
        return `rolled out ${rolled.join(', ')}`;
    return workloads.length === 0
        ? 'the manifests have no workload'
        : 'nothing to roll out: every workload runs as it should';
}

;// CONCATENATED MODULE: ./src/report/outputs.ts




/** Gives the outputs of action.yml but for those that are known later; each is a text, empty where there is nothing to say. */
function outputsOf(settings, result, failures, drift) {
    const image = result.image.status === 'succeeded' && result.image.value.kind === 'available'
        ? result.image.value
        : undefined;
    const infra = result.infra.status === 'succeeded' ? result.infra.value : undefined;
    const plan = infra?.plan === undefined ? undefined : (0,infra_plan/* countPlan */.RF)(infra.plan);
    const changes = result.manifests.status === 'succeeded' && !(0,settings_settings/* changesNothing */.TY)(settings.command)
        ? result.manifests.value.changes
        : [];
    const count = (...actions) => String(changes.filter((change) => actions.includes(change.action)).length);
    return {
        image: image === undefined ? '' : (0,image_reference/* pinned */.dp)(image.name, image.digest),
        tag: image?.tag ?? '',
        digest: image?.digest ?? '',
        'image-built': String(image?.built ?? false),
        'infra-changed': String(infra?.changed ?? false),
        'infra-applied': String(infra?.applied ?? false),
        'plan-create': String(plan?.create ?? 0),
        'plan-update': String(plan?.update ?? 0),
        'plan-delete': String(plan?.delete ?? 0),
        ...costOutputs(result.cost),
        'cluster-id': infra?.clusterId === undefined ? '' : String(infra.clusterId),
        'objects-changed': count('created', 'configured'),
        'objects-pruned': count('pruned'),
        rollout: rolloutOutput(settings, result.rollout, failures),
        drift: String(drift ?? ''),
        'ingress-address': result.address ?? '',
        url: result.url ?? '',
        'failure-code': failures[0]?.code ?? '',
    };
}
/** Dollars; empty where they are not known. */
function costOutputs(cost) {
    const known = cost?.status === 'known' ? cost : undefined;
    return {
        'monthly-cost': known?.after.complete === true ? (0,infra_cost/* dollars */.E9)(known.after.known) : '',
        'monthly-cost-change': typeof known?.change === 'number' ? (0,infra_cost/* dollars */.E9)(known.change) : '',
    };
}
function rolloutOutput({ command }, rollout, failures) {
    if (failures.some(({ rolledBackTo }) => rolledBackTo !== undefined))
        return 'rolled-back';
    if (rollout.status !== 'succeeded')
        return rollout.status;
    return command === 'rollback' || rollout.value.some((workload) => workload.rolled)
        ? 'succeeded'
        : 'skipped';
}

;// CONCATENATED MODULE: ./src/report/report.ts





/** Makes the report of a run; `warnings` are those that were told in the log. */
function makeReport(settings, result, warnings = []) {
    const preview = (0,settings_settings/* changesNothing */.TY)(settings.command);
    const outcomes = [
        ...(result.bootstrap === undefined ? [] : [result.bootstrap]),
        result.image,
        result.infra,
        result.manifests,
        result.rollout,
        ...(result.leftovers === undefined ? [] : [result.leftovers]),
    ];
    const failures = outcomes.flatMap((outcome) => outcome.status === 'failed' ? [withoutPlan(outcome.error)] : []);
    const drift = driftOf(settings, result);
    return {
        version: 1,
        command: settings.command,
        environment: settings.environment,
        repository: `${settings.event.owner}/${settings.event.repository}`,
        commit: settings.event.sha,
        runUrl: settings.event.runUrl,
        outcome: failures.length > 0 ? 'failed' : 'succeeded',
        steps: stepReports(result, { preview, began: beginOf(outcomes) }),
        failures,
        warnings,
        image: report_imageOf(result),
        plan: planOf(result.infra),
        cost: result.cost,
        leftovers: result.leftovers?.status === 'succeeded' ? result.leftovers.value : undefined,
        objects: result.manifests.status === 'succeeded' ? result.manifests.value.changes : [],
        forecasts: result.manifests.status === 'succeeded' ? (result.manifests.value.forecasts ?? []) : [],
        drift,
        release: result.release ?? failures.find(({ rolledBackTo }) => rolledBackTo !== undefined)?.rolledBackTo,
        address: result.address,
        url: result.url,
        outputs: outputsOf(settings, result, failures, drift),
    };
}
function beginOf(outcomes) {
    const spans = outcomes.flatMap((outcome) => (outcome.status === 'skipped' ? [] : outcome.spans));
    return Math.min(...spans.map(({ from }) => from));
}
function stepReports(result, run) {
    const { bootstrap, leftovers, image, infra, manifests, rollout } = result;
    const { preview, began } = run;
    if (bootstrap !== undefined)
        return [stepReport('bootstrap', bootstrap, began, bootstrapHeadline)];
    if (leftovers !== undefined)
        return destructionReports(result, leftovers, began);
    return [
        stepReport('image', image, began, imageHeadline),
        stepReport('infra', infra, began, (value) => infraHeadline(value, preview)),
        stepReport('manifests', manifests, began, (value) => manifestsHeadline(value.changes, preview)),
        stepReport('rollout', rollout, began, rolloutHeadline),
    ];
}
/** In the order in which they ran. */
function destructionReports({ manifests, infra }, leftovers, began) {
    return [
        stepReport('manifests', manifests, began, leftovers_section/* deletedHeadline */.og),
        stepReport('infra', infra, began, leftovers_section/* destroyedHeadline */._S),
        stepReport('leftovers', leftovers, began, leftovers_section/* leftoversHeadline */.xF),
    ];
}
function report_imageOf({ image, comparison }) {
    if (image.status !== 'succeeded')
        return undefined;
    const name = (0,image_reference/* formatName */.nD)(image.value.name);
    if (image.value.kind === 'checked')
        return { name, digest: undefined, built: true, comparison };
    const { digest, built } = image.value;
    return { name, digest, built, comparison };
}
/** A plan that failed later, or was refused, is shown too. */
function planOf(infra) {
    if (infra.status === 'skipped')
        return undefined;
    return infra.status === 'succeeded' ? infra.value.plan : infra.error.plan;
}
function withoutPlan({ plan: _shownByItself, ...failure }) {
    return failure;
}
/** None is said only where all was seen that there is to see. */
function driftOf(settings, { infra, manifests }) {
    const looked = [infra, manifests].filter(({ status }) => status !== 'skipped');
    if (settings.command !== 'drift' || looked.length === 0)
        return undefined;
    if (looked.some(({ status }) => status === 'failed'))
        return undefined;
    const changes = infra.status === 'succeeded' ? (infra.value.plan?.changes ?? []) : [];
    const objects = manifests.status === 'succeeded' ? manifests.value.changes : [];
    if (changes.length > 0 || objects.some(({ action }) => action !== 'unchanged'))
        return true;
    return settings.manifests.run && manifests.status === 'skipped' ? undefined : false;
}
function stepReport(step, outcome, began, headline) {
    const { status } = outcome;
    if (status === 'skipped')
        return { step, status, headline: outcome.reason, did: [], seconds: undefined, spans: [] };
    const after = (time) => (time - began) / 1000;
    const spans = outcome.spans.map(({ from, to }) => ({ start: after(from), end: after(to) }));
    return {
        ...{ step, status },
        headline: status === 'succeeded' ? headline(outcome.value) : outcome.error.cause,
        did: outcome.did,
        seconds: outcome.spans.reduce((sum, { from, to }) => sum + (to - from), 0) / 1000,
        spans,
    };
}

;// CONCATENATED MODULE: ./src/run.ts



























/**
 * Builds the adapters, deploys and publishes the report; a failure of a step is in the report and makes the run fail. At the end nothing is left
 * of what the run made for itself.
 */
async function run_run(settings, secrets, runLog) {
    const signal = interruption();
    const scratch = new Scratch();
    (0,actions/* rememberScratch */.m6)(scratch.folder);
    try {
        const github = gitHub(settings, signal);
        const ports = buildPorts(settings, github, scratch, secrets, runLog, signal);
        const result = await deploy(settings, ports);
        const report = secrets.redact(makeReport(settings, result, runLog.warnings));
        const { pullRequests } = ports;
        const log = ports.log('report');
        const comment = await writeComment(settings, result, report, { pullRequests, log });
        await writeDriftIssue(report, { issues: new GitHubIssues(github), log });
        await (0,actions/* publish */.mk)(report, comment ?? '');
        runLog.close();
        if (report.outcome === 'failed')
            (0,actions/* fail */.fJ)(complaints(report), secrets);
    }
    finally {
        await removeOwnBuilder(scratch.folder, runLog.of('image'));
        scratch.remove();
    }
}
function gitHub({ event, githubToken }, signal) {
    const { owner, repository } = event;
    return new GitHubApi({ token: githubToken, owner, repository, clock: systemClock(signal), signal });
}
function buildPorts(settings, github, scratch, secrets, runLog, signal) {
    const log = (step) => runLog.of(step);
    const clock = systemClock(signal);
    const { infra, image, imageName, event, secretsToken, bootstrap, destroy } = settings;
    const { owner, repository } = event;
    const login = image.run
        ? { registry: imageName.registry, username: image.username, password: image.password }
        : { registry: imageName.registry, username: '', password: '' };
    return {
        files: files/* fileSystem */.C,
        kustomize: new KubectlKustomize(signal),
        clock,
        log,
        progress: runLog,
        mask: (secret) => secrets.add(secret),
        connect: (kubeconfig, seconds) => new KubernetesClient(kubeconfig, seconds === undefined ? signal : within(seconds, signal), (secret) => secrets.add(secret)),
        pullRequests: new GitHubPullRequests(github, log('report')),
        image: {
            builder: new DockerBuilder(scratch, login, log('image'), signal),
            hash: contextHash(signal),
            registry: new RegistryClient(imageName, login, clock, signal),
        },
        prices: new LinodePrices(signal),
        account: bootstrap === undefined ? undefined : new LinodeStorage(bootstrap.linodeToken, signal),
        made: destroy?.linodeToken === undefined
            ? undefined
            : new LinodeMade(destroy.linodeToken, clock, log('leftovers'), signal),
        secrets: secretsToken === undefined
            ? undefined
            : new GitHubSecrets(new GitHubApi({ token: secretsToken, owner, repository, clock, signal })),
        infra: infra.run
            ? {
                store: infra.localState ? undefined : new ObjectStorage(infra, signal),
                linode: new LinodeClient(infra.linodeToken, clock, log('infra'), signal),
                terraform: (onDone) => new TerraformCli({
                    settings: infra,
                    actionFolder: (0,actions/* actionFolder */.TU)(),
                    scratch,
                    log: log('infra'),
                    signal,
                    limits: TIME_LIMITS,
                    readLock: () => readLockFile(infra),
                    onDone,
                }),
            }
            : undefined,
    };
}
function complaints(report) {
    return report.failures.map(({ code, step, cause, advice, place }) => ({
        // The words of others may end as a sentence.
        text: `${step}: ${code}: ${cause.replace(/\.$/, '')}. ${advice}`,
        ...(place === undefined ? {} : { place }),
    }));
}


/***/ })

};
