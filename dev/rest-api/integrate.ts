import type { ServerResponse } from 'node:http';
import type { Invoke, InvokeStreaming } from '../lambda/invoke.ts';
import { headerOf } from './event-headers.ts';
import { GatewayError } from './gateway-error.ts';
import { type MockIntegration, mockAnswer } from './mock-integration.ts';
import { type ProxyEvent, proxyEvent, type RoutedRequest } from './proxy-event.ts';
import { proxyAnswer, streamHead } from './proxy-response.ts';
import type { RestApi } from './read-rest-api.ts';
import type { LambdaIntegration } from './read-routes.ts';
import type { RestLimits } from './rest-limits.ts';
import { streamAnswer } from './stream-answer.ts';
import { timedOut, withTimeout } from './with-timeout.ts';
import { writeAnswer, writeHead } from './write-answer.ts';

interface IntegrateOptions {
  api: RestApi;
  invoke: Invoke;
  invokeStreaming: InvokeStreaming;
  limits: RestLimits;
  response: ServerResponse;
  routed: RoutedRequest;
  body: Buffer;
}

/** Calls a method's integration and answers with what it says. Resolves with what went wrong after the head, if anything. */
export async function integrate(
  integration: LambdaIntegration | MockIntegration,
  options: IntegrateOptions,
): Promise<string | undefined> {
  const { response, routed, body, api, limits } = options;
  if (integration.kind === 'mock') {
    writeAnswer(response, mockAnswer(integration, routed.context), routed.context);
    return undefined;
  }
  const event = proxyEvent(routed, body, api.binaryMediaTypes);
  // JSON is at least as long as the body; to measure small events would cost more than it tells.
  if (body.length > limits.maxEventBytes / 8 && jsonBytes(event) > limits.maxEventBytes) {
    throw new GatewayError('REQUEST_TOO_LARGE', `the event is over Lambda's ${limits.maxEventBytes} bytes`);
  }
  return integration.isStreamed
    ? await answerStreamed(integration, event, options)
    : await answerWhole(integration, event, options);
}

async function answerWhole(
  { functionName, timeoutMs }: LambdaIntegration,
  event: ProxyEvent,
  options: IntegrateOptions,
) {
  const { response, routed, api, limits } = options;
  const result = await withTimeout(options.invoke(functionName, event), timeoutMs);
  if (result === timedOut) throw new GatewayError('INTEGRATION_TIMEOUT', `no answer in ${timeoutMs} ms`);
  if (!result.ok) {
    const { errorType, errorMessage } = result.error;
    // A throttled invocation is a 500, a function that failed a 502; neither tells the client why.
    const status = errorType.startsWith('TooManyRequestsException') ? 500 : 502;
    throw new GatewayError('DEFAULT_5XX', `the function failed: ${errorType}: ${errorMessage}`, { status });
  }
  const accept = headerOf(routed.eventHeaders, 'Accept') ?? '';
  const answer = proxyAnswer(result.payload, { binaryMediaTypes: api.binaryMediaTypes, accept });
  if (answer.body.length > limits.maxPayloadBytes / 8 && jsonBytes(result.payload) > limits.maxPayloadBytes) {
    throw new GatewayError('DEFAULT_5XX', `the function's answer is over Lambda's ${limits.maxPayloadBytes} bytes`);
  }
  writeAnswer(response, answer, routed.context);
  return undefined;
}

async function answerStreamed(
  { functionName, timeoutMs }: LambdaIntegration,
  event: ProxyEvent,
  { response, routed, limits, invokeStreaming }: IntegrateOptions,
): Promise<string | undefined> {
  const startedMs = performance.now();
  const stream = await withTimeout(
    invokeStreaming(functionName, event),
    Math.min(timeoutMs, limits.streamIdleTimeoutMs),
  ).catch((cause: unknown) => {
    throw new GatewayError('DEFAULT_5XX', `the function failed: ${String(cause)}`, { cause });
  });
  if (stream === timedOut) throw new GatewayError('INTEGRATION_TIMEOUT', `no answer in ${timeoutMs} ms`);
  writeHead(response, streamHead(stream.metadata), routed.context);
  return await streamAnswer(response, stream.body, {
    timeoutMs: timeoutMs - (performance.now() - startedMs),
    idleTimeoutMs: limits.streamIdleTimeoutMs,
  });
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
