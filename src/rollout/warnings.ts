import { at, listAt, textAt, type JsonObject } from '../json';
import { describe, namespaceOf, type Manifest } from '../manifests/objects';

/** Modes in which pods on several nodes can have a volume. */
const SHARED_MODES = ['ReadWriteMany', 'ReadOnlyMany'];

/** Gives what the manifests say of rollouts that will probably hang, before anything is changed. */
export function rolloutWarnings(manifests: readonly Manifest[]): readonly string[] {
  const single = manifests.filter(({ object }) => isSingle(object)).map(({ object }) => identityOf(object));
  return manifests.flatMap(({ source, object }) => {
    const taken = claimsOf(object).filter((name) => single.includes(`${namespaceOf(object, '')}/${name}`));
    if (!startsBesideOld(object) || taken.length === 0) return [];
    return [
      `${describe(object)} (${source}) starts a new pod beside the old one, but only one node at a time can have its ReadWriteOnce volume ${taken.join(', ')}: give it \`strategy: {type: Recreate}\``,
    ];
  });
}

/** Whether an object is a claim to a volume that one node has at a time. */
function isSingle(object: JsonObject): boolean {
  if (textAt(object, 'kind') !== 'PersistentVolumeClaim') return false;
  const modes = listAt(object, 'spec', 'accessModes');
  return modes.length > 0 && !modes.some((mode) => SHARED_MODES.includes(String(mode)));
}

/** Whether a Deployment has more pods during a rollout than before it. */
function startsBesideOld(object: JsonObject): boolean {
  if (textAt(object, 'kind') !== 'Deployment' || at(object, 'spec', 'replicas') === 0) return false;
  if (textAt(object, 'spec', 'strategy', 'type') === 'Recreate') return false;
  const surge = at(object, 'spec', 'strategy', 'rollingUpdate', 'maxSurge');
  return surge !== 0 && surge !== '0' && surge !== '0%';
}

function claimsOf(object: JsonObject): readonly string[] {
  return listAt(object, 'spec', 'template', 'spec', 'volumes')
    .map((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName'))
    .filter((name) => name !== '');
}

function identityOf(object: JsonObject): string {
  return `${namespaceOf(object, '')}/${textAt(object, 'metadata', 'name')}`;
}
