const escapes = /%([0-9a-f]{2})/gi;

/**
 * `text` with its percent-encoding undone. Bytes that are no UTF-8 become U+FFFD; `undefined` where a percent sign is
 * not followed by two hexadecimal digits.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const decoded = bytes.replace(escapes, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(decoded, 'latin1').toString('utf8');
}
