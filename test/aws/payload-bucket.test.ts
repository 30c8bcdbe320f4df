import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  getPayload,
  headObject,
  openUpload,
  presignDownload,
  presignUpload,
  putPayload,
} from '../../lambdas/aws/payload-bucket.ts';
import { getSecret } from '../../lambdas/aws/secrets.ts';
import { type Engines, startEngines } from '../support/engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
  Object.assign(process.env, engines.env);
});
afterAll(() => engines.stop());

describe('the payload bucket', () => {
  it('keeps texts, and knows what it has', async () => {
    await putPayload('jobs/a/1/output-1', '{"ä":"ö"}');
    expect(await getPayload('jobs/a/1/output-1')).toBe('{"ä":"ö"}');
    expect(await headObject('jobs/a/1/output-1')).toEqual({ bytes: 11 });
    expect(await getPayload('jobs/none')).toBeUndefined();
    expect(await headObject('jobs/none')).toBeUndefined();
  });

  it('is read by a presigned URL', async () => {
    await putPayload('jobs/b/1/output-1', '1');
    const response = await fetch(await presignDownload('jobs/b/1/output-1'));
    expect(await response.text()).toBe('1');
  });

  it("takes an upload, which opens as a stream for its tenant's references alone", async () => {
    const { url, method, headers } = await presignUpload({
      tenant: 'acme',
      upload: 'upl_1',
      bytes: 5,
      contentType: 'text/csv',
    });
    expect(headers).toEqual({ 'content-length': '5', 'content-type': 'text/csv' });
    await fetch(url, { method, headers: { 'content-type': 'text/csv' }, body: 'a,b,c' });
    const { stream, bytes } = await openUpload('acme', 'upload://upl_1');
    expect([await text(stream), bytes]).toEqual(['a,b,c', 5]);
    await expect(openUpload('other', 'upload://upl_1')).rejects.toThrow('the upload must exist');
  });
});

describe('getSecret()', () => {
  it('reads a secret once', async () => {
    expect(await getSecret('arn')).toBe('a secret for tests');
    expect(getSecret('arn')).toBe(getSecret('arn'));
  });
});
