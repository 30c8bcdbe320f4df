import { type Answer, fillTemplate } from './gateway-response.ts';
import type { RequestContext } from './request-context.ts';

/** The one answer of a MOCK integration, as the CORS preflights of CDK use them. */
export interface MockIntegration {
  kind: 'mock';
  status: number;
  headers: Record<string, string>;
  template: { mediaType: string; text: string } | undefined;
}

interface IntegrationResponse {
  StatusCode?: string | number;
  SelectionPattern?: string;
  ResponseParameters?: Record<string, string>;
  ResponseTemplates?: Record<string, string>;
}

/** Reads the integration of a MOCK method; throws for response templates with VTL directives and mapped headers. */
export function readMockIntegration(integration: Record<string, unknown>, methodName: string): MockIntegration {
  const responses = (integration.IntegrationResponses ?? []) as IntegrationResponse[];
  const response = responses.find(({ SelectionPattern }) => SelectionPattern === undefined) ?? responses[0];
  if (response === undefined) {
    throw new Error(`Cannot serve ${methodName}: its MOCK integration has no response, it must have one`);
  }
  const [template] = Object.entries(response.ResponseTemplates ?? {});
  if (template !== undefined && /#(?:set|if|foreach|else|end)\b|\$(?:input|util)\b/.test(template[1])) {
    throw new Error(`Cannot serve ${methodName}: its response template has VTL, it may have variables only`);
  }
  return {
    kind: 'mock',
    status: Number(response.StatusCode ?? 200),
    headers: staticHeaders(response.ResponseParameters ?? {}, methodName),
    template: template && { mediaType: template[0], text: template[1] },
  };
}

/** The answer of a MOCK integration. */
export function mockAnswer({ status, headers, template }: MockIntegration, context: RequestContext): Answer {
  if (template === undefined) return { status, headers, body: Buffer.alloc(0) };
  const body = Buffer.from(fillTemplate(template.text, { context, stageVariables: {} }));
  return { status, headers: { 'Content-Type': template.mediaType, ...headers }, body };
}

function staticHeaders(parameters: Record<string, string>, methodName: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([target, source]) => {
      const name = /^method\.response\.header\.(.+)$/.exec(target)?.[1];
      if (name === undefined || !/^'.*'$/s.test(source)) {
        throw new Error(
          `Cannot serve ${methodName}: ${target} is ${source}, it must be a header with a text in quotes`,
        );
      }
      return [name, source.slice(1, -1)];
    }),
  );
}
