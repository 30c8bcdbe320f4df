import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseUploadReference } from '../lambdas/core/upload-reference.ts';
import { defineJob, JobError, upload } from '../lambdas/define-job.ts';

describe('defineJob()', () => {
  it('gives the definition back as it is, with its types', async () => {
    const job = defineJob({
      description: 'Counts words.',
      input: z.object({ text: z.string() }),
      output: z.object({ words: z.int() }),
      run: ({ text }) => ({ words: text.split(' ').length }),
    });
    expect(job.description).toBe('Counts words.');
    expect(job.input.parse({ text: 'a b' })).toEqual({ text: 'a b' });
  });
});

describe('JobError', () => {
  it('carries code, message and cause, and is final only where it says so', () => {
    const cause = new Error('cause');
    expect(new JobError('a-code', 'A message', { cause })).toMatchObject({
      code: 'a-code',
      message: 'A message',
      final: false,
      cause,
    });
    expect(new JobError('a-code', 'A message', { final: true }).final).toBe(true);
  });
});

describe('upload()', () => {
  const reference = `upload://upl_${'a'.repeat(26)}.1024`;

  it('takes what POST /v1/uploads gives', () => {
    expect(upload().safeParse(reference).success).toBe(true);
    expect(parseUploadReference(reference)).toEqual({ id: reference.slice('upload://'.length), bytes: 1024 });
  });

  it.each([
    '',
    'upload://',
    'upload://short',
    `${reference} `,
    `x${reference}`,
    `upload://../../${'a'.repeat(20)}`,
    `upload://${'a'.repeat(201)}`,
  ])('refuses %j', (text) => {
    expect(upload().safeParse(text).success).toBe(false);
  });
});
