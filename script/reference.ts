import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { format } from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';
import { repository } from '../sandbox/paths.ts';
import {
  type ActionFile,
  inputsDocument,
  interfaceOf,
  outputsDocument,
  readmeTable,
  secretName,
} from './reference-text.ts';

const README = /(<!-- interface: [^>]*-->\n)[\s\S]*?(<!-- end of interface -->)/;

const textOf = (path: string): Promise<string> => readFile(join(repository, path), 'utf8');

interface WorkflowFile {
  readonly on: {
    readonly workflow_call: {
      readonly secrets: Readonly<Record<string, unknown>>;
      readonly outputs: Readonly<Record<string, unknown>>;
    };
  };
}

/** Gives the JSON Schema of the report, from its type. */
function reportSchema(): string {
  const source = {
    path: join(repository, 'src/report/report.ts'),
    tsconfig: join(repository, 'tsconfig.json'),
    type: 'Report',
  };
  return JSON.stringify(createGenerator(source).createSchema(source.type));
}

/** Gives the documents that are made from action.yml and the source, by their paths. */
async function documents(): Promise<Readonly<Record<string, string>>> {
  const text = await textOf('action.yml');
  const action = load(text) as ActionFile;
  const { workflow_call: called } = (load(await textOf('.github/workflows/deploy.yml')) as WorkflowFile).on;
  const secrets = Object.keys(action.inputs).filter((name) => secretName(name) in called.secrets);
  const all = interfaceOf(text, action);
  const readme = await textOf('README.md');
  if (!README.test(readme)) throw new Error('README.md has no place for the table of the interface');
  return {
    'docs/reference/inputs.md': inputsDocument(all, new Set(secrets)),
    'docs/reference/outputs.md': outputsDocument(all, new Set(Object.keys(called.outputs))),
    'docs/reference/report.schema.json': reportSchema(),
    'README.md': readme.replace(
      README,
      (_, start: string, end: string) => `${start}\n${readmeTable(all)}\n\n${end}`,
    ),
  };
}

const options = JSON.parse(await textOf('.prettierrc.json')) as Readonly<Record<string, unknown>>;
const stale: string[] = [];
for (const [path, text] of Object.entries(await documents())) {
  const wanted = await format(text, { ...options, filepath: path });
  if ((await textOf(path).catch(() => '')) === wanted) continue;
  stale.push(path);
  if (process.argv.includes('--check')) continue;
  await mkdir(dirname(join(repository, path)), { recursive: true });
  await writeFile(join(repository, path), wanted);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`${stale.join(', ')}: not as action.yml and the source have it; run script/reference`);
  process.exitCode = 1;
}
