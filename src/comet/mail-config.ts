import { z } from "zod";
import { choice, count, duration, size } from "../kit/config.ts";

/** `[mailbox]` of comet: what users get out of their mailboxes. */
export const mailboxSection = z
  .strictObject({
    v1: choice(["replay", "off"], "replay").describe(
      "Clients of protocol version 1. replay: at login they get what waits for their device, and " +
        "what the kernel has taken counts as acknowledged. off: they begin with what comes next, " +
        "as in goim, and acknowledge nothing.",
    ),
    pageEntries: count(256, { min: 1, max: 4096 }).describe("Most messages in one page."),
    pageBytes: size("32kb", { min: "1kb", max: "512kb" }).describe(
      "Bytes of one page, and of one frame made of it; a single larger message goes alone.",
    ),
    batchMax: count(64, { min: 1, max: 1024 }).describe("Pages in one request to logic."),
    inFlightMax: count(4, { min: 1, max: 64 }).describe(
      "Requests for pages at the same time; pages asked for meanwhile gather into the next one.",
    ),
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe(
      "Most time to wait for logic's answer to one request.",
    ),
    retryMin: duration("50ms", { min: "1ms", max: "1m" }).describe(
      "Wait after the first failed request; it doubles with each further one.",
    ),
    retryMax: duration("2s", { min: "1ms", max: "5m" }).describe(
      "Longest wait after a failed request.",
    ),
    missingTriesMax: count(8, { min: 1, max: 1000 }).describe(
      "Pages in a row that lack a message which is known to exist before it counts as gone.",
    ),
    bytesMax: size("64mb", { min: "1mb", max: "16gb" }).describe(
      "Bytes of pages and of held pushes in this process; above it no further page is read until " +
        "clients have taken some.",
    ),
    heldBytes: size("64kb", { min: "0b", max: "16mb" }).describe(
      "Bytes of pushes held for one client while it is given what lies before them; above it " +
        "they are read from the mailbox too.",
    ),
    checkBatch: count(256, { min: 1, max: 1024 }).describe(
      "Users whose mailboxes are compared in one request, after a reconnect for example.",
    ),
    checkInFlightMax: count(2, { min: 1, max: 64 }).describe("Such requests at the same time."),
  })
  .describe("What was pushed to a user and is still missing on a connection.");

export type MailboxConfig = z.output<typeof mailboxSection>;

/** `[ack]` of comet: how far devices are, told to logic. */
export const ackSection = z
  .strictObject({
    delay: duration("200ms", { min: "0ms", max: "1m" }).describe(
      "Time in which the progress of a connection gathers before logic is told.",
    ),
    batchMax: count(512, { min: 1, max: 4096 }).describe("Connections in one request."),
    inFlightMax: count(2, { min: 1, max: 64 }).describe("Requests at the same time."),
    triesMax: count(5, { min: 1, max: 1000 }).describe(
      "Tries for one request. Then open connections gather again; of those that have ended the " +
        "progress is lost, and their devices get some messages once more.",
    ),
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe("Most time to wait for one."),
    retryPause: duration("200ms", { min: "1ms", max: "1m" }).describe("Pause after one failed."),
    waitingMax: count(64, { min: 1, max: 65536 }).describe(
      "Acknowledgements of one client that may wait to be stored because it asked to be told.",
    ),
  })
  .describe("How far each device has its user's messages, on its way to logic.");

export type AckConfig = z.output<typeof ackSection>;
