import { expect, test } from 'vitest';
import type { Call } from '../../../../client/cli/command.ts';
import { get } from '../../../../client/cli/commands/get.ts';
import { Screen } from '../../../../client/cli/terminal/screen.ts';
import { jsonView } from '../../../../client/cli/watch/json-view.ts';
import type { WholeEvent } from '../../../../client/whole-event.ts';
import { fakeTerminal } from '../fake-terminal.ts';

/** Moves a terminal's cursor, or turns its text around: by C1 control characters, which JSON leaves as they are. */
const hostile = { text: '\u009b2J\u009d0;title\u009c \u202etxt.exe \u061c \u2066' };
const job = { id: 'job_1', type: 'echo', status: 'succeeded', done: true, output: hostile, metadata: hostile };

function stand(more: Partial<Call>) {
  const terminal = fakeTerminal({ columns: 200 });
  const client = { get: async () => job, output: async () => hostile };
  const call = {
    words: ['job_1'],
    values: {},
    isJson: false,
    screen: new Screen({ stdout: terminal, stderr: terminal, env: {} }),
    service: () => ({ client }),
    ...more,
  } as unknown as Call;
  return { call, written: terminal.written };
}

const dangerous = /[\u0080-\u009f\u061c\u202a-\u202e\u2066-\u2069]/;

test.each<[string, Partial<Call>, unknown]>([
  ['--output', { values: { output: true } }, hostile],
  ['--json', { isJson: true }, job],
])('get %s shows a terminal nothing that it would obey, and keeps the value', async (_, more, value) => {
  const { call, written } = stand(more);
  expect(await get.run(call)).toBe(0);
  expect(written()).not.toMatch(dangerous);
  expect(JSON.parse(written())).toEqual(value);
});

test('events as JSON are safe for a terminal, too', () => {
  const { call, written } = stand({ isJson: true });
  const event = { seq: 2, prevSeq: 1, type: 'job.output', data: { run: 1, part: hostile } } as unknown as WholeEvent;
  jsonView(call, 0).show(event);
  expect(written()).not.toMatch(dangerous);
  expect(JSON.parse(written())).toEqual(event);
});
