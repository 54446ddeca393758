const SECRET_WORD =
  /(^|_)(TOKEN|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIALS?|APIKEY|PRIVATE|(API|ACCESS|AUTH|SECRET|PRIVATE|SIGNING|SSH|ENCRYPTION)_?KEY)(_|$)/i;

/** Gives a warning where build arguments look like secrets by their names, or undefined. Names alone are told. */
export function argumentWarning(args: Readonly<Record<string, string>>): string | undefined {
  const names = Object.keys(args).filter((name) => SECRET_WORD.test(name));
  if (names.length === 0) return undefined;
  return `build-args: ${names.join(', ')} looks like a secret, but everybody who can pull the image can read its build arguments; give it by build-secrets.`;
}
