import { Ajv, type ErrorObject, type SchemaObject } from 'ajv';
import { LinodeError, type Reason } from './error.ts';

const ajv = new Ajv({ allErrors: true, useDefaults: true });

/** Gives a function that checks a request body and fills in its defaults; members that it does not name are ignored. */
export function bodyParser<Body>(
  properties: Readonly<Record<keyof Body & string, SchemaObject>>,
  required: readonly (keyof Body & string)[] = [],
): (body: Readonly<Record<string, unknown>>) => Body {
  const check = ajv.compile<Body>({ type: 'object', properties, required });
  return (body) => {
    const candidate: unknown = structuredClone(body);
    if (check(candidate)) return candidate;
    throw new LinodeError(400, (check.errors ?? []).map(reasonOf));
  };
}

function reasonOf({ keyword, instancePath, params }: ErrorObject): Reason {
  const parent = instancePath
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  if (keyword !== 'required') return { reason: `${parent} is not valid`, field: parent };
  const missing = (params as { missingProperty: string }).missingProperty;
  const field = parent === '' ? missing : `${parent}.${missing}`;
  return { reason: `${field} is required`, field };
}

export const tagsSchema: SchemaObject = {
  type: 'array',
  items: { type: 'string', minLength: 3, maxLength: 50 },
};
