import type { Target } from '../contract/target.ts';

/** An error as the service tells it. */
export interface ToldError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; status: number; retryable: boolean; requestId: string; errors?: { pointer: string }[] };
}

export interface Asked {
  status: number;
  mediaType: string | null;
  data: Record<string, unknown> | null | undefined;
  errors: ToldError[] | undefined;
}

interface AskOptions {
  variables?: object;
  /** Beside or instead of `query` and `variables`. */
  body?: object;
  headers?: Record<string, string>;
  credential?: string;
}

/** One request by POST, as any client of GraphQL sends it. */
export async function ask(
  { url, key }: Target,
  query: string | undefined,
  { variables, body, headers = {}, credential = key }: AskOptions = {},
): Promise<Asked> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...(query !== undefined && { query }), ...(variables && { variables }), ...body }),
  });
  const { data, errors } = (await response.json()) as Pick<Asked, 'data' | 'errors'>;
  return { status: response.status, mediaType: response.headers.get('content-type'), data, errors };
}

/** The data of a request that must go well. */
export async function dataOf(...asked: Parameters<typeof ask>): Promise<Record<string, unknown>> {
  const { data, errors } = await ask(...asked);
  if (errors || !data) throw new Error(`Cannot use the answer: it has the errors ${JSON.stringify(errors)}`);
  return data;
}

/** The code of the first error. */
export async function codeOf(...asked: Parameters<typeof ask>): Promise<string | undefined> {
  return (await ask(...asked)).errors?.[0]?.extensions.code;
}
