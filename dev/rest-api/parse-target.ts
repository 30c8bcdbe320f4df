import { GatewayError } from './gateway-error.ts';
import { percentDecode } from './percent-decode.ts';

/** What a request line asks for. */
export interface Target {
  /** As it was sent, percent-encoding included; starts with one slash. */
  path: string;
  /** Decoded, in the order sent. */
  query: [name: string, value: string][];
}

/**
 * Parses a request target (RFC 9112, section 3.2). Throws where a percent sign stands alone, which API Gateway answers
 * with 400. A semicolon splits the query like an ampersand, as API Gateway's important notes say.
 */
export function parseTarget(target: string): Target {
  const originForm = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const queryStart = originForm.indexOf('?');
  const rawPath = queryStart < 0 ? originForm : originForm.slice(0, queryStart);
  const rawQuery = queryStart < 0 ? '' : originForm.slice(queryStart + 1);
  if (percentDecode(rawPath) === undefined) throw malformed('path');
  return { path: `/${rawPath.replace(/^\/+/, '')}`, query: parseQuery(rawQuery) };
}

function parseQuery(rawQuery: string): [string, string][] {
  return rawQuery
    .split(/[&;]/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return [decodeParameter(name), decodeParameter(equals < 0 ? '' : pair.slice(equals + 1))];
    });
}

function decodeParameter(text: string): string {
  const decoded = percentDecode(text.replaceAll('+', ' '));
  if (decoded === undefined) throw malformed('query');
  return decoded;
}

function malformed(part: string): GatewayError {
  return new GatewayError('DEFAULT_4XX', `the ${part} holds a percent sign without two hexadecimal digits`);
}
