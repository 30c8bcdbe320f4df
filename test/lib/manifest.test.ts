import { expect, test } from 'vitest';
import * as z from 'zod';
import { defaultLimits, defineJob } from '../../lambdas/define-job.ts';
import { manifestOf } from '../../lib/manifest.ts';

const good = defineJob({
  description: 'Counts words',
  input: z.strictObject({ text: z.string().max(10).default('none') }),
  output: z.object({ words: z.int() }),
  run: ({ text }) => ({ words: text.split(' ').length }),
});

function make(definition: unknown) {
  return manifestOf({
    name: 'jobwire',
    version: '1.0.0',
    files: [{ name: 'words', path: 'jobs/words.ts' }],
    definitions: { words: definition },
    defaultLimits,
  });
}

test('manifestOf() tells what a file declares, with the schema of what comes in', () => {
  const { types, ...service } = make(good);
  expect(service).toEqual({ name: 'jobwire', version: '1.0.0' });
  expect(types.words).toMatchObject({
    name: 'words',
    description: 'Counts words',
    ordered: false,
    limits: defaultLimits,
    input: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { text: { type: 'string', maxLength: 10, default: 'none' } },
      additionalProperties: false,
    },
  });
  // What has a default may be left out.
  expect(types.words?.input).not.toHaveProperty('required');
});

test.each([
  [undefined, 'Cannot make a job type of jobs/words.ts: it must say `export default defineJob({ ... })`'],
  [{ ...good, description: ' ' }, 'Cannot describe the job type of jobs/words.ts'],
  [{ ...good, ordered: 'yes' }, 'Cannot use ordered "yes" in jobs/words.ts: it must be true or false'],
  [{ ...good, run: undefined }, 'Cannot run the job type of jobs/words.ts: it must have a method run(input, context)'],
  [{ ...good, input: { type: 'object' } }, 'Cannot read the input of jobs/words.ts: it must be a zod schema'],
  [{ ...good, output: undefined }, 'Cannot read the output of jobs/words.ts: it must be a zod schema'],
  [{ ...good, input: z.object({ at: z.date() }) }, 'Cannot make a JSON Schema of the input of jobs/words.ts: '],
  [{ ...good, limits: { batch: 0 } }, 'Cannot use limits.batch 0 in jobs/words.ts'],
])('manifestOf() refuses a bad file: case %#', (definition, message) => {
  expect(() => make(definition)).toThrow(message);
});
