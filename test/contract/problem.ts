import assert from 'node:assert/strict';
import { type Fault, type ProblemCode, type ProblemDocument, problems } from '../../protocol/errors.ts';

interface ProblemAnswer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

const known = ['type', 'title', 'status', 'detail', 'code', 'requestId', 'errors'];
const secrets = /\bat \S+ \(|node_modules|arn:aws|amazonaws\.com\/\d{12}|DynamoDB|ConditionalCheck|jw_[a-z]+_[\w-]{20}/;

/** Asserts that an error's body is a whole problem document (RFC 9457) that keeps to the table and gives nothing away. */
export function assertProblem(answer: ProblemAnswer, asked: string): ProblemDocument {
  const at = `${asked} -> ${answer.status} ${answer.text.slice(0, 300)}`;
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, `no problem document: ${at}`);
  const problem = answer.body as ProblemDocument;
  assert.ok(problem && typeof problem === 'object' && !Array.isArray(problem), `no object: ${at}`);
  for (const member of Object.keys(problem)) assert.ok(known.includes(member), `unknown member ${member}: ${at}`);
  const row = problems[problem.code];
  assert.ok(Object.hasOwn(problems, problem.code), `unknown code: ${at}`);
  assert.equal(problem.status, answer.status, `status differs: ${at}`);
  assert.equal(row.status, answer.status, `the code belongs to status ${row.status}: ${at}`);
  assert.equal(problem.title, row.title, `title is not the table's: ${at}`);
  assert.match(problem.type, new RegExp(`^https?://.+/problems/${problem.code}$`), `type is no absolute URL: ${at}`);
  assert.ok(typeof problem.detail === 'string' && problem.detail.length > 0, `no detail: ${at}`);
  assert.ok(typeof problem.requestId === 'string' && problem.requestId.length > 0, `no requestId: ${at}`);
  assert.doesNotMatch(answer.text, secrets, `tells of the inside: ${at}`);
  if (problem.errors !== undefined) assertFaults(problem.errors, at);
  return problem;
}

/** Asserts that an answer is the problem `code`, and gives it. */
export function expectProblem(answer: ProblemAnswer, code: ProblemCode): ProblemDocument {
  const problem = answer.body as ProblemDocument | undefined;
  const given = `${answer.status} ${answer.text.slice(0, 300)}`;
  assert.equal(problem?.code, code, `expected ${problems[code].status} ${code}, got ${given}`);
  assert.equal(answer.status, problems[code].status, given);
  if (answer.status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/, 'WWW-Authenticate');
  return problem as ProblemDocument;
}

/** Asserts that `errors` points at each of `places`: pointers, or the names of parameters. */
export function expectFaults(problem: ProblemDocument, places: string[]): void {
  const given = (problem.errors ?? []).map((fault) => ('pointer' in fault ? fault.pointer : fault.parameter));
  for (const place of places) {
    assert.ok(given.includes(place), `errors do not point at ${place}, but at ${JSON.stringify(problem.errors)}`);
  }
}

function assertFaults(faults: Fault[], at: string): void {
  assert.ok(Array.isArray(faults) && faults.length > 0, `errors is no list: ${at}`);
  for (const fault of faults) {
    const place = 'pointer' in fault ? fault.pointer : fault.parameter;
    assert.equal(typeof place, 'string', `a fault without a place: ${at}`);
    if ('pointer' in fault) assert.match(fault.pointer, /^(\/([^~/]|~[01])*)*$/, `no RFC 6901 pointer: ${at}`);
    assert.ok(typeof fault.detail === 'string' && fault.detail.length > 0, `a fault without a detail: ${at}`);
  }
}
