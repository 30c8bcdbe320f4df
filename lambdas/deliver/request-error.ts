/** Why a guarded request got no answer. `blocked` is the guard's own; all others are the network's or the receiver's. */
export type RequestFault =
  | 'blocked'
  | 'dns'
  | 'tls'
  | 'refused'
  | 'unreachable'
  | 'timed-out'
  | 'reset'
  | 'bad-answer'
  | 'network';

/** A guarded request that got no answer, in plain words. Never holds the URL's path or query: they may be secret. */
export class RequestError extends Error {
  readonly fault: RequestFault;

  constructor(fault: RequestFault, message: string, { cause }: { cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'RequestError';
    this.fault = fault;
  }
}

const faultsByCode: Record<string, [RequestFault, string]> = {
  ENOTFOUND: ['dns', 'its name does not resolve'],
  ENODATA: ['dns', 'its name has no address'],
  EAI_AGAIN: ['dns', 'the name server does not answer'],
  ECONNREFUSED: ['refused', 'the connection was refused; nothing listens there'],
  ECONNRESET: ['reset', 'the connection was closed before the answer was complete'],
  EPIPE: ['reset', 'the connection was closed before the request was sent'],
  ETIMEDOUT: ['timed-out', 'the connection timed out'],
  EHOSTUNREACH: ['unreachable', 'no route leads to its address'],
  ENETUNREACH: ['unreachable', 'no route leads to its network'],
  EADDRNOTAVAIL: ['unreachable', 'no route leads to its address'],
  CERT_HAS_EXPIRED: ['tls', 'its certificate has expired'],
  CERT_NOT_YET_VALID: ['tls', 'its certificate is not valid yet'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['tls', 'its certificate is for another name'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['tls', 'its certificate is self-signed'],
  SELF_SIGNED_CERT_IN_CHAIN: ['tls', 'its certificate comes from an authority that is not trusted'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['tls', 'its certificate comes from an authority that is not trusted'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls', 'its certificate lacks the chain up to a trusted authority'],
  CERT_REVOKED: ['tls', 'its certificate is revoked'],
  UPGRADED: ['bad-answer', 'its answer switches to another protocol'],
  EPROTO: ['tls', 'the TLS handshake failed; there may be no TLS on that port'],
};

/** What went wrong on the way to `host`, in plain words, from an error of `node:dns`, `node:net`, `node:tls` or `node:http`. */
export function describeNetworkError(host: string, error: unknown): RequestError {
  const code = codeOf(error);
  const [fault, what] = faultsByCode[code] ?? familyOf(code);
  return new RequestError(fault, `Cannot get an answer from ${host}: ${what}`, { cause: error });
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function familyOf(code: string): [RequestFault, string] {
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return ['tls', 'the TLS handshake failed'];
  if (code.includes('CERT')) return ['tls', 'its certificate is not trusted'];
  if (code.startsWith('HPE_')) return ['bad-answer', 'its answer is not HTTP, or has too large a head'];
  return ['network', code === '' ? 'the connection failed' : `the connection failed (${code})`];
}
