import { z } from "zod";
import { choice, count, duration, flag, size } from "../../kit/config.ts";

/** `[moderation]` of logic. */
export const moderationSection = z
  .strictObject({
    push: flag(false).describe(
      "Whether words and links are looked for in pushes to rooms too, not only in what clients " +
        "send.",
    ),
    slice: duration("5ms", { min: "1ms", max: "20ms" }).describe(
      "Work in one piece while a dictionary is built beside everything else.",
    ),
    loadWait: duration("10s", { min: "100ms", max: "5m" }).describe(
      "Most time that the start waits for the rules.",
    ),
    wordsMax: count(100_000, { min: 1, max: 1_000_000 }).describe("Most words of a dictionary."),
    wordChars: count(64, { min: 1, max: 256 }).describe("Most characters of a word."),
    partBytes: size("128kb", { min: "1kb", max: "512kb" }).describe(
      "Bytes of words in one value of the bucket.",
    ),
    rememberedMax: count(100_000, { min: 100, max: 10_000_000 }).describe(
      "Senders, and rooms, whose limits are remembered.",
    ),
    hook: choice(["off", "open", "closed"], "off").describe(
      "goim.hook.message: off (nobody is asked), or what happens to messages while it gives no " +
        "answer: open (they pass) or closed (they are refused).",
    ),
    hookTimeout: duration("500ms", { min: "10ms", max: "5s" }).describe(
      "Most time that it may take.",
    ),
    hookInFlight: count(256, { min: 1, max: 10_000 }).describe(
      "Most questions to it at once; as many more wait, and the rest counts as not answered.",
    ),
    recallTimeout: duration("1500ms", { min: "50ms", max: "10s" }).describe(
      "Most time that a recall waits for the comets to act by it.",
    ),
    recallNamedMax: count(1000, { min: 0, max: 10_000 }).describe(
      "Messages of a sender or a time that a recall names to the clients that are there.",
    ),
    reportsMax: count(1000, { min: 1, max: 10_000 }).describe("Most reports in one answer."),
    reportsAge: duration("720h", { min: "1h" }).describe("How long a report is kept."),
  })
  .describe("What may be said by whom: docs/moderation.md.");
