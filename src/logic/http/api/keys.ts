/** POST, GET /api/v1/keys, POST /api/v1/keys/{id}/rotate, DELETE /api/v1/keys/{id}. */
import { z } from "zod";
import { parseDuration } from "../../../kit/config-values.ts";
import { type ApiKey, apiKeySpec } from "../../auth/api-key-record.ts";
import type { ApiKeyStore } from "../../auth/api-key-store.ts";
import { SCOPES } from "../../auth/scopes.ts";
import type { Act, Audit } from "../../moderation/audit.ts";
import { actorOf, actorQuery, audited } from "./audited.ts";
import { checked, queryOf, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";

export interface KeyRoutesOptions {
  /** Largest JSON body, bytes. */
  readonly jsonBytesMax?: number;
}

export interface KeyRoutesDeps {
  readonly apiKeyStore: ApiKeyStore;
  readonly audit: Audit;
}

const OVERLAP_MS_MAX = 30 * 86_400_000;
const JSON_BYTES_MAX = 64 * 1024;

const keySchema = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  roomTypes: z.array(z.string()).describe("None: any type."),
  ratePerSecond: z.number().describe("Of each logic process by itself; 0: no limit."),
  burst: z.int(),
  createdAt: z.int().describe("This and the next ones are Unix milliseconds; 0: not at all."),
  rotatedAt: z.int(),
  expiresAt: z.int(),
  revokedAt: z.int(),
  previousUntil: z.int().describe("Until then the secret before the last rotation is good, too."),
}) satisfies z.ZodType<ApiKey>;

const newKeySchema = z.object({
  key: keySchema,
  secret: z.string().describe("Shown this once; only its hash is stored."),
});

const keyPath = z.object({ id: z.string().describe("Of the key.") });

const rotateQuery = actorQuery.extend({
  overlap: z
    .string()
    .refine((text) => (parseDuration(text) ?? Number.POSITIVE_INFINITY) <= OVERLAP_MS_MAX, {
      error: 'expected a duration such as "1h", at most 30 days',
    })
    .optional()
    .describe("How long the old secret is good besides, such as 1h; none given: not at all."),
});

export function keyRoutes(
  options: KeyRoutesOptions,
  { apiKeyStore, audit }: KeyRoutesDeps,
): ApiRoute[] {
  const bytesMax = Math.min(options.jsonBytesMax ?? JSON_BYTES_MAX, JSON_BYTES_MAX);
  const scope = "keys:write";
  const problems = [503, 504];
  return [
    {
      ...{ method: "post", path: "/api/v1/keys", summary: "Create a key of this API", scope },
      description: "Where there was none, calls without a key are refused from now on.",
      ...{ query: actorQuery, json: apiKeySpec },
      answers: { 201: { text: "Created; the secret is shown this once.", schema: newKeySchema } },
      problems: [413, ...problems],
      handle: async (c) => {
        const by = actorOf(c);
        const spec = checked(apiKeySpec, await readJson(c, bytesMax));
        const made = await apiKeyStore.create(spec);
        audited(c, audit, keyAct("created", by, made.key));
        c.header("Cache-Control", "no-store");
        return c.json(made, 201);
      },
    },
    {
      ...{ method: "get", path: "/api/v1/keys", summary: "All keys, revoked ones too", scope },
      answers: { 200: { text: "Oldest first.", schema: z.object({ keys: z.array(keySchema) }) } },
      problems,
      handle: async (c) => c.json({ keys: await apiKeyStore.list() }),
    },
    {
      ...{ method: "post", path: "/api/v1/keys/{id}/rotate", summary: "A new secret", scope },
      operationId: "rotateKey",
      pathParameters: keyPath,
      query: rotateQuery,
      answers: { 200: { text: "Rotated.", schema: newKeySchema } },
      problems: [404, 409, ...problems],
      handle: async (c) => {
        const { id } = checked(keyPath, c.req.param());
        const { overlap, actor: by } = checked(rotateQuery, queryOf(c, rotateQuery));
        const made = await apiKeyStore.rotate(id, parseDuration(overlap ?? "0") ?? 0);
        audited(c, audit, keyAct("rotated", by, made.key));
        c.header("Cache-Control", "no-store");
        return c.json(made);
      },
    },
    {
      ...{ method: "delete", path: "/api/v1/keys/{id}", summary: "Revoke a key", scope },
      description: "It stays in the list. The API does not open again when the last one goes.",
      ...{ pathParameters: keyPath, query: actorQuery },
      answers: { 200: { text: "Void from now on.", schema: keySchema } },
      problems: [404, ...problems],
      handle: async (c) => {
        const { id } = checked(keyPath, c.req.param());
        const by = actorOf(c);
        const revoked = await apiKeyStore.revoke(id);
        audited(c, audit, keyAct("revoked", by, revoked));
        return c.json(revoked);
      },
    },
  ];
}

/** What is told of a change of a key: which one, and what it may do. */
export function keyAct(does: string, by: string, { id, name, scopes, roomTypes }: ApiKey): Act {
  return { action: "key", by, does, key: id, name, scopes, roomTypes };
}
