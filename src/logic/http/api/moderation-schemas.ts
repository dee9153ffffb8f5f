/** What /api/v1/moderation takes and answers. */
import { z } from "zod";
import { restrictionKinds, restrictionSubjects } from "../../../bus/restrictions.ts";
import { policySchema } from "../../moderation/policy.ts";
import { reportSchema } from "../../moderation/reports.ts";
import { subjectValue, whyNobody } from "../../moderation/restriction-subject.ts";
import { scopeSchema } from "../../moderation/rule-store.ts";
import { wordActions } from "../../moderation/word-filter.ts";
import { actor } from "./audited.ts";
import { mid } from "./schemas.ts";

const TEXT_MAX = 500;
const ID_MAX = 64;

const reason = z.string().max(TEXT_MAX).default("").describe("Clients that are refused read it.");
const revision = z
  .int()
  .describe("Of the rules; in force in a logic whose status shows it or a higher one.");
const room = z.string().min(1).max(400).describe("Room id, for example live://1000.");

export const scope = scopeSchema.describe("For all rooms, those of a type, or one.");

export const dictionaryPath = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'a-z, 0-9, "_" and "-"')
    .max(ID_MAX)
    .describe("Name of the dictionary."),
});

export const dictionaryInput = z.strictObject({
  scope,
  action: z
    .enum(wordActions)
    .describe("block: refused. mask: `*` in place of the word. flag: passes, and is reported."),
  match: z
    .enum(["anywhere", "word"])
    .default("anywhere")
    .describe("word: only where no letter or digit stands beside it."),
  words: z.array(z.string().min(1)).describe("Compared without regard to width, case and marks."),
  actor,
});

export const deletedAnswer = z.object({ deleted: z.literal(true) });

export const revisionAnswer = z.object({ revision });

export const dictionaryAnswer = z.object({
  id: z.string(),
  revision,
  scope,
  action: z.enum(wordActions),
  match: z.enum(["anywhere", "word"]),
  updatedAt: z.int().describe("Unix milliseconds."),
  actor: z.string(),
  words: z.array(z.string()),
});

export const statusAnswer = z
  .object({
    revision,
    building: z.int().describe("Dictionaries that are being built."),
    restrictions: z.int(),
    recalls: z.int(),
    dictionaries: z.array(
      z.object({
        id: z.string(),
        revision,
        scope,
        words: z.int(),
        states: z.int().describe("Of the automaton."),
        skipped: z.int().describe("Words of which too little is left to look for."),
      }),
    ),
  })
  .describe("What the logic that answers acts by.");

export const policyInput = z.strictObject({ scope, policy: policySchema, actor });
export const scopeInput = z.strictObject({ scope, actor });
export const policiesAnswer = z.object({
  policies: z.array(z.object({ scope: z.string(), policy: policySchema })),
});

const whoShape = {
  by: z.enum(restrictionSubjects).describe("everyone: all who are in the room."),
  value: z
    .string()
    .max(400)
    .default("")
    .describe("The mid, device, key or address: one address, no range."),
  room: z.string().max(400).default("").describe("Room id; none: everywhere."),
};

const whoFits = ({ by, value, room: where }: { by: string; value: string; room: string }) =>
  by === "everyone" ? where !== "" && value === "" : value !== "";
const whoError = { error: "everyone needs a room, the others a value", path: ["value"] };

export const kindPath = z.object({
  kind: z.enum(restrictionKinds).describe("mute, ban or shadow."),
});

export const restrictionInput = z
  .strictObject({
    ...whoShape,
    seconds: z
      .int()
      .min(0)
      .max(10 * 366 * 86_400)
      .default(0)
      .describe("For so long; 0: until it is lifted."),
    ...{ reason, actor },
  })
  .refine(whoFits, whoError)
  .transform((input, context) => {
    const message = whyNobody(input);
    if (message !== undefined) context.addIssue({ code: "custom", message, path: ["value"] });
    return { ...input, value: subjectValue(input) };
  });

export const liftInput = z.strictObject({ ...whoShape, actor }).refine(whoFits, whoError);

export const restrictionsAnswer = z.object({
  restrictions: z.array(
    z.object({
      kind: z.enum(restrictionKinds),
      by: z.enum(restrictionSubjects),
      value: z.string(),
      room: z.string(),
      until: z.int().describe("Unix milliseconds; 0: until it is lifted."),
      reason: z.string(),
      actor: z.string(),
      since: z.int(),
    }),
  ),
});

export const liftedAnswer = z.object({ lifted: z.boolean().describe("Whether there was one.") });

export const kickInput = z
  .strictObject({ user: mid.optional(), key: z.string().min(1).optional(), reason, actor })
  .refine(({ user, key }) => user !== undefined || key !== undefined, {
    error: "give user or key",
    path: ["user"],
  });
export const kickAnswer = z.object({
  connections: z.int().describe("Connections that were asked to go."),
});

export const recallInput = z
  .strictObject({
    room: room.optional(),
    user: mid.optional().describe("Of what was pushed to this user, instead of a room."),
    key: z.string().min(1).max(400).optional().describe("Of what was pushed to this key."),
    all: z.literal(true).optional().describe("Of broadcasts."),
    offset: z.int().min(1024).optional().describe("One message."),
    sender: z.string().optional().describe("Those of this mid; empty: of the push API."),
    from: z.int().min(0).optional().describe("Those taken from this moment on, Unix milliseconds"),
    to: z.int().min(0).optional().describe("... and before this one."),
    epoch: z.string().optional().describe("Epoch that the offset belongs to: 409 when over."),
    ...{ reason, actor },
  })
  .refine(
    ({ room: one, user, key, all }) =>
      [one, user, key, all].filter((target) => target !== undefined).length === 1,
    { error: "give one of room, user, key, all", path: ["room"] },
  )
  .refine(
    ({ offset, sender, from, to }) =>
      offset === undefined
        ? sender !== undefined || from !== undefined || to !== undefined
        : sender === undefined && from === undefined && to === undefined,
    { error: "give an offset, or a sender or a time", path: ["offset"] },
  );

export const recallAnswer = z.object({
  tombstone: z.int().describe("Offset of the message (op 40) that tells those who are there."),
  epoch: z.string(),
  offsets: z.array(z.int()).describe("The messages meant, as far as they were named."),
  unconfirmed: z.array(z.string()).describe("Comets that did not confirm it in time."),
});

export const reportInput = z.strictObject({
  user: mid.optional().describe("Whom it is about."),
  room: room.optional(),
  offset: z.int().min(0).optional(),
  by: z.string().max(128).describe("Who reports."),
  reason: z.string().min(1).max(TEXT_MAX),
});

export const reportsQuery = z.strictObject({
  state: z.enum(["open", "closed"]).optional(),
  after: z.int().min(0).default(0).describe("`cursor` of the answer before."),
  limit: z.int().min(1).max(10_000).default(100),
});

export const reportsAnswer = z.object({
  reports: z.array(reportSchema),
  cursor: z.int(),
  more: z.boolean(),
});

export const reportPath = z.object({ id: z.uuid() });
export const reportClose = z.strictObject({ outcome: z.string().max(TEXT_MAX), actor });
export { reportSchema };
