const WHOLE = 'give the content of the kubeconfig file, as `base64 < kubeconfig.yaml` prints it';
const LONG = 60;
/** The start of a text is enough to tell what it is. */
const HEAD = 2000;
const BASE64_SIGN = /[A-Za-z0-9+/=_\s-]/g;

/** What people give in place of a kubeconfig: its pattern, and what it is with what to do. The first that fits is told. */
const STRANGERS: readonly (readonly [RegExp, string])[] = [
  [/^$/, `nothing: ${WHOLE}`],
  [/^\*+$/, `only stars, which is how a log shows a secret: ${WHOLE}`],
  [
    /^\$?\{\{[\s\S]*\}\}$/,
    'an expression that was not evaluated: write `kube-config: ${{ secrets.KUBE_CONFIG }}` in the workflow, with the content in the secret',
  ],
  [
    /^(?:\$\w+|\$\{\w+\}|\$\([^)]*\)|%\w+%|\$env:\w+)$/,
    'the name of a variable that was not replaced by its value: inputs are no shell; give `${{ secrets.KUBE_CONFIG }}`',
  ],
  [/^\$ANSIBLE_VAULT/, 'encrypted by Ansible Vault: give the decrypted kubeconfig'],
  [
    /^<(?:!doctype|html|head|body|\?xml|[a-z]+[\s>])/i,
    'a page for a browser (HTML or XML), perhaps a login page: download the kubeconfig again while logged in',
  ],
  [
    /^-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    'a private key alone: a kubeconfig has the server and its certificate too; give the whole file',
  ],
  [
    /^-----BEGIN (?:TRUSTED )?CERTIFICATE-----/,
    'a certificate alone: a kubeconfig has the server and credentials too; give the whole file',
  ],
  [/^-----BEGIN /, `some other PEM text: ${WHOLE}`],
  [
    /^https?:\/\/\S+$/i,
    'a URL, not a kubeconfig: download the kubeconfig and give its content; the server alone is not enough to log in',
  ],
  [
    /^(?:~|\.{0,2}[/\\]|[A-Za-z]:[/\\]|\$HOME|\$\{HOME\}|\/)[^\n]*$|^[\w./\\-]*(?:kube[\w.-]*config|\.ya?ml|\.conf|\.kube)[\w./\\-]*$/i,
    `the path of a file, which the runner has not: ${WHOLE}`,
  ],
  [
    /^(?:Bearer\s+)?(?:eyJ[\w-]*\.[\w-]*(?:\.[\w-]*)?|[\w.~+/=:-]{16,})$/i,
    'one word, perhaps a token: a kubeconfig has the server and its certificate too; give the whole file',
  ],
  // eslint-disable-next-line no-control-regex -- these are what tells binary data from text
  [/[\0-\x08\x0E-\x1F\uFFFD]/, `binary data: ${WHOLE}`],
];

const MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b], 'gzip'],
  [[0x50, 0x4b], 'zip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd'],
];

/**
 * Says what a text is that is neither a kubeconfig nor the base64 of one, as a predicate, and what to do. `decoded` tells that it
 * was itself in base64; `bytes` are what it decodes to, where it can be base64. Gives nothing of the text.
 */
export function whatItIs(text: string, decoded: boolean, bytes: Uint8Array | undefined): string {
  const verb = decoded ? 'decodes to' : 'is';
  const packed = MAGIC.find(([magic]) => magic.every((byte, index) => bytes?.[index] === byte));
  if (packed !== undefined)
    return `${verb} the base64 of data packed by ${packed[1]}: give the kubeconfig unpacked`;
  const head = text.slice(0, HEAD);
  const stranger = STRANGERS.find(([pattern]) => pattern.test(head));
  // A long word that base64 can hold is rather damaged base64 than a token.
  if (stranger !== undefined && !(bytes !== undefined && text.length > 400)) return `${verb} ${stranger[1]}`;
  if (bytes !== undefined && text.length > LONG)
    return `${verb} base64 of binary data, not of a kubeconfig, or damaged: ${WHOLE}`;
  const foreign = text.length > LONG ? text.replaceAll(BASE64_SIGN, '') : '';
  if (foreign !== '' && foreign.length < text.length / 50 && !/\S[ \t]+\S/.test(text)) {
    const position = [...text].findIndex((sign) => foreign.startsWith(sign)) + 1;
    return `${verb} damaged base64, with a sign at position ${position} that base64 does not have: ${WHOLE}`;
  }
  return `${verb} neither a kubeconfig nor the base64 of one: ${WHOLE}`;
}
