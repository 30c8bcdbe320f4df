import { describe, expect, it } from 'vitest';
import { readableLimit, withFigures } from '../../bin/figures.ts';

const results = `
| what        | measured                             | target |
| ----------- | ------------------------------------ | ------ |
| a job       | $7.24                                | met    |
| a followed job | $16.6                             | met    |
| SSE: heard  | median 1,125 ms, p99 216 ms of 12    |        |
`;

describe('withFigures()', () => {
  it.each([
    ['a job', '$7.24'],
    ['a followed job', '$16.60'],
    ['SSE: heard / median', '1,125 ms'],
    ['SSE: heard / p99', '216 ms'],
  ])('puts %s where it is marked', (mark, value) => {
    const text = `| a <!-- figure: ${mark} -->old<!-- . --> b <!-- limit: maxBatchEntries --><!-- . --> |`;
    const filled = `| a <!-- figure: ${mark} -->${value}<!-- . --> b <!-- limit: maxBatchEntries -->100<!-- . --> |`;
    expect(withFigures(text, results)).toBe(filled);
    expect(withFigures(filled, results)).toBe(filled);
  });

  it.each([
    ['figure: two jobs', 'Cannot find the figure "two jobs"'],
    ['figure: a job / p50', 'Cannot find p50 of the figure "a job"'],
    ['limit: maxFun', 'Cannot find the limit maxFun'],
  ])('refuses %s, which nobody has', (mark, message) => {
    expect(() => withFigures(`<!-- ${mark} -->1<!-- . -->`, results)).toThrow(message);
  });
});

describe('readableLimit()', () => {
  it.each([
    ['maxBodyBytes', '256 KiB'],
    ['maxUploadBytes', '1 GiB'],
    ['maxDelaySeconds', '15 min'],
    ['maxRetryAfterSeconds', '60 s'],
    ['maxSecretOverlapSeconds', '7 d'],
    ['sseRetryMs', '250 ms'],
    ['defaultRetentionDays', '7 days'],
    ['defaultJobsPerWindow', '3,000'],
  ])('says %s as %s', (name, text) => expect(readableLimit(name)).toBe(text));
});
