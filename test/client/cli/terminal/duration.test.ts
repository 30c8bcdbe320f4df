import { expect, test } from 'vitest';
import { ago, byteSize, duration } from '../../../../client/cli/terminal/duration.ts';

test.each<[number, string]>([
  [-5, '0.0 s'],
  [0, '0.0 s'],
  [449, '0.4 s'],
  [12_345, '12.3 s'],
  [59_949, '59.9 s'],
  [59_960, '1 m 00 s'],
  [125_000, '2 m 05 s'],
  [3_599_600, '1 h 00 m'],
  [11_400_000, '3 h 10 m'],
  [187_200_000, '2 d 4 h'],
])('duration() of %d ms is %s', (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

test.each<[number, string]>([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1434, '1.4 KiB'],
  [26_214_400, '25 MiB'],
  [1_073_741_824, '1.0 GiB'],
])('byteSize() of %d is %s', (bytes, expected) => {
  expect(byteSize(bytes)).toBe(expected);
});

test.each<[string, string]>([
  ['2026-11-22T12:00:00.500Z', 'now'],
  ['2026-11-22T12:00:10.000Z', 'now'],
  ['2026-11-22T11:59:48.000Z', '13 s ago'],
  ['2026-11-22T11:55:00.000Z', '5 m ago'],
  ['2026-11-22T09:00:00.000Z', '3 h ago'],
  ['2026-11-20T11:00:00.000Z', '2 d ago'],
])('ago() of %s is %s', (time, expected) => {
  expect(ago(time, Date.parse('2026-11-22T12:00:01.000Z'))).toBe(expected);
});
