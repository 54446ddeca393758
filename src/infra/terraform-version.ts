/** The program that runs the infrastructure. */
export type TerraformProduct = 'terraform' | 'tofu';

/** Which program and version a configuration wants. */
export interface WantedTerraform {
  readonly product: TerraformProduct;
  /** The one version that is wanted; undefined for any that the constraints take. */
  readonly version: string | undefined;
  /** The texts of `required_version`, such as `~> 1.11, < 2`; all of them must hold. */
  readonly constraints: readonly string[];
}

/** From these versions on the lock of the state lies in its own bucket (`use_lockfile`). */
const OLDEST: Readonly<Record<TerraformProduct, string>> = { terraform: '1.11.0', tofu: '1.10.0' };
/** What is installed where nothing says more. */
const DEFAULT: Readonly<Record<TerraformProduct, string>> = { terraform: '1.11.4', tofu: '1.10.6' };
const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-[0-9A-Za-z.-]+)?$/;
const CONSTRAINT = /^(=|!=|>=|<=|>|<|~>|)\s*v?(\d+(?:\.\d+){0,2})$/;

/** Reads `1.11.4`, `tofu 1.10.6` or `tofu`; undefined for all else. */
export function readWanted(text: string): Pick<WantedTerraform, 'product' | 'version'> | undefined {
  const [first = '', ...rest] = text.split(/\s+/);
  const named = first === 'terraform' || first === 'tofu';
  const version = named ? rest[0] : first;
  if (rest.length > (named ? 1 : 0)) return undefined;
  if (version !== undefined && !VERSION.test(version)) return undefined;
  return { product: first === 'tofu' ? 'tofu' : 'terraform', version };
}

/** Gives the oldest version whose lock is enough, where `version` is older than that. */
export function tooOld({
  product,
  version,
}: Pick<WantedTerraform, 'product' | 'version'>): string | undefined {
  return version !== undefined && compare(version, OLDEST[product]) < 0 ? OLDEST[product] : undefined;
}

/** Says whether a program of this version is what a configuration wants. Versions before a release are only where they are named. */
export function isWanted(version: string, wanted: WantedTerraform): boolean {
  if (wanted.version !== undefined) return version === wanted.version;
  return (
    /^\d+\.\d+\.\d+$/.test(version) &&
    compare(version, OLDEST[wanted.product]) >= 0 &&
    wanted.constraints.every((constraint) => constraint.split(',').every((part) => holds(version, part)))
  );
}

/**
 * Gives the version to install: the newest of those `at hand`, else the usual one, else the oldest that the constraints name
 * and take, so that no list of releases is needed. Undefined where none of these fits.
 */
export function versionToInstall(wanted: WantedTerraform, atHand: readonly string[]): string | undefined {
  if (wanted.version !== undefined) return wanted.version;
  const named = wanted.constraints.flatMap((constraint) =>
    [...constraint.matchAll(/\d+(?:\.\d+){0,2}/g)].map(([version]) => whole(version)),
  );
  const candidates = [...atHand.toSorted(compare).reverse(), DEFAULT[wanted.product], ...named.sort(compare)];
  return candidates.find((version) => isWanted(version, wanted));
}

/** Judges one part of a constraint (https://developer.hashicorp.com/terraform/language/expressions/version-constraints). */
function holds(version: string, part: string): boolean {
  const [, operator = '', given = ''] = CONSTRAINT.exec(part.trim()) ?? [];
  // What cannot be read is left to Terraform, which judges it as well.
  if (given === '') return true;
  const order = compare(version, whole(given));
  switch (operator) {
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '~>':
      return order >= 0 && startsAlike(version, given);
    default:
      return order === 0;
  }
}

/** Only the last number that `~>` names may be greater. */
function startsAlike(version: string, given: string): boolean {
  const fixed = given.split('.').slice(0, -1);
  return fixed.every((number, index) => Number(version.split('.')[index]) === Number(number));
}

function whole(version: string): string {
  return [...version.split('.'), '0', '0'].slice(0, 3).map(Number).join('.');
}

function compare(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => (VERSION.exec(version) ?? []).slice(1, 4).map(Number));
  const difference = [0, 1, 2].map((index) => (left?.[index] ?? 0) - (right?.[index] ?? 0));
  return difference.find((each) => each !== 0) ?? 0;
}
