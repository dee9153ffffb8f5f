/** The users' module for the command line: over NATS. */
import { GoimError } from "../kit/errors.ts";
import { createKvUsers } from "../store/users.kv.ts";
import type { LogicConfig } from "./config.ts";
import { withBus } from "./tool-bus.ts";
import { type Rotated, rotateSecret } from "./users/signing.ts";

/** Fails with "invalid" where the secret is not the module's own, and as rotating it does. */
export function rotateUsersSecret(
  config: LogicConfig,
  { voidPrevious }: { readonly voidPrevious: boolean },
): Promise<Rotated> {
  const { users, auth } = config;
  if (auth.hs256 !== "") {
    throw new GoimError(
      "invalid",
      "tokens are signed with auth.hs256 (GOIM_AUTH_HS256): change it there, on every logic",
    );
  }
  return withBus(config, "goim user", async (tool) => {
    const store = await createKvUsers({}, tool);
    const options = { ...users, clockSkew: auth.clockSkew, voidPrevious };
    const rotated = await rotateSecret(store, options, tool.clock);
    await store.close();
    return rotated;
  });
}
