import { describe, expect, test } from 'vitest';
import { serveRestApi } from './serve-rest-api.ts';

/** Answers with what the test says. */
async function serveAnswers(answers: Record<string, unknown>, api: Record<string, unknown> = {}) {
  return await serveRestApi({
    methods: { 'ANY /{name}': {} },
    api,
    functions: {
      ANYname: ({ pathParameters }: { pathParameters: { name: string } }) => answers[pathParameters.name],
    },
  });
}

describe('proxyAnswer()', () => {
  test('answers status, headers and body of the function', async () => {
    const { url } = await serveAnswers({
      full: {
        statusCode: 201,
        headers: { 'Content-Type': 'text/plain', ETag: '"1"', 'X-Both': 'single', 'X-Flag': true, 'X-Number': 7 },
        multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'x-both': ['many'] },
        body: 'grüezi',
      },
    });
    const response = await fetch(`${url}/full`);
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('grüezi');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '7',
      etag: '"1"',
      'x-both': 'many, single',
      'x-flag': 'true',
      'x-number': '7',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-amz-apigw-id': expect.stringMatching(/^[\w-]{15}=$/),
    });
  });

  test('renames the headers that belong to the gateway, and drops those of the connection', async () => {
    const { url } = await serveAnswers({
      odd: {
        statusCode: 401,
        headers: {
          Date: 'never',
          Server: 'mine',
          Connection: 'close',
          'Content-Length': '5',
          'WWW-Authenticate': 'Bearer',
          'Transfer-Encoding': 'chunked',
          Trailer: 'x',
        },
        body: 'body',
      },
    });
    const response = await fetch(`${url}/odd`);
    expect(await response.text()).toBe('body');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-amzn-remapped-date': 'never',
      'x-amzn-remapped-server': 'mine',
      'x-amzn-remapped-connection': 'close',
      'x-amzn-remapped-content-length': '5',
      'x-amzn-remapped-www-authenticate': 'Bearer',
      'content-length': '4',
    });
    expect(response.headers.has('www-authenticate')).toBe(false);
    expect(response.headers.has('trailer')).toBe(false);
  });

  const defaults: [name: string, answer: unknown, status: number, body: string][] = [
    ['nothing at all', {}, 200, ''],
    ['nulls', { statusCode: 200, headers: null, multiValueHeaders: null, body: null, isBase64Encoded: false }, 200, ''],
    ['a status as text', { statusCode: '202', body: '{}' }, 202, '{}'],
    ['base64 without binary media types', { isBase64Encoded: true, body: 'eA==' }, 200, 'eA=='],
  ];
  test.each(defaults)('takes %s', async (_, answer, status, body) => {
    const { url } = await serveAnswers({ it: answer });
    const response = await fetch(`${url}/it`);
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  const malformed: [name: string, answer: unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a text', 'ok'],
    ['a list', []],
    ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
    ['a status that is no number', { statusCode: 'fine' }],
    ['a status out of range', { statusCode: 99 }],
    ['an informational status', { statusCode: 103 }],
    ['a field that the format lacks', { statusCode: 200, cookies: ['a=1'] }],
    ['headers that are a list', { headers: ['a'] }],
    ['a header that is an object', { headers: { a: {} } }],
    ['a header with a line break', { headers: { a: 'b\r\nSet-Cookie: c=1' } }],
    ['a header with an odd name', { headers: { 'a b': 'c' } }],
    ['a multiValueHeader that is no list', { multiValueHeaders: { a: 'b' } }],
    ['isBase64Encoded as text', { isBase64Encoded: 'true' }],
    ['the shape of a Lambda error', { errorType: 'Error', errorMessage: 'secret' }],
  ];
  test.each(malformed)('answers 502 without detail for %s', async (_, answer) => {
    const { url, requests } = await serveAnswers({ it: answer });
    const response = await fetch(`${url}/it`);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ message: 'Internal server error' });
    expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
    expect(requests.at(-1)?.note).toMatch(/^ANYname: malformed Lambda proxy response: it (has|is) /);
  });

  const base64: [accept: string | undefined, decoded: boolean][] = [
    ['image/png', true],
    ['image/png, text/html', true],
    ['text/html, image/png', false],
    [undefined, false],
  ];
  test.each(base64)('undoes base64 for Accept: %s: %s', async (accept, decoded) => {
    const answer = { headers: { 'Content-Type': 'image/png' }, body: 'AAECAw==', isBase64Encoded: true };
    const { url } = await serveAnswers({ it: answer }, { BinaryMediaTypes: ['image/png'] });
    const response = await fetch(`${url}/it`, { headers: { accept: accept ?? '*/*' } });
    const body = Buffer.from(await response.arrayBuffer());
    expect(body).toEqual(decoded ? Buffer.from([0, 1, 2, 3]) : Buffer.from('AAECAw=='));
  });

  const bodiless: [method: string, status: number][] = [
    ['GET', 204],
    ['GET', 304],
    ['HEAD', 200],
  ];
  test.each(bodiless)('sends no body for %s with %s', async (method, status) => {
    const { url } = await serveAnswers({ it: { statusCode: status, body: 'not for this' } });
    const response = await fetch(`${url}/it`, { method });
    expect([response.status, await response.text()]).toEqual([status, '']);
  });
});
