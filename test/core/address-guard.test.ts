import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { findAddressFault, judgeUrl } from '../../lambdas/core/address-guard.ts';
import { hostileUrls, ordinaryUrls } from './hostile-urls.ts';

const corpus = Object.entries(hostileUrls).flatMap(([reason, urls]) => urls.map((url) => ({ url, reason })));

describe('judgeUrl()', () => {
  it('is tried on at least 150 different hostile URLs', () => {
    expect(new Set(corpus.map(({ url }) => url)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(150);
  });

  it.each(corpus)('refuses $url as $reason', ({ url, reason }) => {
    expect(judgeUrl(url).fault).toContain(reason);
  });

  it.each(ordinaryUrls)('lets %s pass', (url) => {
    expect(judgeUrl(url).fault).toBeUndefined();
  });

  it.each([
    'http://localhost:9000/',
    'http://localhost/',
    'http://app.localhost:3000/',
    'http://127.0.0.1:9000/hook',
    'http://127.9.9.9/',
    'http://[::1]:9000/',
    'https://127.0.0.1:9000/',
    'https://localhost:9443/',
  ])('lets %s pass where loopback is allowed', (url) => {
    expect(judgeUrl(url, { allowLoopback: true })).toMatchObject({ mustBeLoopback: true });
    expect(judgeUrl(url).fault).toBeDefined();
  });

  it.each([
    'http://10.0.0.1/',
    'http://8.8.8.8/',
    'https://8.8.8.8:9000/',
    'http://0.0.0.0:9000/',
    'http://[::ffff:127.0.0.1]:9000/',
    'https://192.168.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://intranet:9000/',
    'http://user@localhost:9000/',
    'ftp://localhost/',
  ])('refuses %s even where loopback is allowed', (url) => {
    expect(judgeUrl(url, { allowLoopback: true }).fault).toBeDefined();
  });

  it('takes the ports that it is given', () => {
    expect(judgeUrl('https://example.com:9443/', { ports: [443, 9443] }).fault).toBeUndefined();
    expect(judgeUrl('https://example.com:8443/', { ports: [443, 9443] }).fault).toContain('it must be 443 or 9443');
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.webUrl(),
          fc.ipV6().map((ip) => `https://[${ip}]/`),
        ),
        (text) => {
          const { fault, url } = judgeUrl(text);
          return (fault === undefined) !== (url === undefined);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('findAddressFault()', () => {
  it('refuses whatever ipaddr.js finds to be no ordinary unicast address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...boundaries())), (address) => {
        return ipaddr.parse(address).range() === 'unicast' || findAddressFault(address) !== undefined;
      }),
      { numRuns: 5000 },
    );
  });

  it('lets pass what ipaddr.js finds ordinary, but for the ranges listed here that it does not know', () => {
    const stricter =
      /AS112|6bone|outside of global unicast|metadata|tunnelling|protocol assignments|dummy|IPv4-compatible|segment routing/;
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...boundaries())), (address) => {
        const fault = findAddressFault(address);
        return fault === undefined || stricter.test(fault) || ipaddr.parse(address).range() !== 'unicast';
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['fe80::1%eth0', 'not an address', '', '127.1', '1.2.3.4.5'])('refuses %j', (address) => {
    expect(findAddressFault(address)).toBeDefined();
  });
});

/** The first and last addresses of every /8 of IPv4 and every /16 of IPv6, and their neighbours. */
function boundaries(): string[] {
  const bytes = Array.from({ length: 256 }, (_, index) => index);
  const ipv4 = bytes.flatMap((a) => [`${a}.0.0.0`, `${a}.0.0.1`, `${a}.255.255.255`, `${a}.168.0.1`, `${a}.254.0.0`]);
  const ipv6 = bytes.flatMap((a) =>
    [0x00, 0x01, 0x02, 0x80, 0xc0, 0xff].map((b) => `${(a * 256 + b).toString(16)}::1`),
  );
  return [...ipv4, ...ipv6];
}
