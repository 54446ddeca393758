import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { SimulatorRequest, SimulatorResponse } from '../http/simulator.ts';

interface Reference {
  readonly $ref: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: AnySchema;
}

interface Content {
  readonly content?: { readonly 'application/json'?: unknown };
}

interface Operation {
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content | Reference>>;
}

/** GitHub's OpenAPI description, as far as it is read here. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const file = '@octokit/openapi/generated/api.github.com.json';

/** GitHub's published contract; it is read at the first check, and each schema is compiled when it is first needed. */
export class Contract {
  readonly #schemas = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  readonly #texts = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes: true });
  readonly #compiled = new Map<string, ValidateFunction>();
  #description: Description | undefined;

  /** What is wrong with a request for an operation, named by method and path template; `undefined` when it is sound. */
  requestProblem(method: string, path: string, request: SimulatorRequest): string | undefined {
    const { parameters, requestBody } = this.#operation(method, path);
    const described = parameters.map((parameter) => this.#resolve(parameter));
    const problems = [
      this.#textProblem(described, 'path', request.params),
      this.#textProblem(described, 'query', Object.fromEntries(request.query)),
      requestBody &&
        this.#jsonProblem(bodyPointer(operationPointer(method, path), 'requestBody'), request.body),
    ];
    return problems.find((problem) => problem !== undefined);
  }

  /** What is wrong with an answer; error statuses that GitHub does not list must have the shape of its basic error. */
  responseProblem(method: string, path: string, response: SimulatorResponse): string | undefined {
    const { responses } = this.#operation(method, path);
    const status = String(response.status);
    const listed = responses[status];
    if (listed === undefined)
      return response.status >= 400
        ? this.#jsonProblem('#/components/schemas/basic-error', response.body)
        : `${method} ${path} does not list the status ${status}`;
    if (this.#resolve(listed).content?.['application/json'] === undefined)
      return response.body === undefined ? undefined : `the status ${status} has no body`;
    const pointer =
      '$ref' in listed
        ? bodyPointer(listed.$ref)
        : bodyPointer(operationPointer(method, path), 'responses', status);
    return this.#jsonProblem(pointer, response.body);
  }

  #operation(method: string, path: string): Operation {
    const operation = this.#load().paths[path]?.[method.toLowerCase()];
    if (operation === undefined) throw new Error(`GitHub's OpenAPI description has no ${method} ${path}`);
    return operation;
  }

  #load(): Description {
    if (this.#description !== undefined) return this.#description;
    const description = JSON.parse(
      readFileSync(createRequire(import.meta.url).resolve(file), 'utf8'),
    ) as Description;
    allowNull(description);
    for (const ajv of [this.#schemas, this.#texts]) addFormats(ajv);
    this.#schemas.addSchema(description, 'github', undefined, false);
    this.#description = description;
    return description;
  }

  #resolve<Part extends object>(part: Part | Reference): Part {
    if (!('$ref' in part)) return part;
    let value: unknown = this.#load();
    for (const key of part.$ref.slice(2).split('/'))
      value = (value as Readonly<Record<string, unknown>>)[key];
    return value as Part;
  }

  #jsonProblem(pointer: string, body: unknown): string | undefined {
    const known = this.#compiled.get(pointer);
    const validate = known ?? this.#schemas.compile({ $ref: `github${pointer}` });
    this.#compiled.set(pointer, validate);
    return validate(body) ? undefined : this.#schemas.errorsText(validate.errors, { dataVar: 'body' });
  }

  /** Checks the texts of a path or a query; a name that GitHub does not know is taken for a slip of the caller. */
  #textProblem(
    described: readonly Parameter[],
    place: 'path' | 'query',
    values: Readonly<Record<string, string>>,
  ): string | undefined {
    const here = described.filter((parameter) => parameter.in === place);
    const schema = {
      type: 'object',
      properties: Object.fromEntries(here.map((parameter) => [parameter.name, parameter.schema])),
      required: here.filter(({ required }) => required === true).map(({ name }) => name),
      additionalProperties: false,
    };
    const sound = this.#texts.validate(schema, { ...values });
    return sound ? undefined : this.#texts.errorsText(undefined, { dataVar: place });
  }
}

/** OpenAPI lets a choice of schemas be null by `nullable` beside it, which the validator knows beside a type only. */
function allowNull(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const item of Object.values(value)) allowNull(item);
  const { nullable, oneOf, anyOf } = value as Record<string, unknown>;
  const choices = Array.isArray(oneOf) ? oneOf : anyOf;
  if (nullable !== true || 'type' in value || !Array.isArray(choices)) return;
  Object.assign(value, { nullable: undefined });
  choices.push({ type: 'null' });
}

function operationPointer(method: string, path: string): string {
  return ['#', 'paths', path, method.toLowerCase()].map(escaped).join('/');
}

function bodyPointer(start: string, ...keys: readonly string[]): string {
  return [start, ...[...keys, 'content', 'application/json', 'schema'].map(escaped)].join('/');
}

/** One key of a JSON pointer in a URI fragment (RFC 6901, sections 3 and 6). */
function escaped(key: string): string {
  return key === '#' ? key : encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
