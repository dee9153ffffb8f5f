/** What the calls about declared rooms take and answer. */
import { z } from "zod";
import { mid } from "./schemas.ts";

const TEXT_MAX = 200;
const INT32_MAX = 2 ** 31 - 1;

const name = z.string().min(1, "not empty");
const type = name.describe("Type of the room, for example live.");
const room = name.describe("Room within its type.");

export const namePath = z.object({ type, room });
export const memberPath = z.object({ type, room, mid });
export const userPath = z.object({ mid });

export const by = mid
  .optional()
  .describe("The user who does this: only what the room allows him. None: the caller itself.");

function settings(metadataMax: number) {
  return {
    title: z.string().max(TEXT_MAX, `at most ${TEXT_MAX} characters`).optional(),
    join: z
      .enum(["open", "members", "invite"], "open, members or invite")
      .optional()
      .describe(
        "open (default): everybody who is not banned. members: those whom the owner or an admin " +
          "added or invited. invite: the same, and every member may invite.",
      ),
    capacity: z
      .int("a whole number")
      .min(0, "at least 0")
      .max(INT32_MAX, `at most ${INT32_MAX}`)
      .optional()
      .describe(
        "Connections at once over all comets, about; 0: no bound. Admins may always enter.",
      ),
    history: z
      .enum(["all", "off"], "all or off")
      .optional()
      .describe("Whether clients may read what was said before they came."),
    metadata: z
      .record(z.string().max(TEXT_MAX), z.string().max(1000, "at most 1000 characters"))
      .refine((value) => Object.keys(value).length <= metadataMax, `at most ${metadataMax} entries`)
      .optional()
      .describe("Your own texts by name."),
  };
}

export function openBody(metadataMax: number) {
  return z.strictObject({
    ...{ type, room, by },
    owner: mid.optional().describe("Mid of the owner; default: `by`, else nobody."),
    ...settings(metadataMax),
  });
}

export function changeBody(metadataMax: number) {
  return z.strictObject({ by, ...settings(metadataMax) });
}

export const actBody = z.strictObject({ by });
export const ownerBody = z.strictObject({ by, mid });
export const roleBody = z.strictObject({ by, role: z.enum(["member", "admin"]) });
export const byQuery = z.strictObject({ by });

export function midsBody(midsMax: number) {
  const most = `at most ${midsMax}`;
  return z.strictObject({ by, mids: z.array(mid).min(1, "at least one").max(midsMax, most) });
}

export const cursorBody = z.strictObject({
  offset: z.int("a whole number").min(0, "at least 0"),
  epoch: z.string().min(1, "not empty"),
});

const page = (pageMax: number) => {
  const count = `a whole number from 1 to ${pageMax}`;
  return {
    limit: z.int(count).min(1, count).max(pageMax, count).default(Math.min(100, pageMax)),
    cursor: z.int("the cursor of a page").min(0, "the cursor of a page").default(0),
  };
};

export function pageQuery(pageMax: number) {
  return z.strictObject(page(pageMax));
}

export function roomsQuery(pageMax: number) {
  return z.strictObject({ type: name.optional().describe("Only this type."), ...page(pageMax) });
}

export function userRoomsQuery(pageMax: number) {
  return z.strictObject({
    ...page(Math.min(pageMax, 100)),
    unread: z.boolean("true or false").default(false).describe("Count unread messages too."),
  });
}

const time = z.int().describe("Unix milliseconds.");
const next = z.int().optional().describe("Of the next page; none: there is no more.");

export const roomAnswer = z.object({
  ...{ type: z.string(), room: z.string() },
  state: z.enum(["open", "closed"]),
  title: z.string(),
  owner: z.string().describe("Mid; empty: nobody."),
  join: z.enum(["open", "members", "invite"]),
  capacity: z.int(),
  history: z.enum(["all", "off"]),
  metadata: z.record(z.string(), z.string()),
  online: z.int().describe("Connections in it over all comets, about."),
  createdAt: time,
  changedAt: time,
});

export const roomsPage = z.object({ rooms: z.array(roomAnswer), cursor: next });

export const memberAnswer = z.object({
  mid: z.string(),
  state: z.enum(["member", "invited", "banned"]),
  role: z.enum(["owner", "admin", "member"]),
  since: time,
  by: z.string().describe("Mid of who did it; empty: the caller of the API."),
  cursor: z
    .object({ offset: z.int(), epoch: z.string() })
    .optional()
    .describe("How far he has read; none: from the beginning."),
});

export const membersPage = z.object({ members: z.array(memberAnswer), cursor: next });

const unread = {
  unread: z.int().describe("Messages behind the cursor, own ones and those about the room not."),
  more: z.boolean().describe("There are more than were looked at."),
  truncated: z.boolean().describe("Some behind the cursor may not be kept any more."),
};

export const memberUnread = memberAnswer.extend(unread);
export const userRoomsPage = z.object({
  rooms: z.array(
    z.object({
      room: roomAnswer,
      member: memberAnswer.extend(z.object(unread).partial().shape),
    }),
  ),
  cursor: next,
});
export const cursorAnswer = z.object({ offset: z.int(), epoch: z.string() });
export const done = z.object({ ok: z.literal(true) });
