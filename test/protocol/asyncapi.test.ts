import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { clientMessages, serverMessages } from '../../protocol/asyncapi/messages.ts';
import { asyncApiDocument } from '../../protocol/asyncapi.ts';
import type { Manifest } from '../../protocol/types.ts';

const manifest: Manifest = { name: 'jobwire', version: '1.2.3', types: {} };
const addresses: Record<string, string> = { Host: 'localhost:8202', Path: '/v1', Protocol: 'http', Url: 'http://x/v1' };

/** As it is served, with its addresses in place. */
const served = JSON.stringify(asyncApiDocument(manifest)).replace(
  /\{(?:rest|live)(\w+)\}/g,
  (_, part: string) => addresses[part] ?? '',
);

describe('asyncApiDocument()', () => {
  it('passes the official parser without errors or warnings', async () => {
    const { document, diagnostics } = await new Parser().parse(served);
    const told = diagnostics.filter(({ severity }) => severity <= 1);
    expect(told.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
  });

  it('says which messages either side sends, by the names of the protocol', () => {
    expect(Object.keys(clientMessages)).toEqual(['subscribe', 'unsubscribe', 'submit', 'cancel', 'ping']);
    expect(Object.keys(serverMessages).toSorted()).toEqual(
      ['accepted', 'complete', 'error', 'event', 'pong', 'reconnect', 'reset', 'subscribed'].toSorted(),
    );
  });

  it('leaves no address and no reference open', () => {
    expect(served).not.toMatch(/\{(rest|live)/);
    const schemas = JSON.parse(served).components.schemas;
    for (const [, name = ''] of served.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(Object.keys(schemas)).toContain(name);
  });
});
