/** What the calls under /api/v1/presence take and answer. */
import { z } from "zod";
import { mid } from "./schemas.ts";

export const presencePath = z.object({ mid });

export const presenceMids = z.strictObject({
  mids: z.array(mid).min(1, "at least one").describe("Answered in this order."),
});

export function presenceQuery(pageMax: number) {
  const count = `a whole number from 1 to ${pageMax}`;
  return z.strictObject({
    limit: z
      .int(count)
      .min(1, count)
      .max(pageMax, count)
      .default(Math.min(100, pageMax))
      .describe("About how many users a page is to have."),
    cursor: z
      .string()
      .regex(/^\d{1,20}$/, "the cursor of a page")
      .optional()
      .describe("`cursor` of the page before; none: the first page."),
  });
}

const time = z.int().describe("Unix milliseconds.");

const sessions = z.array(
  z.object({
    key: z.string(),
    device: z.string().describe("The token's device, else its key, else its platform."),
    platform: z.string(),
    comet: z.string(),
    since: time.optional().describe("Unix milliseconds; none where it is not known."),
  }),
);

export const userPresence = z.object({
  mid: z.string(),
  online: z.boolean(),
  sessions: sessions.describe("Each connection; empty while offline."),
  lastSeen: time
    .optional()
    .describe("Unix milliseconds at which the last session ended; only while offline, if known."),
});

export const usersPresence = z.object({ users: z.array(userPresence) });

export const presencePage = z.object({
  users: z.array(userPresence).describe("Users who are online; one may come twice over the pages."),
  cursor: z.string().optional().describe("Of the next page; none: there is no more."),
});
