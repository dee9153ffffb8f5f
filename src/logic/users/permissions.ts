/** What a user may do: his own permissions and those of his roles, put together. */
import { READER } from "../../protocol/room-rules.ts";
import type { Permissions } from "../../store/users.ts";

/**
 * Everything that any part allows. Of two roles in the same rooms one that may publish counts, of
 * two limits the higher one; a limit of `own` counts before those of roles. `roles` has undefined
 * for one that there is no more: it allows nothing, and who has it is not let into any room by it.
 */
export function permissionsOf(
  own: Permissions,
  roles: readonly (Permissions | undefined)[],
): Permissions {
  const rooms = new Map<string, string>();
  const limits = new Map<string, number>();
  // Where nobody speaks of rooms any may be used; a lost role must not open them.
  let limited = roles.includes(undefined);
  for (const part of [...roles, own]) {
    if (part?.rooms !== undefined) limited = true;
    for (const [pattern, role] of Object.entries(part?.rooms ?? {})) {
      const before = rooms.get(pattern);
      if (before === undefined || before === READER) rooms.set(pattern, role);
    }
    if (part === own) continue;
    for (const [name, most] of Object.entries(part?.limits ?? {})) {
      limits.set(name, Math.max(most, limits.get(name) ?? 0));
    }
  }
  for (const [name, most] of Object.entries(own.limits ?? {})) limits.set(name, most);
  return {
    ...(limited ? { rooms: Object.fromEntries(rooms) } : {}),
    ...(limits.size === 0 ? {} : { limits: Object.fromEntries(limits) }),
  };
}
