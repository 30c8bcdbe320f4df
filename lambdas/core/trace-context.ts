const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/**
 * A `traceparent` header that is worth carrying on (W3C Trace Context, section 3.2): undefined where it is missing or
 * malformed, which the specification has ignored, not refused.
 */
export function readTraceparent(header: string | undefined): string | undefined {
  const [text, version, traceId = '', parentId = '', rest] = pattern.exec(header?.trim() ?? '') ?? [];
  if (text === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  if (version === '00' && rest !== undefined) return undefined;
  return text.length <= 255 ? text : undefined;
}
