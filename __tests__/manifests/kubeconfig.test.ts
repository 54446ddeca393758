import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readKubeconfig, type Kubeconfig, type KubeconfigRules } from '../../src/manifests/kubeconfig';
import { isPlainKubeconfig } from '../../src/manifests/kubeconfig-text';
import { makePair } from '../support/certificates';
import { aKubeconfig, KUBECONFIG_TOKEN, kubeconfigText } from '../support/kubeconfig';

const NOW = Date.now() + 60_000;
const DAY = 24 * 60 * 60 * 1000;
const SERVER = 'server: https://lke1.example.com:443';
const LOGIN = `token: ${KUBECONFIG_TOKEN}`;
const EXEC = 'exec: {command: ./login, apiVersion: client.authentication.k8s.io/v1';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const utf16 = (text: string): string => Buffer.from(text, 'utf16le').toString('base64');
const wrapped = (text: string, end = '\n'): string => (base64(text).match(/.{1,76}/g) ?? []).join(end);

function read(given: string, rules: Partial<KubeconfigRules> = {}): Kubeconfig {
  const kubeconfig = readKubeconfig(given, { now: NOW, ...rules });
  if (typeof kubeconfig === 'string') throw new Error(kubeconfig);
  return kubeconfig;
}

describe('every way in which people give one', () => {
  const text = kubeconfigText();
  test.each([
    ['YAML', text],
    ['YAML with a marker and a comment before it', `# mine\n---\n${text}`],
    ['YAML with a byte order mark', `\uFEFF${text}`],
    ['YAML with CRLF', text.replaceAll('\n', '\r\n')],
    ['YAML with CR alone', text.replaceAll('\n', '\r')],
    ['YAML with white space around that nobody sees', `\u200B\u00A0 ${text}\u200B \n\n`],
    ['YAML with no-break spaces, as copied from a page', text.replaceAll('  ', '\u00A0\u00A0')],
    ['YAML indented as a whole, its first line trimmed', text.replaceAll('\n', '\n    ')],
    [
      'YAML with quoted fields',
      text.replace('apiVersion', '"apiVersion"').replace(/lke1-ctx\n$/, '"lke1-ctx"'),
    ],
    ['YAML in quotes', `'${text}'`],
    ['YAML in double quotes', `"${text}"`],
    ['YAML as a JSON string', JSON.stringify(text)],
    ['YAML with line breaks as \\n', JSON.stringify(text).slice(1, -1)],
    ['YAML in a code fence', `\`\`\`yaml\n${text}\`\`\``],
    ['YAML after the name of the secret', `KUBE_CONFIG=${text}`],
    ['YAML in a block after the name', `kubeconfig: |\n${text.replaceAll(/^/gm, '  ')}`],
    ['base64', base64(text)],
    ['base64 with an end of line', `${base64(text)}\n`],
    ['wrapped base64', wrapped(text)],
    ['base64 wrapped with CRLF', wrapped(text, '\r\n')],
    ['base64 wrapped with spaces', wrapped(text, ' ')],
    ['base64 wrapped and indented', wrapped(text, '\n    ')],
    ['base64 with line breaks as \\n', wrapped(text, '\\n')],
    ['base64 without padding', base64(`${text}# x`).replace(/=+$/, '')],
    ['base64 for URLs', Buffer.from(`${text}# ü~?>`).toString('base64url')],
    ['base64 in quotes', `"${base64(text)}"`],
    ['base64 after the name of the secret', `export KUBE_CONFIG="${wrapped(text)}"`],
    ['base64 in the answer of Linode’s API', JSON.stringify({ kubeconfig: base64(text) })],
    ['base64 in a data URL', `data:application/yaml;charset=utf-8;base64,${base64(text)}`],
    ['base64 with the mark of zsh at its end', `${base64(text)}%`],
    [
      'base64 by certutil',
      `-----BEGIN CERTIFICATE-----\r\n${wrapped(text, '\r\n')}\r\n-----END CERTIFICATE-----\r\n`,
    ],
    ['base64 by PowerShell', utf16(text)],
    ['base64 of UTF-16 with a byte order mark', utf16(`\uFEFF${text}`)],
    ['base64 of UTF-16 with a quoted byte order mark', utf16(JSON.stringify(`\uFEFF${text}`))],
    ['base64 of a byte order mark and YAML', base64(`\uFEFF${text}`)],
    ['base64 of text that is not UTF-8', Buffer.from(`# M\xFCller\n${text}`, 'latin1').toString('base64')],
    ['encoded twice', base64(base64(text))],
    ['encoded twice, wrapped inside', base64(wrapped(text))],
    ['encoded three times', base64(base64(base64(text)))],
    ['Linode’s, which begin with an empty line', base64(`\n${text}`)],
  ])('%s', (_, given) => {
    expect(read(given)).toEqual(aKubeconfig());
  });

  test('JSON', () => {
    const json = JSON.stringify({
      'current-context': 'c',
      clusters: [{ name: 'k', cluster: { server: 'https://k' } }],
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      users: [{ name: 'u', user: { token: 'json-token' } }],
    });
    for (const given of [json, JSON.stringify(json), base64(json), JSON.stringify(JSON.parse(json), null, 2)])
      expect(read(given)).toMatchObject({ server: 'https://k', credentials: ['json-token'] });
  });

  test('any of them reads the same through any chain of three wrappings', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/);
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !/[\u00A0]/.test(text));
    const kubeconfig = fc.record({ name, host: fc.domain(), token: word }).map(({ name, host, token }) => ({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server: `https://${host}:6443` } }],
      users: [{ name, user: { token: `t${token}` } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    }));
    const yaml = (config: object): string =>
      Object.entries(config)
        .map(([field, value]) => `${field}: ${JSON.stringify(value)}\n`)
        .join('');
    const wrapping = fc.constantFrom<(text: string) => string>(
      base64,
      wrapped,
      utf16,
      (text) => Buffer.from(text).toString('base64url'),
      (text) => wrapped(text, '\r\n'),
      (text) => `\uFEFF${text}`,
      (text) => ` \n${text}\n\n`,
      (text) => JSON.stringify(text),
      (text) => text.replaceAll('\n', '\r\n'),
      (text) => `KUBE_CONFIG=${text}`,
      (text) => `\`\`\`\n${text}\n\`\`\``,
      (text) => `data:text/plain;base64,${base64(text)}`,
      (text) => JSON.stringify({ kubeconfig: base64(text) }),
    );
    fc.assert(
      fc.property(
        kubeconfig,
        fc.constantFrom(yaml, JSON.stringify),
        fc.array(wrapping, { maxLength: 3 }),
        (config, write, wrappings) => {
          const text = write(config);
          expect(read(wrappings.reduce((now, wrap) => wrap(now), text))).toEqual(read(text));
          expect(JSON.parse(read(text).text)).toEqual(config);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('what is handed on', () => {
  const others = kubeconfigText(
    ['clusters:\n', 'clusters:\n  - {name: other, cluster: {server: "https://other/k8s/"}}\n'],
    ['users:\n', 'users:\n  - {name: other, user: {token: other-token, token-file: /etc/passwd}}\n'],
    ['contexts:\n', 'contexts:\n  - {name: other, context: {cluster: other, user: admin}}\n'],
  );

  test('the current context decides among several', () => {
    expect(read(others)).toMatchObject({ server: 'https://lke1.example.com:443', warnings: [] });
  });

  test('kube-context decides before it', () => {
    expect(read(others, { context: 'other' }).server).toBe('https://other/k8s');
    const none = others.replace('current-context: lke1-ctx', '');
    expect(read(none, { context: 'lke1-ctx' }).server).toBe('https://lke1.example.com:443');
    expect(readKubeconfig(none, { now: NOW })).toMatch(/its contexts are "other", "lke1-ctx"$/);
  });

  test('nothing of another context, so that no client can stumble over it', () => {
    expect(read(others).text).toBe(aKubeconfig().text);
  });

  test('every kind of credential of every user is named, to be masked', () => {
    const user =
      '{password: p-1, client-key-data: k-1, client-certificate-data: c-1, token: "", exec: {env: [{name: AWS_SECRET_ACCESS_KEY, value: s-1}, {name: AWS_PROFILE, value: me}]}}';
    const text = kubeconfigText(['users:\n', `users:\n  - {name: other, user: ${user}}\n`]);
    expect(read(text).credentials).toEqual(['p-1', 'k-1', 'c-1', 's-1', KUBECONFIG_TOKEN]);
  });

  test('authority, name of the server, certificate, key and whom to act for', () => {
    const { certificate, key } = makePair('one', 300);
    const cluster = {
      server: 'https://lke1.example.com:443',
      'certificate-authority-data': base64(certificate),
      'tls-server-name': 'kubernetes',
    };
    const user = {
      token: KUBECONFIG_TOKEN,
      'client-certificate-data': base64(certificate),
      'client-key-data': base64(key),
      as: 'deployer',
    };
    const text = kubeconfigText(
      [
        SERVER,
        Object.entries({ ...cluster, 'certificate-authority': '/x' })
          .map((each) => each.join(': '))
          .join('\n      '),
      ],
      [
        LOGIN,
        Object.entries({ ...user, username: 'old', password: 'old-password' })
          .map((each) => each.join(': '))
          .join('\n      '),
      ],
    );
    const { text: handed, warnings, credentials } = read(text);
    expect(JSON.parse(handed)).toMatchObject({ clusters: [{ cluster }], users: [{ user }] });
    expect(handed).not.toContain('old-password');
    expect(credentials).toContain('old-password');
    expect(warnings).toEqual([]);
    expect(read(text, { now: NOW + 295 * DAY }).warnings).toEqual([
      expect.stringMatching(
        /^has a client-certificate-data in its user "admin" that expires on \d{4}-\d\d-\d\d/,
      ),
    ]);
  });

  test('of several authorities one that is valid is enough', () => {
    const [long, short] = [makePair('long', 300), makePair('short', 2)];
    const text = kubeconfigText([
      SERVER,
      `${SERVER}\n      certificate-authority-data: ${base64(short.certificate + long.certificate)}`,
    ]);
    expect(readKubeconfig(text, { now: NOW + 9 * DAY })).toMatchObject({ warnings: [] });
    expect(readKubeconfig(text, { now: NOW + 900 * DAY })).toMatch(/that expired on/);
  });

  test('a token that says until when it is valid, and is', () => {
    const claims = { exp: NOW / 1000 + 60, nbf: NOW / 1000 - 60 };
    const token = `${base64('{"alg":"none"}')}.${base64(JSON.stringify(claims))}.c2ln`;
    expect(read(kubeconfigText([LOGIN, `token: ${token}`])).credentials).toEqual([token]);
  });
});

describe('a server that the runner may not reach is warned of', () => {
  test.each([
    ['https://127.0.0.1:6443', /on the machine itself/],
    ['https://localhost:6443', /on the machine itself/],
    ['https://[::1]:6443', /on the machine itself/],
    ['https://0.0.0.0:16443', /on the machine itself/],
    ['https://kubernetes.docker.internal:6443', /on the machine itself/],
    ['https://kubernetes.default.svc', /only pods/],
    ['https://10.0.0.5:6443', /in a private network/],
    ['https://192.168.49.2:8443', /in a private network/],
    ['https://172.17.0.1', /in a private network/],
  ])('%s', (server, where) => {
    const { warnings = [] } = read(kubeconfigText([SERVER, `server: "${server}"`]));
    expect(warnings).toEqual([expect.stringMatching(where)]);
    expect(warnings.join('')).not.toContain(server);
  });

  test.each(['https://172.32.0.1', 'https://sandbox.us-east-1-gw.linodelke.net:443', 'https://11.0.0.1'])(
    'not %s',
    (server) => {
      expect(read(kubeconfigText([SERVER, `server: ${server}`])).warnings).toEqual([]);
    },
  );
});

describe('a program that logs in, where it is allowed', () => {
  test('with its arguments, its variables, and what Kubernetes tells it', () => {
    const text = kubeconfigText([LOGIN, `${EXEC}, args: [get-token, 1], env: [{name: A, value: b}]}`]);
    const { exec, text: handed } = read(text, { allowExec: true });
    expect(exec).toEqual({
      command: './login',
      args: ['get-token', '1'],
      env: { A: 'b', KUBERNETES_EXEC_INFO: expect.any(String) },
    });
    expect(JSON.parse(exec?.env['KUBERNETES_EXEC_INFO'] ?? '')).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
    expect(handed).not.toContain('exec');
  });

  test('with the cluster, where it asks for it', () => {
    const text = kubeconfigText([LOGIN, `${EXEC}, provideClusterInfo: true}`]);
    const info = read(text, { allowExec: true }).exec?.env['KUBERNETES_EXEC_INFO'] ?? '';
    expect(JSON.parse(info)).toMatchObject({ spec: { cluster: { server: 'https://lke1.example.com:443' } } });
  });

  test('of another user it is no matter', () => {
    const text = kubeconfigText(['users:\n', 'users:\n  - {name: other, user: {exec: {command: aws}}}\n']);
    expect(read(text)).not.toHaveProperty('exec');
  });
});

test('whether its lines are secrets each by itself', () => {
  expect(isPlainKubeconfig(kubeconfigText())).toBe(true);
  expect(isPlainKubeconfig(`\uFEFF ${kubeconfigText()}`)).toBe(true);
  const json = JSON.stringify({ kubeconfig: base64(kubeconfigText()) });
  for (const given of [
    wrapped(kubeconfigText()),
    json,
    JSON.stringify(kubeconfigText()),
    KUBECONFIG_TOKEN,
    '',
  ])
    expect(isPlainKubeconfig(given)).toBe(false);
});
