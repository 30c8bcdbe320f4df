/**
 * The media type of `offered` that an `Accept` header likes best (RFC 9110, section 12.5.1); of equals the one offered
 * first. Undefined where it takes none of them. No header takes everything.
 */
export function chooseMediaType<Type extends string>(
  accept: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  const ranges = (accept?.trim() || '*/*').split(',').map(parseRange);
  const weighed = offered.map((type) => ({ type, weight: weightOf(type, ranges) }));
  const best = Math.max(...weighed.map(({ weight }) => weight));
  return best > 0 ? weighed.find(({ weight }) => weight === best)?.type : undefined;
}

interface Range {
  pattern: string;
  weight: number;
}

function parseRange(text: string): Range {
  const [pattern = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1];
  return { pattern, weight: weight === undefined ? 1 : Number(weight) || 0 };
}

/** The most specific range that fits decides. */
function weightOf(type: string, ranges: Range[]): number {
  const [family] = type.split('/');
  for (const pattern of [type, `${family}/*`, '*/*']) {
    const fitting = ranges.filter((range) => range.pattern === pattern);
    if (fitting.length > 0) return Math.max(...fitting.map(({ weight }) => weight));
  }
  return 0;
}
