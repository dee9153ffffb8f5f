/** Keys of the HTTP API for the command line: over NATS, so that the first one needs no logic. */
import { openBucket } from "../bus/kv.ts";
import { GoimError } from "../kit/errors.ts";
import { type ApiKey, apiKeySpec } from "./auth/api-key-record.ts";
import { createApiKeyStore, type NewApiKey } from "./auth/api-key-store.ts";
import { SCOPES } from "./auth/scopes.ts";
import type { LogicConfig } from "./config.ts";
import { noteAct, withBus } from "./tool-bus.ts";

export interface ApiKeyTool {
  /** Scopes may be `all`. Fails with "invalid" and what is wrong. */
  create(spec: unknown): Promise<NewApiKey>;
  list(): Promise<ApiKey[]>;
  rotate(id: string, overlapMs: number): Promise<NewApiKey>;
  revoke(id: string): Promise<ApiKey>;
}

export function withApiKeys<T>(
  config: LogicConfig,
  use: (keys: ApiKeyTool) => Promise<T>,
): Promise<T> {
  return withBus(config, "goim key", async ({ bus, ...common }) => {
    const note = (does: string, { id, name, scopes, roomTypes }: ApiKey) =>
      noteAct({ bus, ...common }, { action: "key", does, key: id, name, scopes, roomTypes });
    const bucket = await openBucket(bus, { name: bus.subjects.bucket("rules"), ...common });
    const { clock } = common;
    const store = createApiKeyStore(config.auth, { bucket, subjects: bus.subjects, clock });
    const result = await use({
      list: () => store.list(),
      create: async (spec) => {
        const made = await store.create(specOf(spec));
        await note("created", made.key);
        return made;
      },
      rotate: async (id, overlapMs) => {
        const made = await store.rotate(id, overlapMs);
        await note("rotated", made.key);
        return made;
      },
      revoke: async (id) => {
        const key = await store.revoke(id);
        await note("revoked", key);
        return key;
      },
    });
    bucket.close();
    return result;
  });
}

function specOf(given: unknown) {
  const { scopes } = given as { readonly scopes: unknown };
  const all = Array.isArray(scopes) && scopes.length === 1 && scopes[0] === "all";
  const spec = all ? { ...(given as object), scopes: [...SCOPES] } : given;
  const result = apiKeySpec.safeParse(spec);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new GoimError("invalid", problems.join("; "));
}
