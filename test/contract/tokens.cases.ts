import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Api } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectJob, expectPage } from './expect.ts';
import { expectFaults, expectProblem } from './problem.ts';

interface Token {
  token: string;
  tokenType: string;
  scopes: string[];
  job?: string;
  singleUse: boolean;
  expiresAt: string;
}

const echo = { types: ['echo'] };

async function issue({ call }: Api, body: Record<string, unknown>): Promise<Token> {
  const answer = await call('POST', '/tokens', { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body as Token;
}

/** Access tokens: sections 3 and 13. */
export const tokenCases: Case[] = [
  must('TOKEN-001', 'a token has the form of section 13, for 900 s where nothing is said', async (api) => {
    const { token, tokenType, scopes, job, singleUse, expiresAt } = await issue(api, {});
    assert.equal(token.split('.').length, 3);
    assert.deepEqual({ tokenType, job, singleUse }, { tokenType: 'Bearer', job: undefined, singleUse: false });
    assert.ok(scopes.includes('admin'), `scopes ${scopes}`);
    const seconds = (Date.parse(expiresAt) - Date.now()) / 1000;
    assert.ok(seconds > 880 && seconds < 920, `${seconds} s`);
  }),
  must('TOKEN-002', 'a token opens what its scopes say and no more', async (api) => {
    const { token, scopes } = await issue(api, { scopes: ['jobs:read'], expiresInSeconds: 60 });
    const { call } = api.as(token);
    assert.deepEqual(scopes, ['jobs:read']);
    expectPage(await call('GET', '/jobs'));
    expectProblem(await call('POST', '/jobs', { body: {} }), 'forbidden');
    expectProblem(await call('GET', '/dead-letters'), 'forbidden');
  }),
  must('TOKEN-003', 'a token that asks for more than it has is 403', async (api) => {
    const { token } = await issue(api, { scopes: ['jobs:read'] });
    const { call } = api.as(token);
    await eachRow([['jobs:write'], ['jobs:read', 'jobs:write'], ['admin']], async (scopes) => {
      expectProblem(await call('POST', '/tokens', { body: { scopes } }), 'forbidden');
    });
  }),
  must('TOKEN-004', 'a token of a token is as narrow, where nothing is said', async (api) => {
    const { token } = await issue(api, { scopes: ['jobs:read'] });
    assert.deepEqual((await issue(api.as(token), {})).scopes, ['jobs:read']);
  }),
  must(
    'TOKEN-005',
    'a token bound to a job opens that job',
    async (api) => {
      const { id } = await api.submitEcho('mine');
      const { token, job } = await issue(api, { job: id, scopes: ['jobs:read'] });
      assert.equal(job, id);
      const { call } = api.as(token);
      expectJob(await call('GET', `/jobs/${id}`), 200);
      assert.equal((await call('GET', `/jobs/${id}/events`)).status, 200);
      assert.equal((await call('GET', `/jobs/${id}/events/1`)).status, 200);
    },
    echo,
  ),
  must(
    'TOKEN-006',
    'a token bound to a job opens nothing else',
    async (api) => {
      const [mine, other] = [await api.submitEcho('mine'), await api.submitEcho('other')];
      const { call } = api.as((await issue(api, { job: mine.id })).token);
      const rows = [
        ['GET', `/jobs/${other.id}`],
        ['GET', `/jobs/${other.id}/events`],
        ['GET', `/jobs/${other.id}/events/1`],
        ['POST', `/jobs/${other.id}/cancel`],
        ['POST', `/jobs/${other.id}/retry`],
        ['GET', '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa'],
        ['GET', '/jobs'],
        ['GET', '/dead-letters'],
        ['DELETE', '/dead-letters'],
      ] as const;
      await eachRow(rows, async ([method, path]) => {
        expectProblem(await call(method, path), 'forbidden');
      });
      for (const path of ['/jobs', '/jobs/batch', '/uploads', '/dead-letters/redrive']) {
        const { status, text } = await call('POST', path, { body: { type: 'echo', input: { value: 1 } } });
        assert.equal(status, 403, `${path}: ${text}`);
      }
    },
    echo,
  ),
  must(
    'TOKEN-007',
    'a token bound to a job cannot ask for another job, or for all',
    async (api) => {
      const [mine, other] = [await api.submitEcho('mine'), await api.submitEcho('other')];
      const bound = api.as((await issue(api, { job: mine.id })).token);
      expectProblem(await bound.call('POST', '/tokens', { body: { job: other.id } }), 'forbidden');
      const answer = await bound.call('POST', '/tokens', { body: {} });
      if (answer.status === 201) assert.equal((answer.body as Token).job, mine.id);
      else expectProblem(answer, 'forbidden');
    },
    echo,
  ),
  must('TOKEN-008', 'every wrong field of a request for a token is pointed at', async ({ call }) => {
    const rows: { body: unknown; places: string[] }[] = [
      { body: { expiresInSeconds: 59 }, places: ['/expiresInSeconds'] },
      { body: { expiresInSeconds: 3601 }, places: ['/expiresInSeconds'] },
      { body: { expiresInSeconds: 90.5 }, places: ['/expiresInSeconds'] },
      { body: { expiresInSeconds: '90', singleUse: 'yes' }, places: ['/expiresInSeconds', '/singleUse'] },
      { body: { scopes: 'jobs:read' }, places: ['/scopes'] },
      { body: { scopes: ['jobs:read', 'jobs:fly'], job: 5 }, places: ['/scopes/1', '/job'] },
    ];
    await eachRow(rows, async ({ body, places }) => {
      expectFaults(expectProblem(await call('POST', '/tokens', { body }), 'invalid-input'), places);
    });
  }),
  must(
    'TOKEN-009',
    'a singleUse token is 401 outside the WebSocket',
    async (api) => {
      const { token, singleUse } = await issue(api, { singleUse: true });
      assert.equal(singleUse, true);
      const { call } = api.as(token);
      expectProblem(await call('GET', '/jobs'), 'unauthorized');
      expectProblem(await call('POST', '/tokens', { body: {} }), 'unauthorized');
      const { id } = await api.submitEcho(1);
      expectProblem(await call('GET', `/jobs/${id}/events`), 'unauthorized');
      expectProblem(
        await call('GET', `/jobs/${id}/events?access_token=${token}`, { credential: null }),
        'unauthorized',
      );
    },
    echo,
  ),
  must('TOKEN-010', 'a token that was tampered with is 401', async (api) => {
    const { token } = await issue(api, { scopes: ['jobs:read'] });
    const [head = '', claims = '', signature = ''] = token.split('.');
    const wider = Buffer.from(Buffer.from(claims, 'base64url').toString().replace('jobs:read', 'admin')).toString(
      'base64url',
    );
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const flipped = (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
    const rows = [
      `${head}.${wider}.${signature}`,
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${head}.${claims}.${flipped}`,
      `${head}.${claims}.`,
      `${token}.x`,
      `${head}.${claims}`,
    ];
    await eachRow(rows, async (credential) => {
      expectProblem(await api.call('GET', '/jobs', { credential }), 'unauthorized');
    });
  }),
  must(
    'TOKEN-011',
    'a token may travel in the query of the events address',
    async (api) => {
      const { id } = await api.submitEcho(1);
      await api.end(id);
      const { token } = await issue(api, { job: id, scopes: ['jobs:read'] });
      const headers = { accept: 'text/event-stream' };
      const answer = await api.call('GET', `/jobs/${id}/events?access_token=${token}`, { credential: null, headers });
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, /event: job\.succeeded/);
    },
    echo,
  ),
  must(
    'TOKEN-012',
    'a token in the query opens no other address',
    async (api) => {
      const { id } = await api.submitEcho(1);
      const { token } = await issue(api, {});
      await eachRow(['/jobs', '/types', `/jobs/${id}`], async (path) => {
        expectProblem(await api.call('GET', `${path}?access_token=${token}`, { credential: null }), 'unauthorized');
      });
    },
    echo,
  ),
  must(
    'TOKEN-013',
    'an expired token is refused',
    async (api) => {
      const { token } = await issue(api, { expiresInSeconds: 60 });
      expectPage(await api.as(token).call('GET', '/jobs?limit=1'));
      await pause(61_500);
      expectProblem(await api.as(token).call('GET', '/jobs?limit=1'), 'unauthorized');
    },
    { slow: true },
  ),
  should(
    'TOKEN-014',
    'a token that was used shortly before it expired is refused at once',
    async (api) => {
      const { token, expiresAt } = await issue(api, { expiresInSeconds: 60 });
      await pause(Date.parse(expiresAt) - Date.now() - 5000);
      expectPage(await api.as(token).call('GET', '/jobs?limit=1'));
      await pause(6500);
      // By the function, whose WWW-Authenticate the platform renames: the status alone can be relied on.
      assert.equal((await api.as(token).call('GET', '/jobs?limit=1')).status, 401);
    },
    { slow: true },
  ),
  should('TOKEN-015', 'a token of a token does not outlive it', async (api) => {
    const parent = await issue(api, { expiresInSeconds: 60 });
    const child = await issue(api.as(parent.token), { expiresInSeconds: 3600 });
    assert.ok(
      Date.parse(child.expiresAt) <= Date.parse(parent.expiresAt) + 1000,
      `${child.expiresAt} > ${parent.expiresAt}`,
    );
  }),
];
