import { readWanted, tooOld, type WantedTerraform } from '../infra/terraform-version';
import type { Files } from '../ports';
import type { InputReader } from './inputs';

const INPUT = 'terraform-version';
/** What tfenv and tofuenv read: a version, alone in its file. */
const VERSION_FILES = { '.terraform-version': 'terraform', '.opentofu-version': 'tofu' } as const;

type Choice = Pick<WantedTerraform, 'product' | 'version'>;

/** Reads which program and version are wanted: by the input, else by the nearest version file; else any Terraform that fits. */
export function readTerraform(inputs: InputReader, directory: string, files: Files): Choice {
  const given = inputs.text(INPUT);
  if (given !== undefined) return checked(given, '', inputs);
  for (const folder of upwards(directory)) {
    for (const [name, product] of Object.entries(VERSION_FILES)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (files.kind(path) !== 'file') continue;
      const text = new TextDecoder().decode(files.read(path)).trim().replace(/^v/, '');
      return checked(`${product} ${text}`, ` by ${path}`, inputs);
    }
  }
  return { product: 'terraform', version: undefined };
}

function checked(text: string, source: string, inputs: InputReader): Choice {
  const choice = readWanted(text);
  const shown = `is ${JSON.stringify(text)}${source}`;
  if (choice === undefined) {
    inputs.fault(INPUT, `${shown}, but must be a version such as 1.11.4, or tofu 1.10.6 for OpenTofu`);
    return { product: 'terraform', version: undefined };
  }
  const oldest = tooOld(choice);
  if (oldest !== undefined)
    inputs.fault(INPUT, `${shown}, but the lock beside the state needs ${oldest} or newer`);
  return choice;
}

/** Gives a folder of the workspace and those above it, the workspace itself as '' the last; of a folder elsewhere only that one and the workspace. */
function upwards(directory: string): readonly string[] {
  if (directory.startsWith('/') || directory.startsWith('..')) return [directory, ''];
  const parts = directory.split('/').filter((part) => part !== '' && part !== '.');
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), ''];
}
