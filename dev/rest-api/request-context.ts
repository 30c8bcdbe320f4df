import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { domainNameOf, sourceIpOf } from './event-headers.ts';

/** Who calls: only what an address tells, for nothing local signs its requests. */
export interface Identity {
  accessKey: null;
  accountId: null;
  caller: null;
  cognitoAuthenticationProvider: null;
  cognitoAuthenticationType: null;
  cognitoIdentityId: null;
  cognitoIdentityPoolId: null;
  principalOrgId: null;
  sourceIp: string;
  user: null;
  userAgent: string | null;
  userArn: null;
}

/** `requestContext` of a REST API's events, and what `$context` means in its templates. */
export interface RequestContext {
  accountId: string;
  apiId: string;
  /** What the authorizer answered: `principalId`, `integrationLatency` and its context, as text. */
  authorizer?: Record<string, string | number>;
  deploymentId: string;
  domainName: string;
  domainPrefix: string;
  extendedRequestId: string;
  httpMethod: string;
  identity: Identity;
  path: string;
  protocol: string;
  requestId: string;
  requestTime: string;
  requestTimeEpoch: number;
  /** Both are known once a route is found. */
  resourceId?: string;
  resourcePath?: string;
  stage: string;
}

interface ContextOptions {
  accountId: string;
  apiId: string;
  deploymentId: string;
  stage: string;
  nowMs: number;
}

/** What is known of a request before a route is found. `path` is added once the target is parsed. */
export function newRequestContext(request: IncomingMessage, { nowMs, ...api }: ContextOptions): RequestContext {
  const domainName = domainNameOf(request);
  return {
    ...api,
    domainName,
    domainPrefix: domainName.split(/[.:]/)[0] ?? '',
    extendedRequestId: newExtendedRequestId(),
    httpMethod: request.method ?? '',
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: sourceIpOf(request),
      user: null,
      userAgent: request.headers['user-agent'] ?? null,
      userArn: null,
    },
    path: '',
    protocol: `HTTP/${request.httpVersion}`,
    requestId: randomUUID(),
    requestTime: requestTime(nowMs),
    requestTimeEpoch: nowMs,
  };
}

/** An id such as `JKJaXmPLvHcESHA=`: what API Gateway gives requests and connections, 15 characters and a sign. */
export function newExtendedRequestId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

/** A time as API Gateway writes it: `10/Nov/2026:14:05:09 +0000`. */
export function requestTime(nowMs: number): string {
  const [, day, month, year, time] = /, (\d\d) (\w+) (\d{4}) (\S+) /.exec(new Date(nowMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
