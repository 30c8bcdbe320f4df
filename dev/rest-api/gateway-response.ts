import { type GatewayError, type GatewayResponseType, gatewayResponseKinds } from './gateway-error.ts';
import { contextVariable } from './identity-source.ts';

/** An AWS::ApiGateway::GatewayResponse. */
export interface GatewayResponse {
  statusCode?: number;
  /** `gatewayresponse.header.X` -> `'text'`, `context.x`, `method.request.header.x` or `stageVariables.x`. */
  parameters: Record<string, string>;
  /** By media type. */
  templates: Record<string, string>;
}

export type GatewayResponses = Partial<Record<GatewayResponseType, GatewayResponse>>;

/** What a gateway response may show of its request. */
export interface GatewayResponseScope {
  context: object;
  stageVariables: Record<string, string>;
  /** The value of a request header, query parameter or path parameter, as `method.request.X` names it. */
  requestValue(source: string): string | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

const defaultTemplates = { 'application/json': '{"message":$context.error.messageString}' };

/**
 * The answer to a request that API Gateway refuses ("Gateway responses in API Gateway"): the API's own response of
 * that type, else its DEFAULT_4XX or DEFAULT_5XX, else the built-in one. Templates know variables only, no VTL.
 */
export function gatewayResponse(error: GatewayError, responses: GatewayResponses, scope: GatewayResponseScope): Answer {
  const response = error.type === 'INCOMPLETE_SIGNATURE' ? undefined : chooseResponse(error, responses);
  const context = { ...scope.context, error: errorVariables(error) };
  const templates = Object.keys(response?.templates ?? {}).length > 0 ? response?.templates : undefined;
  const [mediaType, template] = chooseTemplate(templates ?? defaultTemplates);
  return {
    status: response?.statusCode ?? error.status,
    headers: {
      'x-amzn-ErrorType': gatewayResponseKinds[error.type].errorType,
      'Content-Type': mediaType,
      ...headersOf(response?.parameters ?? {}, { ...scope, context }),
    },
    body: Buffer.from(fillTemplate(template, { ...scope, context })),
  };
}

function chooseResponse({ type, status }: GatewayError, responses: GatewayResponses): GatewayResponse | undefined {
  return responses[type] ?? (status >= 500 ? responses.DEFAULT_5XX : responses.DEFAULT_4XX);
}

/** `template` with `$context.x`, `${context.x}` and `$stageVariables.x` replaced by their values. */
export function fillTemplate(
  template: string,
  { context, stageVariables }: Pick<GatewayResponseScope, 'context' | 'stageVariables'>,
): string {
  const variable = /\$(\{)?(context|stageVariables)\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)(\})?/g;
  return template.replace(variable, (whole, open: string | undefined, place: string, name: string, close?: string) => {
    if (open !== undefined && close === undefined) return whole;
    const tail = open === undefined ? (close ?? '') : '';
    const value = place === 'context' ? contextVariable(context, name) : stageVariables[name];
    return `${value ?? ''}${tail}`;
  });
}

function errorVariables({ type, clientMessage }: GatewayError) {
  return {
    message: clientMessage ?? 'null',
    messageString: JSON.stringify(clientMessage),
    responseType: type,
    validationErrorString: '',
  };
}

function chooseTemplate(templates: Record<string, string>): [mediaType: string, template: string] {
  const json = templates['application/json'];
  const [first] = Object.entries(templates);
  return json === undefined && first !== undefined ? first : ['application/json', json ?? ''];
}

function headersOf(parameters: Record<string, string>, scope: GatewayResponseScope): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [target, source] of Object.entries(parameters)) {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1];
    const value = parameterValue(source, scope);
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  return headers;
}

/** The value of a mapped parameter: a text in single quotes, or where to look it up. */
function parameterValue(source: string, scope: GatewayResponseScope): string | undefined {
  if (/^'.*'$/s.test(source)) return source.slice(1, -1);
  if (source.startsWith('context.')) return contextVariable(scope.context, source.slice('context.'.length));
  if (source.startsWith('stageVariables.')) return scope.stageVariables[source.slice('stageVariables.'.length)];
  return scope.requestValue(source);
}
