import { signedFetch } from '../lambdas/aws/signed-request.ts';
import type { Stack } from './stack-target.ts';

interface LambdaCall {
  /** The function's name after the stack's. */
  of: string;
  call: 'configuration' | 'invocations';
  /** What the function is invoked with. */
  event?: unknown;
}

/** Functions answer within 29 s. */
const timeoutMs = 60_000;

/** Calls Lambda's own API about a function of the stack. An invocation is made once: nobody can tell what became of a lost one. */
export async function callLambda(
  { name, place, lambdaUrl }: Stack,
  { of, call, event }: LambdaCall,
): Promise<Response> {
  const isInvocation = call === 'invocations';
  try {
    return await signedFetch('lambda', {
      method: isInvocation ? 'POST' : 'GET',
      url: `${lambdaUrl}/2015-03-31/functions/${name}-${of}/${call}`,
      ...(isInvocation && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) }),
      timeoutMs,
      attempts: isInvocation ? 1 : 3,
    });
  } catch (error) {
    const { code, message = String(error) } = ((error as Error).cause ?? error) as { code?: string; message?: string };
    throw new Error(`Cannot reach ${place}: ${lambdaUrl} does not answer (${code ?? message})`, { cause: error });
  }
}
