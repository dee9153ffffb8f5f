/** The users' module for the command line: over NATS. */
import { openBucket } from "../bus/kv.ts";
import { createRevocationWriter } from "../bus/revocations.ts";
import { GoimError } from "../kit/errors.ts";
import { createKvUsers } from "../store/users.kv.ts";
import type { VoidedKey } from "../store/users.ts";
import type { LogicConfig } from "./config.ts";
import { noteAct, type ToolBus, withBus } from "./tool-bus.ts";
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
    if (voidPrevious) await closeConnections(rotated.voided, tool);
    const { kid } = rotated;
    await noteAct(tool, { action: "secret", does: voidPrevious ? "voided" : "rotated", kid });
    return rotated;
  });
}

/**
 * Logins look at the secrets, connections that are there at the revocations. Those of an earlier
 * call are written again: it may have broken off between the two.
 */
async function closeConnections(
  voided: readonly VoidedKey[],
  { bus, ...tool }: ToolBus,
): Promise<void> {
  const bucket = await openBucket(bus, { name: bus.subjects.bucket("rules"), ...tool });
  const { clock } = tool;
  const writer = createRevocationWriter({ bucket, subjects: bus.subjects, clock });
  for (const { kid, until } of voided) {
    await writer.add({ kind: "kid", value: kid, at: clock.now(), until });
  }
  bucket.close();
}
