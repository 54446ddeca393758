import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

const file = join(import.meta.dirname, '../../docs/reference/report.schema.json');
const isReport = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);

/** Gives what of a report, as it was read from JSON, is not as its published schema says: nothing where all is. */
export function reportFaults(report: unknown): readonly string[] {
  if (isReport(report)) return [];
  return (isReport.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath || '/'} ${message}`);
}
