import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { liveLogFormat, restLogFormat } from '../../lib/access-log.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['docs/runbook.md', 'docs/operate.md'];

const queries = pages.flatMap((page) => {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, query = ''], index): [string, string] => [
    `${page}, query ${index + 1}`,
    query,
  ]);
});

/** Words of "CloudWatch Logs Insights query language", and the fields that it or Lambda makes. */
const ofInsights = new Set(
  'fields filter stats sort limit by as asc desc and or in like not count count_distinct pct bin m @timestamp @message @log record.status record.errorType'.split(
    ' ',
  ),
);

/** What a query names: its texts, patterns, numbers and own names left out. */
function fieldsOf(query: string): string[] {
  const own = new Set([...query.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const bare = query.replaceAll(/"[^"]*"/g, '').replaceAll(/\/(?:\\.|[^/\n])+\//g, '');
  const names = [...bare.matchAll(/@?[a-zA-Z_][\w.]*/g)].map(([name]) => name);
  return names.filter((name) => !ofInsights.has(name) && !own.has(name));
}

/** Every word of the code that runs in functions: a field that is logged stands there. */
const words = new Set(
  readdirSync(join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => readFileSync(join(root, 'lambdas', path), 'utf8').match(/\w+/g) ?? []),
);
const messages = readdirSync(join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(root, 'lambdas', path), 'utf8'))
  .join('\n');
const accessFields = new Set([restLogFormat, liveLogFormat].flatMap((format) => Object.keys(JSON.parse(format))));

test.each(queries)('%s names fields that are logged', (_, query) => {
  const unknown = fieldsOf(query).filter(
    (field) => !accessFields.has(field) && !field.split('.').every((part) => words.has(part)),
  );
  expect(unknown).toEqual([]);
});

test.each(queries)('%s looks for messages that are logged', (_, query) => {
  const equal = [...query.matchAll(/message (?:=|in) (\[[^\]]*\]|"[^"]*")/g)].flatMap(([, texts = '']) => [
    ...texts.matchAll(/"([^"]+)"/g),
  ]);
  for (const [, text = ''] of equal) expect(messages).toContain(`'${text}'`);
});

test('there are queries', () => expect(queries.length).toBeGreaterThan(8));
