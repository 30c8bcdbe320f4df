import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Finding, findAddress, type LocalState } from '../../../client/cli/find-address.ts';
import { findLocalState } from '../../../client/cli/find-local-state.ts';

const local: LocalState = {
  rest: 'http://localhost:8202/v1',
  key: 'jw_local_x',
  pid: 7,
  isAlive: true,
  file: '.jobwire/local.json',
};
const ended = { ...local, isAlive: false };
const url = 'https://api.example.com/v1';

test.each<[string, Partial<Finding>, object]>([
  ['the local server', { local }, { url: local.rest, key: 'jw_local_x', keyFrom: '.jobwire/local.json' }],
  ['the options', { url, key: 'k', local }, { url, key: 'k', urlFrom: '--url', keyFrom: '--key' }],
  [
    'the environment',
    { env: { JOBWIRE_URL: url, JOBWIRE_KEY: 'k' }, local },
    { url, key: 'k', urlFrom: 'JOBWIRE_URL', keyFrom: 'JOBWIRE_KEY' },
  ],
  ['options before the environment', { url, env: { JOBWIRE_URL: 'https://other/v1', JOBWIRE_KEY: 'k' } }, { url }],
  ['another key at the local server', { key: 'k', local }, { url: local.rest, key: 'k', keyFrom: '--key' }],
  ['an address without a path', { url: 'https://x.example', key: 'k' }, { url: 'https://x.example/v1' }],
  ['an address with a slash at its end', { url: `${url}/`, key: 'k' }, { url }],
  ['the address of the local server, with its key', { url: 'http://localhost:8202', local }, { key: 'jw_local_x' }],
  ['an empty variable as none', { env: { JOBWIRE_URL: '' }, local }, { url: local.rest }],
])('findAddress() finds %s', (_, finding, expected) => {
  expect(findAddress({ env: {}, local: undefined, ...finding })).toMatchObject(expected);
});

test.each<[string, Partial<Finding>, string]>([
  ['nothing at all', {}, 'Cannot find a service: no local server is running. Start one with `npm start`'],
  ['a local server that has ended', { local: ended }, 'the local server of .jobwire/local.json (process 7) has ended'],
  ['an address without a key', { url, local }, `Cannot call ${url}: there is no key, set JOBWIRE_KEY or give --key`],
  ['what is no address', { url: 'example', key: 'k' }, 'Cannot call example: --url must be the address of a service'],
  ['another protocol', { env: { JOBWIRE_URL: 'ftp://x' }, key: 'k' }, 'JOBWIRE_URL must be the address'],
  [
    'credentials in the address',
    { url: 'https://a:secret@x.example', key: 'k' },
    'Cannot call https://x.example: --url',
  ],
])('findAddress() refuses %s', (_, finding, message) => {
  expect(() => findAddress({ env: {}, local: undefined, ...finding })).toThrow(message);
});

const folder = mkdtempSync(join(tmpdir(), 'jobwire-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('findLocalState() looks in the folder and in those above it, or where JOBWIRE_STATE says', () => {
  const below = join(folder, 'a', 'b');
  mkdirSync(below, { recursive: true });
  mkdirSync(join(folder, '.jobwire'));
  const state = { rest: local.rest, key: 'k', pid: process.pid };
  writeFileSync(join(folder, '.jobwire', 'local.json'), JSON.stringify(state));
  expect(findLocalState(folder, {})).toEqual({ ...state, isAlive: true, file: '.jobwire/local.json' });
  expect(findLocalState(below, {})).toMatchObject({ ...state, file: join(folder, '.jobwire/local.json') });
  writeFileSync(join(folder, 'other.json'), JSON.stringify({ ...state, key: 'o' }));
  expect(findLocalState(below, { JOBWIRE_STATE: '../../other.json' })).toMatchObject({ key: 'o' });
  expect(findLocalState(folder, { JOBWIRE_STATE: 'none.json' })).toBeUndefined();
  writeFileSync(join(folder, 'odd.json'), '{"rest":1}');
  expect(findLocalState(folder, { JOBWIRE_STATE: 'odd.json' })).toBeUndefined();
});
