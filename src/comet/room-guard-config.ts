import { z } from "zod";
import { count, duration } from "../kit/config.ts";

/** `[guard]` of comet: rooms that not everybody may enter. */
export const guardSection = z
  .strictObject({
    startWait: duration("300ms", { min: "0ms", max: "30s" }).describe(
      "Most time the start waits to learn which room types have policies.",
    ),
    batchMax: count(256, { min: 1, max: 4096 }).describe("Joins in one question to logic."),
    inFlightMax: count(8, { min: 1, max: 256 }).describe("Questions on their way at once."),
    waitingMax: count(100_000, { min: 1 }).describe(
      "Joins, and members to be asked about again, that may wait for a question; a join beyond " +
        "is answered unavailable, a member beyond is asked about at the next look.",
    ),
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe("Most time for an answer."),
    retryPause: duration("250ms", { min: "10ms", max: "10s" }).describe(
      "Pause before logic is asked again about members who are in.",
    ),
    look: duration("10s", { min: "100ms", max: "10m" }).describe(
      "How often rooms are compared with what logic has, in case a change was not heard of.",
    ),
    evictWait: duration("500ms", { min: "0ms", max: "5s" }).describe(
      "Most time that whoever has to go stays for the message that tells of it.",
    ),
  })
  .describe("Rooms that not everybody may enter: docs/rooms.md.");

export interface RoomGuardConfig {
  readonly startWait: number;
  readonly batchMax: number;
  readonly inFlightMax: number;
  readonly waitingMax: number;
  readonly timeout: number;
  readonly retryPause: number;
  readonly look: number;
  readonly evictWait: number;
}
