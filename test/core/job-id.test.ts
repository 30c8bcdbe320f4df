import { describe, expect, it } from 'vitest';
import { base32, jobId } from '../../lambdas/core/job-id.ts';

const secret = 's';
const form = /^job_[a-z2-7]{26}$/;

describe('jobId()', () => {
  it('is random without an Idempotency-Key', () => {
    const ids = Array.from({ length: 100 }, () => jobId({ tenant: 'a', secret }));
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) expect(id).toMatch(form);
  });

  it('follows from tenant, key and secret', () => {
    const id = jobId({ tenant: 'a', idempotencyKey: 'k', secret });
    expect(id).toMatch(form);
    expect(jobId({ tenant: 'a', idempotencyKey: 'k', secret })).toBe(id);
    for (const other of [
      { tenant: 'b', idempotencyKey: 'k', secret },
      { tenant: 'a', idempotencyKey: 'l', secret },
      { tenant: 'a', idempotencyKey: 'k', secret: 't' },
      { tenant: 'a","k', idempotencyKey: '', secret },
    ])
      expect(jobId(other)).not.toBe(id);
  });
});

describe('base32()', () => {
  it('agrees with RFC 4648', () => {
    expect(base32(Buffer.from('foobarfoobarfoobar'))).toBe('mzxw6ytbojtg633cmfzgm33pmj');
  });
});
