interface GatewayResponseKind {
  status: number;
  /** What the header x-amzn-ErrorType says. */
  errorType: string;
  /** `null` is what API Gateway itself answers where an authorizer failed. */
  message: string | null;
}

const define = <Type extends string>(kinds: Record<Type, GatewayResponseKind>) => kinds;

/** Why API Gateway answers by itself, with its defaults ("Gateway response types for API Gateway"). */
export const gatewayResponseKinds = define({
  ACCESS_DENIED: {
    status: 403,
    errorType: 'AccessDeniedException',
    message: 'User is not authorized to access this resource',
  },
  API_CONFIGURATION_ERROR: {
    status: 500,
    errorType: 'InternalServerErrorException',
    message: 'Internal server error',
  },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, errorType: 'AuthorizerConfigurationException', message: null },
  AUTHORIZER_FAILURE: { status: 500, errorType: 'AuthorizerFailureException', message: null },
  DEFAULT_4XX: { status: 400, errorType: 'BadRequestException', message: 'Bad Request' },
  DEFAULT_5XX: { status: 502, errorType: 'InternalServerErrorException', message: 'Internal server error' },
  /** No gateway response of an API can change this one. */
  INCOMPLETE_SIGNATURE: {
    status: 403,
    errorType: 'IncompleteSignatureException',
    message: 'Invalid key=value pair (missing equal-sign) in Authorization header',
  },
  INTEGRATION_FAILURE: { status: 504, errorType: 'InternalServerErrorException', message: 'Internal server error' },
  INTEGRATION_TIMEOUT: {
    status: 504,
    errorType: 'InternalServerErrorException',
    message: 'Endpoint request timed out',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    errorType: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  },
  REQUEST_TOO_LARGE: { status: 413, errorType: 'RequestTooLargeException', message: 'Request Too Long' },
  THROTTLED: { status: 429, errorType: 'TooManyRequestsException', message: 'Too Many Requests' },
  UNAUTHORIZED: { status: 401, errorType: 'UnauthorizedException', message: 'Unauthorized' },
});

export type GatewayResponseType = keyof typeof gatewayResponseKinds;

interface GatewayErrorOptions {
  /** Where it differs from the type's own. */
  status?: number;
  message?: string;
  cause?: unknown;
}

/** A request that API Gateway answers by itself. `reason` is for the log alone: no client sees it. */
export class GatewayError extends Error {
  readonly type: GatewayResponseType;
  readonly status: number;
  /** What `$context.error.message` holds. */
  readonly clientMessage: string | null;

  constructor(type: GatewayResponseType, reason: string, { status, message, cause }: GatewayErrorOptions = {}) {
    super(reason, { cause });
    this.name = 'GatewayError';
    this.type = type;
    this.status = status ?? gatewayResponseKinds[type].status;
    this.clientMessage = message ?? gatewayResponseKinds[type].message;
  }
}
