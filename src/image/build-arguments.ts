/** Words of secrets wherever they stand, and shorter ones as words of their own. */
const SECRET_WORD =
  /token$|token_|secret|passw(or)?d|passphrase|credential|api_?key|private_?key|(^|_)(pwd|pass|pat|private|key)$|_(pwd|pass|pat|key)_/i;
/** Keys that open nothing. */
const HARMLESS = /(^|_)(cache|public|primary|foreign|sort)_?key/i;

/** Gives a warning where build arguments look like secrets by their names, or undefined. Names alone are told. */
export function argumentWarning(args: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(args).filter((name) => SECRET_WORD.test(name) && !HARMLESS.test(name));
  if (names.length === 0) return undefined;
  return `build-args: ${names.join(', ')} looks like a secret, but everybody who can pull the image can read its build arguments; give it by build-secrets.`;
}
