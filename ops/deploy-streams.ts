import { signedFetch } from '../lambdas/aws/signed-request.ts';

/**
 * What MiniStack 1.5.33 cannot do as the template has it, and a call of its API Gateway can mend: it does not know the
 * address of a streamed invocation, and answers 500. Integrations that stream are changed to plain ones, so that their
 * answers come at their end. The functions then need a global `awslambda`, see docs/deploy.md.
 */
export async function answerStreamsAtTheirEnd(emulatorUrl: string, restUrl: string): Promise<number> {
  const apiId = restUrl.match(/\/execute-api\/([^/]+)\//)?.[1];
  const resources = `${emulatorUrl}/restapis/${apiId}/resources`;
  const { item } = (await call('GET', `${resources}?embed=methods&limit=500`)) as { item: Resource[] };
  const streamed = item.flatMap(({ id, resourceMethods = {} }) =>
    Object.entries(resourceMethods).flatMap(([method, { methodIntegration: { uri, ...integration } = {} }]) =>
      uri?.endsWith('/response-streaming-invocations') ? [{ id, method, uri, integration }] : [],
    ),
  );
  for (const { id, method, uri, integration } of streamed) {
    await call('PUT', `${resources}/${id}/methods/${method}/integration`, {
      ...integration,
      uri: plainInvocation(uri),
    });
  }
  return streamed.length;
}

interface Resource {
  id: string;
  resourceMethods?: Record<string, { methodIntegration?: { uri?: string } & Record<string, unknown> }>;
}

/** The address of a function's plain invocation, out of that of its streamed one. */
export function plainInvocation(uri: string): string {
  return uri.replace('/2021-11-15/', '/2015-03-31/').replace(/\/response-streaming-invocations$/, '/invocations');
}

async function call(method: 'GET' | 'PUT', url: string, body?: unknown): Promise<unknown> {
  const response = await signedFetch('apigateway', {
    method,
    url,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  throw new Error(
    `Cannot change how streams are answered: ${method} ${url} is answered with ${response.status} ${text}`,
  );
}
