import { at, listAt, textAt } from '../../src/json';

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/** Gives what the restricted Pod Security Standard refuses in a pod's spec (kubernetes.io/docs/concepts/security/pod-security-standards). */
export function restrictedFaults(spec: unknown): readonly string[] {
  const ofPod = at(spec, 'securityContext');
  const containers = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')];
  const hosts = ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => at(spec, field) === true);
  const volumes = listAt(spec, 'volumes').filter(
    (volume) => !VOLUMES.some((kind) => at(volume, kind) !== undefined),
  );
  return [
    ...hosts,
    ...volumes.map((volume) => `volume ${textAt(volume, 'name')}`),
    ...containers.flatMap((container) =>
      containerFaults(container, ofPod).map((fault) => `${textAt(container, 'name')}: ${fault}`),
    ),
  ];
}

function containerFaults(container: unknown, ofPod: unknown): readonly string[] {
  const own = at(container, 'securityContext');
  const either = (...path: readonly string[]): unknown => at(own, ...path) ?? at(ofPod, ...path);
  const added = listAt(own, 'capabilities', 'add').filter((each) => each !== 'NET_BIND_SERVICE');
  const rules: readonly (readonly [string, boolean])[] = [
    ['privileged', at(own, 'privileged') !== true],
    ['allowPrivilegeEscalation', at(own, 'allowPrivilegeEscalation') === false],
    ['capabilities', listAt(own, 'capabilities', 'drop').includes('ALL') && added.length === 0],
    ['runAsNonRoot', either('runAsNonRoot') === true],
    ['runAsUser', typeof either('runAsUser') === 'number' && either('runAsUser') !== 0],
    ['seccompProfile', either('seccompProfile', 'type') === 'RuntimeDefault'],
    ['hostPort', listAt(container, 'ports').every((port) => at(port, 'hostPort') === undefined)],
  ];
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}
