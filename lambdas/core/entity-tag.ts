/** True where `ifNoneMatch` (RFC 9110, section 13.1.2) names `tag`, weak or not, or any. */
export function matchesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((each) => {
    const given = each.trim();
    return given === '*' || given.replace(/^W\//, '') === tag;
  });
}
