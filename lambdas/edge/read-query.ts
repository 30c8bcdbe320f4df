import type { APIGatewayProxyEvent } from 'aws-lambda';
import { ApiError, type Fault } from '../../protocol/errors.ts';
import type { JobStatus } from '../../protocol/lifecycle.ts';
import { type QueryParameter, queryParameters } from '../../protocol/parameters.ts';
import type { Operation } from '../../protocol/routes.ts';

/** The query parameters of every operation, read; `queryParameters` says which one takes which. */
export interface Query {
  type?: string;
  status?: JobStatus;
  limit?: number;
  page?: string;
  after?: string;
  access_token?: string;
  query?: string;
  documentId?: string;
  operationName?: string;
  variables?: string;
  extensions?: string;
}

/** Reads the query strictly: a name that `operation` does not take, or a value it does not allow, is `invalid-query`. */
export function readQuery(
  operation: Operation,
  {
    multiValueQueryStringParameters,
    queryStringParameters,
  }: Pick<APIGatewayProxyEvent, 'multiValueQueryStringParameters' | 'queryStringParameters'>,
): Query {
  const given = multiValueQueryStringParameters ?? queryStringParameters ?? {};
  const allowed = queryParameters[operation] ?? {};
  const query: Record<string, string | number> = {};
  const errors: Fault[] = [];
  for (const [name, values] of Object.entries(given)) {
    const parameter = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    const value = readValue(parameter, [values ?? []].flat());
    if ('fault' in value) errors.push({ parameter: name, detail: value.fault ?? unknownParameter(allowed) });
    else query[name] = value.value;
  }
  if (errors.length === 0) return query;
  const names = errors.map((error) => ('parameter' in error ? error.parameter : '')).join(', ');
  throw new ApiError('invalid-query', `Cannot read the query: not allowed as it is: ${names}`, { errors });
}

type Value = { value: string | number } | { fault: string | undefined };

function readValue(parameter: QueryParameter | undefined, values: string[]): Value {
  const [text = '', ...more] = values;
  if (!parameter) return { fault: undefined };
  if (more.length > 0) return { fault: `Given ${values.length} times, must be given once` };
  if (parameter.kind === 'integer') return readInteger(text, parameter);
  if (parameter.kind === 'choice') {
    const choices = parameter.choices ?? [];
    return choices.includes(text) ? { value: text } : { fault: `Must be one of ${choices.join(', ')}` };
  }
  const { maxLength = Number.POSITIVE_INFINITY } = parameter;
  return text.length <= maxLength ? { value: text } : { fault: `Must have at most ${maxLength} characters` };
}

function readInteger(text: string, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: QueryParameter): Value {
  const number = Number(text);
  if (/^\d{1,16}$/.test(text) && number >= minimum && number <= maximum) return { value: number };
  return { fault: `Must be an integer from ${minimum} to ${maximum}` };
}

function unknownParameter(allowed: Record<string, QueryParameter>): string {
  const names = Object.keys(allowed);
  return names.length > 0 ? `Unknown here; allowed are ${names.join(', ')}` : 'Unknown here; this address takes none';
}
