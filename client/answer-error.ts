import type { ProblemDocument } from '../protocol/errors.ts';
import { ApiError } from './errors.ts';

const longestTextLength = 200;

/** The error that an answer is: its problem document where it has one, else what can be told of it. */
export async function answerError(response: Response, action: string): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  const answered = `Cannot ${action}: it is answered with ${response.status} ${text.slice(0, longestTextLength)}`;
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), Date.now());
  return new ApiError(problem?.detail ?? answered.trim(), {
    status: response.status,
    ...(problem && { problem }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function parseProblem(text: string): Partial<ProblemDocument> | undefined {
  try {
    const body: Partial<ProblemDocument> | null = JSON.parse(text);
    return body?.code === undefined ? undefined : body;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
