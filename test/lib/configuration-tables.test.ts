import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withConfigurationTables } from '../../lib/configuration-tables.ts';
import { readStage } from '../../lib/read-stage.ts';
import { stageNames } from '../../lib/stages.ts';
import { readPage } from '../docs/page.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');

test('docs/configuration.md has the tables that the code makes: `npm run configuration` writes them', () => {
  expect(page).toBe(withConfigurationTables(page));
});

const commands = [...page.matchAll(/^npx cdk (?:synth|deploy|diff) (.+)$/gm)].map(([, options = '']) => options);

test.each(commands)('`cdk ... %s` of docs/configuration.md is a configuration', (options) => {
  const values = [...options.matchAll(/(?:-c|--context) ([A-Za-z]+)=(\S+)/g)];
  expect(values.length).toBeGreaterThan(0);
  expect(() => readStage(Object.fromEntries(values.map(([, name, value]) => [name, value])))).not.toThrow();
});

const contexts = readPage('docs/configuration.md').blocks.filter(({ language }) => language === 'json');

test.each(contexts.map(({ text }) => text))('%s of docs/configuration.md holds for every stage at once', (text) => {
  const { context } = JSON.parse(text) as { context: Record<string, unknown> };
  const stages = stageNames.filter((name) => name !== 'local').map((stage) => readStage({ ...context, stage }));
  // A name serves one stack alone, and MiniStack knows no firewall.
  const names = stages.flatMap(({ domain }) => (domain ? [domain.rest, domain.live] : []));
  expect(new Set(names).size).toBe(names.length);
  expect(stages.find(({ name }) => name === 'emulator')).toMatchObject({ firewall: false, hasAlarms: false });
});
