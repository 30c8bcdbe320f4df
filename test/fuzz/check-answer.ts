import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { assertProblem } from '../contract/problem.ts';
import type { GeneratedRequest, OpenApiDocument } from './generated-request.ts';
import type { RawAnswer } from './send.ts';

interface ResponseObject {
  $ref?: string;
  content?: Record<string, { schema?: unknown }>;
}

/** What no answer may hold: the other tenant's ids and the marks in its jobs. */
export interface Secrets {
  ids: string[];
  marks: string[];
}

/** A check of any answer: never a 5xx, every error a whole problem, every success as the document says. */
export function answerCheck(document: OpenApiDocument, secrets: Secrets) {
  const validators = new Map<string, ValidateFunction | undefined>();
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', ...document });

  function validatorFor(operation: string, status: number): ValidateFunction | undefined {
    const name = `${operation} ${status}`;
    if (!validators.has(name)) validators.set(name, compiled(operation, status));
    return validators.get(name);
  }

  function compiled(operation: string, status: number): ValidateFunction | undefined {
    const [method = '', path = ''] = operation.split(' ');
    const { responses = {} } = (document.paths[path]?.[method.toLowerCase()] ?? {}) as {
      responses?: Record<string, ResponseObject>;
    };
    const response = responses[status];
    assert.ok(response, `${operation} is answered with ${status}, which the document does not list`);
    const place = response.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${status}`;
    const held = response.$ref ? (resolved(document, response.$ref) as ResponseObject) : response;
    if (!held.content?.['application/json']?.schema) return undefined;
    return ajv.compile({ $ref: `openapi#${place}/content/application~1json/schema` });
  }

  /** Returns true where the document describes the answer's body, and it is as described. */
  return (request: GeneratedRequest, answer: RawAnswer): boolean => {
    const { status, text } = answer;
    assert.ok(status < 500, `a ${status}: ${text.slice(0, 300)}`);
    for (const mark of secrets.marks) assert.ok(!text.includes(mark), "the answer holds another tenant's data");
    for (const id of secrets.ids) {
      const asked = request.path.includes(id) || request.body?.includes(id);
      assert.ok(!text.includes(id) || (asked && status >= 400), "the answer holds another tenant's id");
    }
    if (isRefusedUnread(answer) || isGraphql(answer)) return false;
    if (status >= 400 && request.method !== 'HEAD')
      assertProblem(answer, `${request.method} ${request.path.slice(0, 200)}`);
    if (status >= 300 || !request.operation.startsWith(`${request.method} `) || answer.body === undefined) return false;
    if (!answer.headers.get('content-type')?.startsWith('application/json')) return false;
    const validate = validatorFor(request.operation, status);
    if (!validate) return false;
    const errors = validate(answer.body) ? '' : ajv.errorsText(validate.errors);
    assert.equal(errors, '', `the answer is not what the document says: ${text.slice(0, 300)}`);
    return true;
  };
}

/** Executed GraphQL answers after its own specification. */
function isGraphql({ headers }: RawAnswer): boolean {
  return headers.get('content-type')?.startsWith('application/graphql-response+json') === true;
}

/** What the platform's front door refuses before it reads a request: it closes the connection, without a body. */
function isRefusedUnread({ status, headers, text }: RawAnswer): boolean {
  return [400, 408, 413, 431].includes(status) && text === '' && headers.get('connection') === 'close';
}

function escaped(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function resolved(document: OpenApiDocument, ref: string): unknown {
  return ref
    .slice(2)
    .split('/')
    .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], document);
}
