/** Which rooms a connection may use, and as what: part of what its token grants. */

export interface RoomRule {
  /** A room id, or the beginning of room ids with `*` behind it: `live://*`, `*`. */
  readonly pattern: string;
  /** `reader` may not publish; what else roles mean is decided where rooms are kept. */
  readonly role: string;
}

export const READER = "reader";
export const MEMBER = "member";

/**
 * The role in this room; undefined: it may not be used. A rule with the very id counts first, then
 * the longest pattern that fits; of two alike the first.
 */
export function roleIn(rules: readonly RoomRule[], roomId: string): string | undefined {
  let found: RoomRule | undefined;
  for (const rule of rules) {
    const { pattern } = rule;
    if (pattern === roomId && !pattern.endsWith("*")) return rule.role;
    if (!pattern.endsWith("*") || !roomId.startsWith(pattern.slice(0, -1))) continue;
    if (found === undefined || pattern.length > found.pattern.length) found = rule;
  }
  return found?.role;
}
