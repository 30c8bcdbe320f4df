import { expect, test } from 'vitest';
import { contextSettings } from '../../lib/context-settings.ts';
import { type Resource, templateOf } from '../lib/sample-stack.ts';
import { readPage, readPages } from './page.ts';

const pages = readPages();

/** What names the place and not what is there. */
const harmless = new Set(['account']);

test('no page deploys a setting from the command line: the next deployment would leave it out, and so switch it off', () => {
  const settings = Object.keys(contextSettings).filter((name) => !harmless.has(name));
  const found = pages.flatMap(({ path, code }) =>
    code
      .filter((text) => /\bcdk (deploy|diff)\b/.test(text))
      .flatMap((text) => settings.filter((name) => new RegExp(`(-c|--context)[ =]${name}=`).test(text)))
      .map((name) => `${path}: ${name}`),
  );
  expect(found).toEqual([]);
});

/** What deletes a resource of a type that stays, by its name. */
const deletions: Record<string, string> = {
  'AWS::SQS::Queue': 'aws sqs delete-queue',
  'AWS::Logs::LogGroup': 'aws logs delete-log-group',
};

test.each(['docs/deploy.md', 'docs/operate.md'])(
  '%s says how to delete secrets of handlers, which no stack owns',
  (path) => {
    expect(readPage(path).code.join('\n')).toContain('aws secretsmanager delete-secret');
  },
);

test('docs/deploy.md says how to delete whatever stays of prod under a name that the next one needs', () => {
  const resources = Object.values(templateOf('prod').toJSON().Resources as Record<string, Resource>);
  const staying = resources.filter(
    ({ DeletionPolicy = 'Delete', Properties = {} }) =>
      DeletionPolicy !== 'Delete' &&
      Object.entries(Properties).some(([name, value]) => name.endsWith('Name') && typeof value === 'string'),
  );
  const types = new Set(staying.map(({ Type }) => Type));
  expect([...types].toSorted()).toEqual(Object.keys(deletions).toSorted());
  const { code } = readPage('docs/deploy.md');
  for (const type of types) expect(code.join('\n')).toContain(deletions[type]);
});
