import { z } from "zod";
import { count, duration, texts } from "../../kit/config.ts";

export interface RoomsConfig {
  readonly declaredOnly: readonly string[];
  /** Milliseconds. */
  readonly cacheAge: number;
  readonly cacheMax: number;
  readonly pageMax: number;
  readonly midsMax: number;
  readonly unreadMax: number;
  readonly metadataMax: number;
  readonly triesMax: number;
}

export const roomsSection = z
  .strictObject({
    declaredOnly: texts([]).describe(
      "Room types of which only rooms that were opened may be entered. Every logic must agree.",
    ),
    cacheAge: duration("500ms", { min: "0s", max: "1s" }).describe(
      "How old what decides about a join or a client's message may be.",
    ),
    cacheMax: count(10_000, { min: 1, max: 1_000_000 }).describe(
      "Most rooms, and most members, remembered for that long.",
    ),
    pageMax: count(1000, { min: 1, max: 10_000 }).describe("Most rooms or members of one page."),
    midsMax: count(1000, { min: 1, max: 10_000 }).describe(
      "Most users added or invited by one call.",
    ),
    unreadMax: count(100, { min: 1, max: 1000 }).describe(
      "Messages looked at to count a member's unread ones; beyond, the answer says more.",
    ),
    metadataMax: count(64, { min: 1, max: 1000 }).describe("Most metadata entries of a room."),
    triesMax: count(16, { min: 1, max: 100 }).describe(
      "Compare-and-set tries of one change; then it is answered 429.",
    ),
  })
  .describe("Rooms that were declared: docs/rooms.md.");
