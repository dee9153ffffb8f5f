import { z } from "zod";
import { count, duration, size, texts } from "../kit/config.ts";

/** `[history]` of comet: what newcomers and members that are behind get. */
export const historySection = z
  .strictObject({
    types: texts(["video=all"]).describe(
      "Room types whose newcomers get what came before them, and how much of it: all = up to " +
        "replayMax, or a number of messages. Rooms of other types begin with what comes next.",
    ),
    replayMax: count(5000, { min: 1, max: 1_000_000 }).describe(
      "Most messages that a newcomer gets; kept in memory for each room of such a type.",
    ),
    replayBytes: size("2mb", { min: "1kb", max: "1gb" }).describe("The same bound in bytes."),
    replayMaxAge: duration("168h", { min: "1s", max: "87600h" }).describe(
      "Age from which a message is no longer replayed; the stream's own maxAge bounds it too.",
    ),
    frameBytes: size("32kb", { min: "1kb", max: "16mb" }).describe(
      "Bytes of one frame for a member that is behind; a single larger message goes alone.",
    ),
    pageMessages: count(256, { min: 2, max: 1000 }).describe(
      "Stream messages in one read of what is no longer in memory.",
    ),
    readsMax: count(8, { min: 1, max: 1024 }).describe(
      "Such reads under way at once in this process; a room has one at a time.",
    ),
  })
  .describe("What was pushed to a room before: for newcomers, and for members that fell behind.");

export type HistoryConfig = z.output<typeof historySection>;

/** `[slow]` of comet: members whose socket does not take what is live. */
export const slowSection = z
  .strictObject({
    deadline: duration("30s", { min: "1s", max: "1h" }).describe(
      "Longest time that a connection may be behind its room or its user's messages; then it is " +
        "closed with 4003. Time spent waiting for a read does not count.",
    ),
  })
  .describe("Connections that do not read as fast as messages come.");

export type SlowConfig = z.output<typeof slowSection>;

const wellFormed = /^([^=]*)=(all|[1-9][0-9]{0,6})$/;

/** What is wrong with `history.types`, in sentences. */
export function replayProblems(types: readonly string[]): string[] {
  const named = new Set<string>();
  return types.flatMap((text) => {
    const type = wellFormed.exec(text)?.[1];
    if (type === undefined) return [`history.types: "${text}" is not like video=all or chat=50`];
    if (named.has(type)) return [`history.types: "${type}" is there twice`];
    named.add(type);
    return [];
  });
}

/** Messages that newcomers get by room type; types that are not in it get none. */
export function replayTable(config: HistoryConfig): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (const text of config.types) {
    const [, type, amount] = wellFormed.exec(text) ?? [];
    if (type === undefined) continue;
    const most = amount === "all" ? config.replayMax : Number(amount);
    table.set(type, Math.min(most, config.replayMax));
  }
  return table;
}
