import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hosts } from '../sandbox/hosts.ts';
import { linodeClusters, linodeVolumes } from '../sandbox/live.ts';
import { objectStorage } from '../sandbox/parts/object-storage.ts';
import { pausePart, resumePart } from '../sandbox/parts/part.ts';
import { resetInfrastructure } from '../sandbox/reset.ts';
import { printed, type BundleRun } from './support/bundle.ts';
import {
  idsInState,
  killLikeMachine,
  lockFile,
  startShippedInfra,
  startShippedInfraPost,
} from './support/shipped-infra.ts';
import { publishEmptyImage, reportOf } from './support/manifests-only.ts';

const MOMENTS = 20;
/** Which moments: chosen anew by each run, unless it is to repeat another. */
const seed = Number(process.env['WPP_KILL_SEED'] ?? Date.now() % 1_000_000);
/** How long the store stands still while the state is being saved. */
const UPLOAD_MS = 600;

const PHASES = ['plan', 'apply', 'upload'] as const;
const INITIALISED = 'successfully initialized';
const CREATING = 'linode_lke_cluster.wpp_bot: Creating...';
const CREATED = 'linode_lke_cluster.wpp_bot: Creation complete';

interface Moment {
  readonly phase: (typeof PHASES)[number];
  /** By a runner that cancels (SIGINT, SIGTERM, SIGKILL), or at once (SIGKILL). */
  readonly way: 'cancelled' | 'killed';
  /** Parts of a thousand of the phase. */
  readonly share: number;
  /** Milliseconds between the signals: a runner's are 7500 and 2500, which Terraform would mostly be done in. */
  readonly gaps: readonly [number, number];
}

const chance = fc.record({
  share: fc.noBias(fc.nat(950)),
  gaps: fc.tuple(fc.noBias(fc.nat(1200)), fc.noBias(fc.nat(400))),
});
const moments = fc.sample(chance, { seed, numRuns: MOMENTS }).map((drawn, index): Moment => ({
  ...drawn,
  phase: PHASES[index % PHASES.length] ?? 'plan',
  way: index % 2 === 0 ? 'cancelled' : 'killed',
}));

/** What protects an account from a second cluster when a run is ended at any moment. */
describe(`a run that is killed (WPP_KILL_SEED=${seed})`, () => {
  let folder = '';
  let runners = 0;
  const length = { plan: 0, apply: 0, upload: UPLOAD_MS };
  const runner = (): string => join(folder, `runner-${(runners += 1)}`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wpp-kill-'));
    await publishEmptyImage();
    await resetInfrastructure();
    const run = await startShippedInfra(runner());
    const since = async (text: string): Promise<number> => {
      await printed(run, text);
      return Date.now();
    };
    const [initialised, creating, created] = [
      await since(INITIALISED),
      await since(CREATING),
      await since(CREATED),
    ];
    if ((await run.ended) !== 0) throw new Error(run.printed());
    length.plan = creating - initialised;
    length.apply = created - creating;
  });
  beforeEach(resetInfrastructure);
  afterEach(() => resumePart(objectStorage));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Waits for the moment; while the state is to be saved, the store stands still. */
  async function waitFor(run: BundleRun, { phase, share }: Omit<Moment, 'way' | 'gaps'>): Promise<void> {
    await printed(run, phase === 'plan' ? INITIALISED : CREATING);
    if (phase === 'upload') {
      pausePart(objectStorage);
      await printed(run, CREATED);
    }
    await sleep((length[phase] * share) / 1000);
  }

  /** How many runs were over before their moment came: a phase is shorter in some runs than in the first. */
  let missed = 0;

  it.each(moments)('$way during $phase, at $share ‰, $gaps', async (moment) => {
    const first = runner();
    const run = await startShippedInfra(first);
    await waitFor(run, moment);
    if (run.process.exitCode !== null) missed += 1;
    if (moment.way === 'cancelled') {
      run.process.kill('SIGINT');
      await sleep(moment.gaps[0]);
      run.process.kill('SIGTERM');
      await sleep(moment.gaps[1]);
    }
    run.process.kill('SIGKILL');
    await run.ended;
    const post = await startShippedInfraPost(first);
    await sleep(UPLOAD_MS - (UPLOAD_MS * moment.share) / 1000);
    resumePart(objectStorage);
    await post.ended;
    const said = `${run.printed()}\n${post.printed()}`;
    expect({ lock: await lockFile(), said }).toEqual({ lock: undefined, said });
    const isKnown = (await linodeClusters()).length === (await clustersInState());

    const next = await startShippedInfra(runner());
    const code = await next.ended;
    // Only where it was ended within the very request by which Linode makes the cluster: see the next test.
    if (!isKnown) return expectNamed(next, said);
    if (code !== 0) throw new Error(`${said}\n--- then\n${next.printed()}`);
    await expectOneOfEach();
  });

  it('was running at most of these moments', () => expect(missed).toBeLessThan(MOMENTS / 4));

  it('cancelled while Linode makes the cluster: Terraform gives the request up, and the next run names what it made', async () => {
    const delay = { method: 'POST', path: '/lke/clusters$', delayMs: 4000 };
    const linode = `https://${hosts.linode.name}/_sandbox/faults`;
    await fetch(linode, { method: 'POST', body: JSON.stringify(delay) });
    const first = runner();
    const run = await startShippedInfra(first);
    await printed(run, CREATING);
    // The request is on its way by then, and not answered yet.
    await sleep(1000);
    expect(run.process.kill('SIGINT')).toBe(true);
    expect(await run.ended).not.toBe(0);
    while ((await linodeClusters()).length === 0) await sleep(100);
    expect({ lock: await lockFile(), known: await clustersInState() }).toEqual({ lock: undefined, known: 0 });
    const next = await startShippedInfra(runner());
    await next.ended;
    await expectNamed(next, run.printed());
  });

  it.each(PHASES)(
    'with all that it started, during %s: the lock is named, and nothing doubled',
    async (phase) => {
      const first = runner();
      const run = await startShippedInfra(first);
      await waitFor(run, { phase, share: 500 });
      await killLikeMachine(run);
      resumePart(objectStorage);
      const lock = await lockFile();
      // An apply holds it from its beginning to its end.
      if (phase !== 'plan') expect(lock).toBeDefined();
      const next = await startShippedInfra(runner());
      if (lock !== undefined) {
        const { ID } = JSON.parse(await readFile(lock, 'utf8')) as { readonly ID: string };
        await printed(next, `(ID ${ID})`);
        // As `terraform force-unlock` does.
        await rm(lock);
      }
      if ((await next.ended) === 0) return expectOneOfEach();
      await expectNamed(next, run.printed());
    },
  );
});

describe('two runs at once', () => {
  let folder = '';
  beforeAll(publishEmptyImage);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wpp-two-'));
    await resetInfrastructure();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each(['that begin together', 'one of which comes during the apply of the other'])(
    '%s double nothing',
    async (how) => {
      const one = await startShippedInfra(join(folder, 'one'));
      const late = how.startsWith('one');
      if (late) await printed(one, CREATING);
      const other = await startShippedInfra(join(folder, 'other'));
      const codes = [await one.ended, await other.ended];
      const said = `${one.printed()}\n--- the other\n${other.printed()}`;
      expect({ codes, said }).toEqual({ codes: [0, 0], said });
      await expectOneOfEach();
      if (late) expect(other.printed()).toMatch(/Waiting up to 300 s: \S+ holds the lock .* for apply/);
    },
  );
});

/** What was made when nobody was left to note it is for people to import: the run says so, and makes no second one. */
async function expectNamed(run: BundleRun, before: string): Promise<void> {
  if (!run.printed().includes('infra-exists-already'))
    throw new Error(`${before}\n--- then\n${run.printed()}`);
  const [failure] = (await reportOf(run)).failures;
  expect(failure).toMatchObject({ code: 'infra-exists-already' });
  expect(run.printed()).toMatch(/terraform import linode_\w+\.\w+ \d+/);
  for (const list of [await linodeClusters(), await linodeVolumes()])
    expect(list.length).toBeLessThanOrEqual(1);
}

/** Gives how many clusters the state knows; none where there is no state yet. */
async function clustersInState(): Promise<number> {
  return idsInState().then(
    (ids) => ('linode_lke_cluster' in ids ? 1 : 0),
    () => 0,
  );
}

/** One cluster, one volume, and the state knows both. */
async function expectOneOfEach(): Promise<void> {
  const [clusters, volumes, known] = await Promise.all([linodeClusters(), linodeVolumes(), idsInState()]);
  const ids = (list: readonly { readonly id: number }[]): readonly string[] =>
    list.map(({ id }) => String(id));
  expect({ clusters: ids(clusters), volumes: ids(volumes) }).toEqual({
    clusters: [known['linode_lke_cluster']],
    volumes: [known['linode_volume']],
  });
}
