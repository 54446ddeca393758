/** A manifest that is not right: its text, the line that the error must name, and words of it. */
export type BrokenManifest = readonly [name: string, text: string | Buffer, line: number, words: string];

/** Stands for the value of a Secret; no error may have it. */
export const MARKER = 'hunter2-hunter2';

const head = (kind: string, apiVersion = 'v1'): string => `apiVersion: ${apiVersion}\nkind: ${kind}\n`;
/** Four lines, then `more` from line 4 on. */
const object = (kind: string, more: string, apiVersion = 'v1'): string =>
  `${head(kind, apiVersion)}metadata: {name: a}\n${more}\n`;
const config = (more: string): string => object('ConfigMap', more);
const secret = (more: string): string => object('Secret', more);
/** A Deployment whose pod spec begins at line 10. */
const deployment = (podSpec: string, top = '  replicas: 1'): string =>
  object(
    'Deployment',
    `spec:\n${top}\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: a}}\n    spec:\n${podSpec}`,
    'apps/v1',
  );
const GOOD = `${config('data: {a: b}')}---\n`;
const nested = (open: string, close: string, depth: number): string =>
  open.repeat(depth) + close.repeat(depth);

/** What is not YAML, or not the YAML that kubectl reads. */
export const SYNTAX: readonly BrokenManifest[] = [
  ['a flow list that is not closed', config('data: [1, 2'), 5, 'not closed'],
  ['a flow map that is not closed', config('data: {a: b'), 5, 'not closed'],
  ['a double quote that is not closed', config('data:\n  a: "b'), 6, 'not closed'],
  ['a single quote that is not closed', config("data:\n  a: 'b"), 6, 'not closed'],
  ['a tab as indentation', config('data:\n\ta: b'), 5, 'tab characters'],
  ['two colons', config('data:\n  a: b: c'), 5, 'bad indentation'],
  ['a key that stands too far left', config('data:\n    a: b\n  c: d'), 6, 'bad indentation'],
  ['a key that stands too far right', config('data:\n  a: b\n    c: d'), 6, 'bad indentation'],
  ['a list item among keys', config('data:\n  a: b\n  - c'), 6, 'bad indentation'],
  ['text after a quoted text', config('data:\n  a: "b" c'), 5, 'bad indentation'],
  ['text before the first key', `hello\n${config('')}`, 2, 'document separator'],
  ['a key without a colon', config('data:\n  a\n  b: c'), 6, 'bad indentation'],
  ['an escape that YAML does not have', config('data:\n  a: "\\q"'), 5, 'escape'],
  ['an escape of hexadecimal digits that are none', config('data:\n  a: "\\xZZ"'), 5, 'hexadecimal'],
  ['a text that begins with @', config('data:\n  a: @b'), 5, ''],
  ['a text that begins with a backtick', config('data:\n  a: `b`'), 5, ''],
  ['a text that begins with %', config('data:\n  a: %b'), 5, ''],
  ['an alias without an anchor', config('data:\n  a: *b'), 5, 'anchor'],
  ['an alias of another document', `${config('data: &a {b: c}')}---\n${config('data: *a')}`, 9, 'anchor'],
  ['an anchor that holds itself', config('data: &a\n  b: *a'), 5, 'anchor'],
  ['an anchor without a name', config('data: & b'), 4, 'anchor'],
  ['two anchors for one value', config('data: &a &b c'), 4, 'anchor'],
  ['two tags for one value', config('data: !!str !!int 7'), 4, 'tag'],
  ['a tag that does not fit', config('data: !!int seven'), 4, 'fit'],
  ['binary that is no base64', config('data:\n  a: !!binary "?"'), 5, 'fit'],
  ['infinity', config('data:\n  a: .inf'), 5, 'infinity'],
  ['not a number', config('data:\n  a: .nan'), 5, 'infinity'],
  ['a number that a double cannot keep', config('data:\n  a: 9007199254740993'), 5, 'exact'],
  ['a null as key', config('data:\n  ~: b'), 5, 'null'],
  ['an empty key', config('data:\n  : b'), 5, 'null'],
  ['a list as key', config('data:\n  [a]: b'), 5, 'key'],
  ['a map as key', config('data:\n  {a: b}: c'), 5, 'key'],
  ['a key that stands twice', config('data:\n  a: b\n  a: c'), 6, 'twice'],
  ['a top-level key that stands twice', config('kind: Secret'), 4, 'twice'],
  ['keys that are one as booleans', config('data:\n  on: b\n  "true": c'), 6, 'twice'],
  ['keys that are one as numbers', config('data:\n  8: b\n  0o10: c'), 6, 'twice'],
  [
    'two lists of envFrom',
    deployment('      containers:\n      - name: a\n        envFrom: []\n        envFrom: []'),
    13,
    'twice',
  ],
  ['a merge of a text', config('data:\n  <<: b'), 5, '<<'],
  ['a merge of a list of texts', config('data:\n  <<: [b]'), 5, '<<'],
  ['a merge of nothing', config('data:\n  <<:'), 5, '<<'],
  ['content on the line of a separator', `${GOOD.slice(0, -1)} {a: b}\n`, 5, '`---`'],
  ['four dashes', `${GOOD.slice(0, -1)}-\n`, 5, '`---`'],
  ['a separator with text at once after it', `${GOOD.slice(0, -1)}a: b\n`, 5, '`---`'],
  ['a document after an end marker', `${config('')}...\n${config('')}`, 6, '`...`'],
  ['a directive', `%YAML 1.1\n---\n${config('')}`, 3, 'directive'],
  ['a directive that nobody knows', `%FOO\n${config('')}`, 2, 'directive'],
  ['a null byte', config('data:\n  a: "\0"'), 5, 'null byte'],
  ['a control character', config('data:\n  a: "\u0007"'), 5, ''],
  ['an invisible line separator', config('data:\n  a: b\u2028c'), 5, 'invisible'],
  ['a next-line character', config('data:\n  a: b\u0085c'), 5, 'invisible'],
  ['a fault in the second document', `${GOOD}a: [`, 6, '(document 2)'],
  ['JSON with a comma too many', '{\n"a": 1,\n}', 1, 'JSON'],
  ['JSON that ends too early', '{\n"a": [1,\n2', 3, 'end of the stream'],
  ['YAML in braces', '{apiVersion: v1, kind: Namespace}', 1, 'JSON'],
  ['text after JSON', '{"a": 1}\nb', 2, 'JSON'],
  ['JSON with a key twice', '{"a": 1,\n"a": 2}', 2, 'twice'],
  ['a file in Latin-1', Buffer.from(config('data:\n  a: Grüße'), 'latin1'), 5, 'UTF-8'],
  ['UTF-16 without its mark', Buffer.from(config(''), 'utf16le'), 1, 'null byte'],
  ['UTF-16 that is cut off', Buffer.from(`\uFEFF${config('')}`, 'utf16le').subarray(0, -1), 4, 'UTF-16LE'],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 1, 'UTF-8'],
];

/** What would take too much. */
export const TOO_BIG: readonly BrokenManifest[] = [
  ['lists in lists without an end', config(`data: ${'['.repeat(100_000)}`), 4, 'nesting'],
  ['maps in maps without an end', config(`data: ${'{a: '.repeat(100_000)}`), 4, 'nesting'],
  ['lists that are deeper than any schema', config(`data: ${nested('[', ']', 300)}`), 4, 'nesting'],
  ['depth by aliases', config(deepAliases()), 8, 'levels deep'],
  ['a billion laughs', config(laughs('[', ']')), 11, 'aliases'],
  ['a billion laughs by merges', config(laughs('{<<: [', ']}')), 11, 'aliases'],
  [
    'a long text a thousand times',
    config(`a: &a ${'x'.repeat(50_000)}\nb: [${'*a,'.repeat(1000)}]`),
    5,
    'aliases',
  ],
  ['a file of 11 MiB', Buffer.alloc(11 * 1024 * 1024, '#'), 1, '11.0 MiB'],
  ['eleven thousand documents', '--- \na: 1\n'.repeat(11_000), 1, '11000 documents'],
  ['a ConfigMap of 1.2 MB', config(`data: {a: "${'x'.repeat(1_200_000)}"}`), 4, '1.1 MiB'],
  ['a Secret of 1.2 MB', secret(`stringData: {a: "${MARKER}${'x'.repeat(1_200_000)}"}`), 1, '1.1 MiB'],
  ['an object of 1.7 MB', object('Thing', `spec: {a: "${'x'.repeat(1_700_000)}"}`, 'x.io/v1'), 1, '1.6 MiB'],
];

function laughs(open: string, close: string): string {
  const names = [...'bcdefghij'];
  const lines = names.map((name, index) => {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    return `${name}: &${name} ${open}${Array(10).fill(`*${before}${index}`).join(', ').replaceAll(/\d/g, '')}${close}`;
  });
  const first = open === '[' ? '[x, x, x]' : '{x: 1, y: 2, z: 3}';
  return [`a: &a ${first}`, ...lines].join('\n');
}

function deepAliases(): string {
  const levels = [...'bcdefgh'].map((name) => {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    return `${name}: &${name} ${'['.repeat(50)}*${before}${']'.repeat(50)}`;
  });
  return ['a: &a [x]', ...levels].join('\n');
}

/** What is YAML, but no object that the cluster could take. */
export const STRUCTURE: readonly BrokenManifest[] = [
  ['a text', 'hello', 1, 'no object, but text'],
  ['a number', '12', 1, 'no object, but a number'],
  ['a list', '- a\n- b', 1, 'no object, but a list'],
  ['a text as second document', `${GOOD}hello`, 6, '(document 2)'],
  ['no apiVersion', 'kind: ConfigMap\nmetadata: {name: a}', 1, 'apiVersion is missing'],
  ['an empty apiVersion', 'apiVersion:\nkind: ConfigMap\nmetadata: {name: a}', 1, 'apiVersion is missing'],
  [
    'a number as apiVersion',
    'kind: ConfigMap\napiVersion: 1\nmetadata: {name: a}',
    2,
    'apiVersion is a number',
  ],
  ['an apiVersion of three parts', 'kind: A\napiVersion: a/b/v1\nmetadata: {name: a}', 2, 'apiVersion'],
  [
    'an apiVersion that would be another path',
    'kind: A\napiVersion: ../v1\nmetadata: {name: a}',
    2,
    'apiVersion',
  ],
  ['no kind', 'apiVersion: v1\nmetadata: {name: a}', 1, 'kind is missing'],
  ['a kind in two words', 'apiVersion: v1\nkind: Config Map\nmetadata: {name: a}', 2, 'kind'],
  ['a list as kind', 'apiVersion: v1\nkind: [A]\nmetadata: {name: a}', 2, 'kind is a list'],
  ['no metadata', head('ConfigMap'), 1, 'metadata.name is missing'],
  ['metadata that is a text', `${head('ConfigMap')}metadata: a`, 3, 'metadata is text'],
  ['metadata that is a list', `${head('ConfigMap')}metadata: [{name: a}]`, 3, 'metadata is a list'],
  ['no name', `${head('ConfigMap')}metadata:\n  labels: {}`, 3, 'metadata.name is missing'],
  ['a number as name', `${head('ConfigMap')}metadata:\n  name: 12`, 4, 'metadata.name is a number'],
  ['a yes as name', `${head('ConfigMap')}metadata:\n  name: on`, 4, 'metadata.name is a yes or no'],
  ['a name with a slash', `${head('ConfigMap')}metadata:\n  name: a/b`, 4, 'metadata.name'],
  ['a name of two dots', `${head('ConfigMap')}metadata:\n  name: ..`, 4, 'metadata.name'],
  [
    'a number as namespace',
    `${head('ConfigMap')}metadata:\n  name: a\n  namespace: 12`,
    5,
    'metadata.namespace is a number',
  ],
  [
    'a namespace in capitals',
    `${head('ConfigMap')}metadata:\n  name: a\n  namespace: Prod`,
    5,
    'metadata.namespace',
  ],
  [
    'labels that are a text',
    `${head('ConfigMap')}metadata:\n  name: a\n  labels: a`,
    5,
    'metadata.labels is text',
  ],
  [
    'a number as label',
    `${head('ConfigMap')}metadata:\n  name: a\n  labels:\n    version: 1.0`,
    6,
    'metadata.labels.version is a number',
  ],
  [
    'a yes as annotation',
    `${head('ConfigMap')}metadata:\n  name: a\n  annotations:\n    a.b/c: yes`,
    6,
    'metadata.annotations["a.b/c"] is a yes or no',
  ],
  ['a number in a ConfigMap', config('data:\n  PORT: 8080'), 5, 'data.PORT is a number'],
  ['a map in a ConfigMap', config('data:\n  a: {b: c}'), 5, 'data.a is a map'],
  ['a ConfigMap whose data is a text', config('data: a'), 4, 'data is text'],
  ['a key of a ConfigMap with a blank', config('data:\n  a b: c'), 5, 'key'],
  ['binaryData that is no base64', config('binaryData:\n  a: "?"'), 5, 'binaryData.a is not base64'],
  [
    'a number in env',
    deployment('      containers:\n      - name: a\n        env:\n        - {name: A, value: 1}'),
    13,
    'spec.template.spec.containers[0].env[0].value is a number',
  ],
  [
    'a number in args',
    deployment('      containers:\n      - name: a\n        args: [a, 1]'),
    12,
    'containers[0].args[1] is a number',
  ],
  [
    'a yes in matchLabels',
    deployment('      containers: []').replace('{app: a}}\n', '{app: yes}}\n'),
    6,
    'matchLabels.app is a yes or no',
  ],
  [
    'a number in the selector of a Service',
    object('Service', 'spec:\n  selector: {app: 1}'),
    5,
    'spec.selector.app is a number',
  ],
  [
    'an env that stands twice',
    deployment(
      '      containers:\n      - name: a\n        env:\n        - {name: A, value: "1"}\n        - {name: A, value: "2"}',
    ),
    14,
    'same name A',
  ],
  [
    'a port that stands twice',
    deployment(
      '      containers:\n      - name: a\n        ports:\n        - containerPort: 80\n        - {containerPort: 80, protocol: TCP}',
    ),
    14,
    'containerPort 80 and protocol TCP',
  ],
  [
    'a container that stands twice',
    deployment('      containers:\n      - name: a\n      - name: a'),
    12,
    'same name a',
  ],
  [
    'a volume that stands twice',
    deployment('      volumes:\n      - name: a\n      - name: a'),
    12,
    'same name a',
  ],
  [
    'a mount that stands twice',
    deployment(
      '      initContainers:\n      - name: a\n        volumeMounts:\n        - {name: a, mountPath: /a}\n        - {name: b, mountPath: /a}',
    ),
    14,
    'mountPath /a',
  ],
  [
    'a port of a Service that stands twice',
    object('Service', 'spec:\n  ports:\n  - {port: 80, name: a}\n  - {port: 80, name: b}'),
    7,
    'port 80 and protocol TCP',
  ],
  ['containers that are a map', deployment('      containers: {name: a}'), 10, 'containers is a map'],
  ['a container that is a text', deployment('      containers:\n      - a'), 11, 'containers[0] is text'],
  ['a List whose items are a map', `${head('List')}items: {}`, 3, 'items is no list'],
  [
    'a List in a List',
    `${head('List')}items:\n- {apiVersion: v1, kind: List, items: []}`,
    4,
    'list within a list',
  ],
  [
    'a typed List in a List',
    `${head('List')}items:\n- {apiVersion: v1, kind: PodList, items: []}`,
    4,
    '(item 1)',
  ],
  ['an item that is a text', `${head('List')}items:\n- hello`, 4, 'no object, but text'],
  [
    'an item without a name',
    `${head('List')}items:\n- {apiVersion: v1, kind: Pod}`,
    4,
    'metadata.name is missing',
  ],
  [
    'the second item without a kind',
    `${head('List')}items:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- apiVersion: v1\n  metadata: {name: b}`,
    5,
    '(item 2): kind is missing',
  ],
  ['an object that stands twice', `${GOOD}${config('')}`, 6, 'stands in manifests/a.yaml:1 (document 1) too'],
  [
    'one with its namespace and one without',
    `${GOOD}${config('').replace('{name: a}', '{name: a, namespace: wpp-bot}')}`,
    6,
    'too',
  ],
  [
    'one in two versions of its group',
    `${object('A', '', 'x.io/v1')}---\n${object('A', '', 'x.io/v1beta1')}`,
    6,
    'too',
  ],
  ['an unknown placeholder', config('data:\n  a: ${nowhere}'), 5, 'data.a has ${nowhere}'],
  [
    'an unknown placeholder in a block of text',
    config('data:\n  a: |\n    x\n    ${nowhere}'),
    5,
    'data.a has ${nowhere}',
  ],
  [
    'an unknown placeholder as name',
    `${head('ConfigMap')}metadata:\n  name: \${nowhere}`,
    4,
    'metadata.name has ${nowhere}',
  ],
  ['a placeholder in a key', object('Thing', 'spec:\n  ${image}: a', 'x.io/v1'), 5, 'in a key'],
  [
    'a placeholder as namespace that makes none',
    `${head('ConfigMap')}metadata:\n  name: a\n  namespace: \${image}`,
    5,
    'metadata.namespace',
  ],
];

/** What is wrong with a Secret, or would be told with its values by a careless reader. */
export const SECRETS: readonly BrokenManifest[] = [
  ['a Secret whose data is a text', secret(`data: ${MARKER}`), 4, 'data is text'],
  ['a Secret whose stringData is a list', secret(`stringData: [${MARKER}]`), 4, 'stringData is a list'],
  ['no blank after the colon', secret(`stringData:\n  password:${MARKER}`), 4, 'stringData is text'],
  ['no blank after the colon, in braces', secret(`stringData: {password:${MARKER}}`), 4, 'stringData'],
  ['a value in place of a key', secret(`stringData:\n  ${MARKER}: {a: b}`), 5, 'is a map'],
  ['a number in stringData', secret(`stringData:\n  a: ${MARKER}\n  b: 12`), 6, 'stringData.b is a number'],
  ['a map in stringData', secret(`stringData:\n  a: {b: ${MARKER}}`), 5, 'stringData["…"] is a map'],
  ['data that is no base64', secret(`data:\n  a: ${MARKER}`), 5, 'data.a is not base64'],
  ['a key with a blank', secret(`stringData:\n  bad key: ${MARKER}`), 5, 'stringData["…"] has a key'],
  ['an alias in a Secret', secret(`stringData:\n  a: *${MARKER}`), 5, 'anchor'],
  ['a tag in a Secret', secret(`stringData:\n  a: !${MARKER}! b`), 5, ''],
  ['a tag of characters that none may have', secret(`stringData:\n  a: !${MARKER}"{ b`), 5, ''],
  ['an undeclared tag handle', secret(`stringData:\n  a: !${MARKER}!b c`), 5, ''],
  ['a quote that is not closed', secret(`stringData:\n  a: "${MARKER}`), 6, 'not closed'],
  ['a wrong escape', secret(`stringData:\n  a: "${MARKER}\\q"`), 5, 'escape'],
  [
    'a private key that is not indented',
    secret(`stringData:\n  a: |\n-----BEGIN ${MARKER}-----\nabc`),
    6,
    '`---`',
  ],
  ['a second colon', secret(`stringData:\n  a: ${MARKER}: b`), 5, 'bad indentation'],
  ['a value that stands twice', secret(`stringData: {${MARKER}, ${MARKER}}`), 4, 'twice'],
  ['a merge of a text', secret(`stringData:\n  <<: ${MARKER}`), 5, '<<'],
  ['a tag that does not fit', secret(`stringData:\n  a: !!int ${MARKER}`), 5, 'fit'],
  ['a declared placeholder', secret(`stringData:\n  a: ${MARKER}-\${image}`), 5, 'stringData.a has ${image}'],
  [
    'an unknown placeholder where they are asked for',
    secret(`stringData:\n  a: a\${${MARKER}}`).replace(
      '{name: a}',
      '{name: a, annotations: {wpp-deploy-action/placeholders: "true"}}',
    ),
    5,
    'stringData.a has a placeholder',
  ],
  [
    'an annotation of another word',
    secret(`stringData: {a: ${MARKER}}`).replace(
      '{name: a}',
      '{name: a, annotations: {wpp-deploy-action/placeholders: "on"}}',
    ),
    3,
    '"true" or "false"',
  ],
  [
    'a Secret without a kind',
    `apiVersion: v1\nmetadata: {name: a}\nstringData: {a: ${MARKER}}`,
    1,
    'kind is missing',
  ],
  [
    'a Secret in JSON that ends too early',
    `{"kind": "Secret",\n"stringData": {"a": "${MARKER}"`,
    2,
    'end of the stream',
  ],
  ['a Secret in JSON without quotes', `{"kind": "Secret", "stringData": {"a": ${MARKER}}}`, 1, 'JSON'],
  [
    'a Secret in UTF-16 that is cut off',
    Buffer.from(`\uFEFF${secret(`stringData: {a: ${MARKER}}`)}`, 'utf16le').subarray(0, -1),
    4,
    'UTF-16LE',
  ],
  [
    'a Secret that stands twice',
    `${secret(`stringData: {a: ${MARKER}}`)}---\n${secret(`stringData: {a: ${MARKER}}`)}`,
    6,
    'too',
  ],
  [
    'a Secret in a List without a name',
    `${head('List')}items:\n- {apiVersion: v1, kind: Secret, stringData: {a: ${MARKER}}}`,
    4,
    'metadata.name is missing',
  ],
];
