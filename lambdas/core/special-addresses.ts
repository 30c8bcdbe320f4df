/** What an address range is for, in the words of an error message. */
export interface SpecialRange {
  /** CIDR notation. */
  range: string;
  what: string;
}

/**
 * Every IPv4 range that is not ordinary public unicast. Source: IANA IPv4 Special-Purpose Address Registry, IANA IPv4
 * Multicast Address Space Registry, and the addresses of cloud metadata services that lie outside of those. Narrow
 * ranges stand before the wide ones that hold them, so that the reason is the closest one.
 */
export const specialIpv4: SpecialRange[] = [
  { range: '169.254.169.254/32', what: 'a cloud metadata address' },
  { range: '169.254.169.123/32', what: 'a cloud time service address' },
  { range: '169.254.170.2/32', what: 'a cloud metadata address' },
  { range: '169.254.170.23/32', what: 'a cloud metadata address' },
  { range: '100.100.100.200/32', what: 'a cloud metadata address' },
  { range: '168.63.129.16/32', what: 'a cloud metadata address' },
  { range: '192.0.0.192/32', what: 'a cloud metadata address' },
  { range: '0.0.0.0/8', what: 'an address of this very host or network (RFC 791)' },
  { range: '10.0.0.0/8', what: 'a private address (RFC 1918)' },
  { range: '100.64.0.0/10', what: 'a shared carrier address (RFC 6598)' },
  { range: '127.0.0.0/8', what: 'a loopback address (RFC 1122)' },
  { range: '169.254.0.0/16', what: 'a link-local address (RFC 3927)' },
  { range: '172.16.0.0/12', what: 'a private address (RFC 1918)' },
  { range: '192.0.0.0/24', what: 'an address for protocol assignments (RFC 6890)' },
  { range: '192.0.2.0/24', what: 'a documentation address (RFC 5737)' },
  { range: '192.31.196.0/24', what: 'an AS112 address (RFC 7535)' },
  { range: '192.52.193.0/24', what: 'a multicast tunnelling address (RFC 7450)' },
  { range: '192.88.99.0/24', what: 'a 6to4 relay address (RFC 7526)' },
  { range: '192.168.0.0/16', what: 'a private address (RFC 1918)' },
  { range: '192.175.48.0/24', what: 'an AS112 address (RFC 7534)' },
  { range: '198.18.0.0/15', what: 'a benchmarking address (RFC 2544)' },
  { range: '198.51.100.0/24', what: 'a documentation address (RFC 5737)' },
  { range: '203.0.113.0/24', what: 'a documentation address (RFC 5737)' },
  { range: '224.0.0.0/4', what: 'a multicast address (RFC 5771)' },
  { range: '255.255.255.255/32', what: 'the broadcast address (RFC 8190)' },
  { range: '240.0.0.0/4', what: 'a reserved address (RFC 1112)' },
];

/**
 * Every IPv6 range that is not ordinary global unicast, those that carry an IPv4 address included: a translator on the
 * way could turn them into a private one. Source: IANA IPv6 Special-Purpose Address Registry and IANA IPv6 Address Space
 * Registry, which has given out nothing but 2000::/3; the last entries are the rest of the space.
 */
export const specialIpv6: SpecialRange[] = [
  { range: '::/128', what: 'the unspecified address (RFC 4291)' },
  { range: '::1/128', what: 'the loopback address (RFC 4291)' },
  { range: '::ffff:0:0/96', what: 'an IPv4 address in IPv6 form (IPv4-mapped, RFC 4291)' },
  { range: '::ffff:0:0:0/96', what: 'an IPv4 address in IPv6 form (IPv4-translated, RFC 2765)' },
  { range: '::/96', what: 'an IPv4 address in IPv6 form (IPv4-compatible, RFC 4291)' },
  { range: '64:ff9b::/96', what: 'a translated IPv4 address (NAT64, RFC 6052)' },
  { range: '64:ff9b:1::/48', what: 'a translated IPv4 address (local NAT64, RFC 8215)' },
  { range: '100::/64', what: 'a discard-only address (RFC 6666)' },
  { range: '100:0:0:1::/64', what: 'a dummy address (RFC 9780)' },
  { range: '2001::/32', what: 'a Teredo address (RFC 4380)' },
  { range: '2001:2::/48', what: 'a benchmarking address (RFC 5180)' },
  { range: '2001:3::/32', what: 'a multicast tunnelling address (RFC 7450)' },
  { range: '2001:4:112::/48', what: 'an AS112 address (RFC 7535)' },
  { range: '2001:10::/28', what: 'an ORCHID identifier (RFC 4843)' },
  { range: '2001:20::/28', what: 'an ORCHID identifier (RFC 7343)' },
  { range: '2001:30::/28', what: 'a drone identifier (RFC 9374)' },
  { range: '2001::/23', what: 'an address for protocol assignments (RFC 2928)' },
  { range: '2001:db8::/32', what: 'a documentation address (RFC 3849)' },
  { range: '2002::/16', what: 'a 6to4 address (RFC 3056)' },
  { range: '2620:4f:8000::/48', what: 'an AS112 address (RFC 7534)' },
  { range: '3ffe::/16', what: 'an address of the former 6bone (RFC 3701)' },
  { range: '3fff::/20', what: 'a documentation address (RFC 9637)' },
  { range: '5f00::/16', what: 'a segment routing identifier (RFC 9602)' },
  { range: 'fd00:ec2::/32', what: 'a cloud metadata address' },
  { range: 'fd20:ce::254/128', what: 'a cloud metadata address' },
  { range: 'fc00::/7', what: 'a unique local address (RFC 4193)' },
  { range: 'fe80::/10', what: 'a link-local address (RFC 4291)' },
  { range: 'fec0::/10', what: 'a site-local address (RFC 3879)' },
  { range: 'ff00::/8', what: 'a multicast address (RFC 4291)' },
  { range: '::/3', what: 'an address outside of global unicast (RFC 4291)' },
  { range: '4000::/2', what: 'an address outside of global unicast (RFC 4291)' },
  { range: '8000::/1', what: 'an address outside of global unicast (RFC 4291)' },
];
