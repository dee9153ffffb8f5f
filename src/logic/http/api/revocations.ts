/** POST, GET /api/v1/revocations, DELETE /api/v1/revocations/{kind}/{value}. */
import { z } from "zod";
import {
  FOREVER,
  REVOCATION_KINDS,
  type Revocations,
  type RevocationWriter,
} from "../../../bus/revocations.ts";
import type { Clock } from "../../../kit/clock.ts";
import { GoimError } from "../../../kit/errors.ts";
import { controlCharacters } from "../../auth/api-key-record.ts";
import type { Audit } from "../../moderation/audit.ts";
import { actorOf, actorQuery, audited } from "./audited.ts";
import { checked, readJson } from "./request.ts";
import type { ApiRoute } from "./route.ts";

export interface RevocationRoutesOptions {
  readonly jsonBytesMax?: number;
  /** Milliseconds, where a call does not say; Infinity: until it is lifted. */
  readonly revokeFor?: number;
  readonly revocationsMax?: number;
}

export interface RevocationRoutesDeps {
  readonly revocations: Revocations;
  readonly revocationWriter: RevocationWriter;
  readonly clock: Pick<Clock, "now">;
  readonly audit: Audit;
}

const JSON_BYTES_MAX = 64 * 1024;
const REVOKE_FOR_MS = 86_400_000;
const REVOCATIONS_MAX = 100_000;
const SECONDS_MAX = 36_000_000;
const VALUE_CHARS_MAX = 200;

const value = z
  .string()
  .min(1)
  .max(VALUE_CHARS_MAX)
  .refine((text) => !controlCharacters.test(text), { error: "no control characters" });
const kind = z.enum(REVOCATION_KINDS);

const revoke = z.strictObject({
  kind: kind.describe(
    "A user, a connection's key, one token by its id (jti), or all that a key has signed (kid).",
  ),
  value: z
    .union([value, z.int().min(1)])
    .transform(String)
    .describe("Which one."),
  seconds: z
    .int()
    .min(0)
    .max(SECONDS_MAX)
    .optional()
    .describe(
      "Life of the revocation; 0: until it is lifted. None given: as long as a token may live; " +
        "of a kid until it is lifted. A token that lives longer is good again then.",
    ),
});

const revocation = z.object({
  kind,
  value: z.string(),
  at: z
    .int()
    .describe("Unix milliseconds: tokens issued until then are meant; of a kid all of them."),
  until: z.int().describe(`Unix milliseconds: over; ${FOREVER}, the end of the year 9999: never.`),
});

const path = z.object({ kind, value });

export function revocationRoutes(
  options: RevocationRoutesOptions,
  { revocations, revocationWriter, clock, audit }: RevocationRoutesDeps,
): ApiRoute[] {
  const { revokeFor = REVOKE_FOR_MS, revocationsMax = REVOCATIONS_MAX } = options;
  const bytesMax = Math.min(options.jsonBytesMax ?? JSON_BYTES_MAX, JSON_BYTES_MAX);
  const [scope, problems] = ["users:write", [503, 504]] as const;
  return [
    {
      ...{ method: "post", path: "/api/v1/revocations", summary: "Lock somebody out", scope },
      description:
        "Connections with such a token are closed with 4505 on every comet within a second, and " +
        "logins refused. A token of the user or key that is issued later is good. What " +
        "stands already is never made shorter by this: the answer is what holds then.",
      ...{ query: actorQuery, json: revoke },
      answers: { 201: { text: "In force.", schema: revocation } },
      problems: [413, ...problems],
      handle: async (c) => {
        const by = actorOf(c);
        const asked = checked(revoke, await readJson(c, bytesMax));
        if (asked.kind === "mid" && !/^-?[1-9]\d{0,18}$/.test(asked.value)) {
          throw new GoimError("invalid", "value: not the mid of a user");
        }
        if (revocations.size >= revocationsMax) {
          throw new GoimError("busy", `there are ${revocationsMax} already (auth.revocationsMax)`);
        }
        const at = clock.now();
        const lifeMs = lifeOf(asked, revokeFor);
        const until = lifeMs === Number.POSITIVE_INFINITY ? FOREVER : at + lifeMs;
        const wish = { kind: asked.kind, value: asked.value, at, until };
        const added = await revocationWriter.add(wish);
        audited(c, audit, { action: "revocation", by, does: "added", ...added });
        return c.json(added, 201);
      },
    },
    {
      ...{ method: "get", path: "/api/v1/revocations", summary: "Who is locked out", scope },
      answers: {
        200: {
          text: "As this logic knows it.",
          schema: z.object({ revocations: z.array(revocation) }),
        },
      },
      problems: [],
      handle: (c) => c.json({ revocations: [...revocations.list()] }),
    },
    {
      ...{ method: "delete", path: "/api/v1/revocations/{kind}/{value}", scope },
      summary: "Let somebody in again",
      ...{ pathParameters: path, query: actorQuery },
      answers: { 200: { text: "Lifted.", schema: z.object({ lifted: z.literal(true) }) } },
      problems: [404, ...problems],
      handle: async (c) => {
        const { kind, value } = checked(path, c.req.param());
        const by = actorOf(c);
        if (!(await revocationWriter.lift(kind, value))) {
          throw new GoimError("not_found", "nothing of that kind and value is revoked");
        }
        audited(c, audit, { action: "revocation", by, does: "lifted", kind, value });
        return c.json({ lifted: true });
      },
    },
  ];
}

/** Milliseconds. Who has a secret that leaked signs with it for as long as somebody takes it. */
function lifeOf({ kind, seconds }: z.output<typeof revoke>, revokeFor: number): number {
  if (seconds !== undefined) return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
  return kind === "kid" ? Number.POSITIVE_INFINITY : revokeFor;
}
