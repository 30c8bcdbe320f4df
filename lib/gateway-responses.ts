import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { corsHeaders } from '../protocol/cors.ts';
import { type ProblemCode, problems } from '../protocol/errors.ts';

interface GatewayProblem {
  type: ResponseType;
  code: ProblemCode;
  detail: string;
  headers?: Record<string, string>;
}

const unauthorized =
  'Cannot tell who is asking: the request must carry a good credential, as in `Authorization: Bearer <key>`';
const notFound = 'Cannot find this address: it must be one of those that GET /v1 names';
const forbidden = 'Cannot open this address: the credential does not allow it';
const tooMany = 'Cannot take the request now: the service as a whole is asked too much';
const broken = "Cannot answer: a fault on the server's side";

/** What API Gateway answers by itself, and the problem that it shall be. */
const gatewayProblems: GatewayProblem[] = [
  {
    type: ResponseType.UNAUTHORIZED,
    code: 'unauthorized',
    detail: unauthorized,
    headers: { 'WWW-Authenticate': 'Bearer' },
  },
  { type: ResponseType.ACCESS_DENIED, code: 'forbidden', detail: forbidden },
  { type: ResponseType.INVALID_API_KEY, code: 'forbidden', detail: forbidden },
  { type: ResponseType.WAF_FILTERED, code: 'forbidden', detail: 'Cannot take the request: the firewall refuses it' },
  // Addresses and methods that nobody made end in these, for the gateway takes them for unsigned calls of AWS's own API.
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, code: 'not-found', detail: notFound },
  { type: ResponseType.INVALID_SIGNATURE, code: 'not-found', detail: notFound },
  { type: ResponseType.EXPIRED_TOKEN, code: 'not-found', detail: notFound },
  { type: ResponseType.RESOURCE_NOT_FOUND, code: 'not-found', detail: notFound },
  {
    type: ResponseType.BAD_REQUEST_PARAMETERS,
    code: 'invalid-query',
    detail: 'Cannot read the request: its parameters must be well-formed',
  },
  { type: ResponseType.BAD_REQUEST_BODY, code: 'malformed-json', detail: 'Cannot read the body: it must be JSON' },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    code: 'payload-too-large',
    detail:
      'Cannot take the body: it must have at most 10 MB at the front door, and at most 6 MB with each quote and backslash counted twice',
  },
  {
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    code: 'unsupported-media-type',
    detail: 'Cannot read the body: it must be application/json',
  },
  { type: ResponseType.THROTTLED, code: 'rate-limited', detail: tooMany, headers: { 'Retry-After': '1' } },
  { type: ResponseType.QUOTA_EXCEEDED, code: 'rate-limited', detail: tooMany, headers: { 'Retry-After': '1' } },
  {
    type: ResponseType.DEFAULT_4XX,
    code: 'invalid-query',
    detail: 'Cannot take the request: the front door refuses it',
  },
  { type: ResponseType.AUTHORIZER_FAILURE, code: 'internal-error', detail: broken },
  { type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR, code: 'internal-error', detail: broken },
  { type: ResponseType.API_CONFIGURATION_ERROR, code: 'internal-error', detail: broken },
  // A function that throws or answers something that is no answer: the platform says 502, the contract 500.
  { type: ResponseType.DEFAULT_5XX, code: 'internal-error', detail: broken },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    code: 'unavailable',
    detail: 'Cannot answer: a part of the service is not there',
    headers: { 'Retry-After': '1' },
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    code: 'gateway-timeout',
    detail: 'Cannot answer in time: the request may have been carried out',
  },
];

/** Makes every answer of the gateway's own a problem document that a page of another origin may read too. */
export function addGatewayResponses(api: RestApi, restUrl: string): void {
  for (const { type, code, detail, headers = {} } of gatewayProblems) {
    const { title, status } = problems[code];
    const fields = {
      type: `${restUrl}/problems/${code}`,
      title,
      status,
      detail,
      code,
      requestId: '$context.requestId',
    };
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(status),
      responseHeaders: quoted({ 'Content-Type': 'application/problem+json', ...corsHeaders, ...headers }),
      templates: { 'application/json': JSON.stringify(fields) },
    });
  }
}

/** Fixed header values stand in single quotes ("Set up a gateway response"). */
function quoted(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
}
