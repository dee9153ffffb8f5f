/** GET /api/v1/audit: what moderation has done. */
import { z } from "zod";
import type { AuditLog } from "../../moderation/audit-log.ts";
import { FieldsError } from "./problem.ts";
import { checked, queryOf } from "./request.ts";
import type { ApiRoute } from "./route.ts";
import { allowRoom } from "./scope.ts";

const PAGE_MAX = 1000;

const auditQuery = z.strictObject({
  order: z
    .enum(["oldest", "newest"])
    .default("oldest")
    .describe("Which come first; `after` goes with oldest, `before` with newest."),
  after: z.int().min(0).default(0).describe("`cursor` of the page before; 0: the oldest kept."),
  before: z.int().min(1).optional().describe("`cursor` of the page before; none: the newest."),
  limit: z.int().min(1).max(PAGE_MAX).default(100),
  action: z
    .string()
    .regex(/^[a-z]{1,32}$/, "lower case letters")
    .optional()
    .describe("mute, unmute, ban, recall, blocked, …"),
  by: z.string().max(128).optional().describe("The actor, as the order named it; rules; hook."),
  room: z.string().max(400).optional().describe("Room id."),
  from: z.int().min(0).optional().describe("Unix milliseconds, the first that counts ..."),
  to: z.int().min(0).optional().describe("... and the first that does not."),
});

const auditAnswer = z.object({
  acts: z.array(
    z.looseObject({
      sequence: z.int(),
      id: z.string(),
      time: z.int().describe("Unix milliseconds."),
      action: z.string(),
      by: z.string(),
    }),
  ),
  cursor: z.int(),
  more: z.boolean().describe("Ask on from the cursor, also after an empty page."),
  truncated: z.boolean().describe("Acts behind `after` are not kept any more."),
});

export function auditRoutes(auditLog: AuditLog): ApiRoute[] {
  return [
    {
      method: "get",
      path: "/api/v1/audit",
      scope: "moderate",
      operationId: "getAudit",
      summary: "Acts of moderation, the oldest or the newest first",
      description: "From the stream of events: kept as long as that keeps them.",
      query: auditQuery,
      answers: { 200: { text: "A page.", schema: auditAnswer } },
      problems: [429, 503, 504],
      handle: async (c) => {
        const query = checked(auditQuery, queryOf(c, auditQuery));
        const field = query.order === "newest" ? "after" : "before";
        if (query[field]) {
          throw new FieldsError([{ field, message: `does not go with order=${query.order}` }]);
        }
        // Who was banned, from which address and why is not for everybody who may count rooms.
        allowRoom(c, "moderate", query.room);
        return c.json(await auditLog.page(query));
      },
    },
  ];
}
