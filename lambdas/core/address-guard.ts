import { BlockList, isIP } from 'node:net';
import { type SpecialRange, specialIpv4, specialIpv6 } from './special-addresses.ts';

export interface GuardRules {
  /** True lets requests reach loopback addresses, over plain http and on any port too: the local stage only. @default false */
  allowLoopback?: boolean;
  /** @default [443, 8443] */
  ports?: readonly number[];
}

/** A URL that may be called once its addresses are found good, or why it must not be. */
export type UrlVerdict =
  | { url: URL; host: string; mustBeLoopback: boolean; fault?: undefined }
  | { fault: string; url?: undefined };

const defaultPorts = [443, 8443];
const maxUrlLength = 2048;
const defaultPort: Record<string, number> = { 'https:': 443, 'http:': 80 };

/**
 * Judges all of `text` that can be judged without asking a name server. An address in any notation that a URL allows
 * (decimal, octal, hexadecimal, shortened, full-width, mapped) is judged as the address that it is (WHATWG URL, 3.5).
 */
export function judgeUrl(text: string, rules: GuardRules = {}): UrlVerdict {
  if (text.length > maxUrlLength)
    return { fault: `it is ${text.length} characters long; at most ${maxUrlLength} are allowed` };
  if (/[\s\\\p{Cc}]/u.test(text)) return { fault: 'it holds white space, a backslash or a control character' };
  const url = URL.parse(text);
  if (!url) return { fault: 'it is no absolute URL; it must be like https://example.com/path' };
  const isPlain = url.protocol === 'http:' && rules.allowLoopback === true;
  if (url.protocol !== 'https:' && !isPlain)
    return { fault: `it begins with ${url.protocol}; it must begin with https:` };
  if (url.username !== '' || url.password !== '')
    return { fault: 'it carries a user name or password; it must have none' };

  const ports = rules.ports ?? defaultPorts;
  const port = Number(url.port || defaultPort[url.protocol]);
  const isOddPort = !ports.includes(port);
  if (isOddPort && !rules.allowLoopback) return { fault: `its port is ${port}; it must be ${ports.join(' or ')}` };

  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  const mustBeLoopback = isPlain || isOddPort;
  const fault = isIP(host) ? findAddressFault(host, { ...rules, mustBeLoopback }) : findNameFault(host, rules);
  return fault === undefined ? { url, host, mustBeLoopback } : { fault: `its host is ${fault}` };
}

/** Why a request must not go to `address` (IPv4 or IPv6 text), in words that follow "is"; undefined where it may. */
export function findAddressFault(
  address: string,
  { allowLoopback = false, mustBeLoopback = false }: { allowLoopback?: boolean; mustBeLoopback?: boolean } = {},
): string | undefined {
  if (allowLoopback && isLoopback(address)) return undefined;
  if (mustBeLoopback) return 'no loopback address; over plain http or on an unusual port it must be one';
  const use = findSpecialUse(address);
  return use && `${use}; it must be public`;
}

/** One list for each range: in a common one, the rule for IPv4-mapped addresses would hold for all of IPv4. */
const special4 = specialIpv4.map(withList);
const special6 = specialIpv6.map(withList);
const loopback4 = listOf('127.0.0.0/8');

/** True for 127.0.0.0/8 and ::1; an IPv4 address in IPv6 form is none. */
function isLoopback(address: string): boolean {
  return isIP(address) === 4 ? loopback4.check(address, 'ipv4') : address === '::1';
}

/** What the closest special range that holds `address` is for; undefined for a public one. */
function findSpecialUse(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0) return 'no IP address';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  return (version === 4 ? special4 : special6).find(({ list }) => list.check(address, family))?.what;
}

function withList({ range, what }: SpecialRange): { list: BlockList; what: string } {
  return { list: listOf(range), what };
}

function listOf(range: string): BlockList {
  const list = new BlockList();
  const [network = '', prefix] = range.split('/');
  list.addSubnet(network, Number(prefix), isIP(network) === 4 ? 'ipv4' : 'ipv6');
  return list;
}

/** Names that mean something inside of a host or network only (RFC 6761, 6762, 7686, 8375; ICANN's `internal`). */
const localDomains = [
  'localhost',
  'local',
  'internal',
  'home.arpa',
  'arpa',
  'onion',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
];

function findNameFault(name: string, { allowLoopback }: GuardRules): string | undefined {
  const isWellFormed = name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  if (!isWellFormed) return 'no host name (RFC 1123)';
  const isLocalhost = name === 'localhost' || name.endsWith('.localhost');
  if (isLocalhost && allowLoopback) return undefined;
  if (!name.includes('.')) return 'a name without a domain; it must be public';
  const domain = localDomains.find((domain) => name.endsWith(`.${domain}`));
  return domain && `a name under .${domain}, which means something inside of a network only; it must be public`;
}
