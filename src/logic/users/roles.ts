/** Named sets of permissions. */
import type { Clock } from "../../kit/clock.ts";
import { GoimError } from "../../kit/errors.ts";
import type { Permissions, RoleRecord, UserStore } from "../../store/users.ts";

/** Fail as the store does, and with "busy" when somebody else keeps changing the same role. */
export interface Roles {
  list(): Promise<readonly RoleRecord[]>;
  /** Holds for tokens from now on. Fails with "busy" when there are as many as there may be. */
  put(role: string, permissions: Permissions): Promise<RoleRecord>;
  /** Who has it is left without what it allowed. Fails with "not_found". */
  remove(role: string): Promise<void>;
}

export function createRoles(
  { rolesMax, triesMax }: { readonly rolesMax: number; readonly triesMax: number },
  { store, clock }: { readonly store: UserStore; readonly clock: Pick<Clock, "now"> },
): Roles {
  const tried = async <T>(work: () => Promise<T | undefined>): Promise<T> => {
    for (let tries = 0; tries < triesMax; tries++) {
      const done = await work();
      if (done !== undefined) return done;
    }
    throw new GoimError("busy", "somebody else is changing this role");
  };
  return {
    list: () => store.roles(),
    put: (role, permissions) =>
      tried(async () => {
        const before = await store.role(role);
        if (before === undefined && (await store.roles()).length >= rolesMax) {
          throw new GoimError("busy", `there are ${rolesMax} roles already (users.rolesMax)`);
        }
        const record = { role, ...permissions, changedAt: clock.now() };
        const revision = await store.putRole(record, before?.revision);
        return revision === undefined ? undefined : record;
      }),
    remove: async (role) => {
      await tried(async () => {
        const before = await store.role(role);
        if (before === undefined) throw new GoimError("not_found", "there is no such role");
        return (await store.removeRole(role, before.revision)) || undefined;
      });
    },
  };
}
