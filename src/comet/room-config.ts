import { z } from "zod";
import { choice, count, duration, ratio, size } from "../kit/config.ts";

/** `[room]` of comet: how rooms are followed, gathered and handed out. */
export const roomSection = z
  .strictObject({
    coalesce: choice(["load", "fixed"], "load").describe(
      "When a room hands out what it has. load: at once while it is quiet, then after an " +
        "interval that grows with its members. fixed: goim's rule, room.batch messages or " +
        "room.signal.",
    ),
    cpuTarget: ratio(0.4, { min: 0.01, max: 1 }).describe(
      "Part of a core that flushes may take before they are moved further apart: lower saves " +
        "CPU, higher saves time. A room's flushes are members x cost of a send / cpuTarget " +
        "apart, and further while all sends take more than other work leaves of it; half of it " +
        "is theirs in any case.",
    ),
    sendCostMin: ratio(2, { min: 0, max: 100_000 }).describe(
      "Lowest cost of a send that is reckoned with, microseconds; it is measured.",
    ),
    sendCostMax: ratio(50, { min: 1, max: 100_000 }).describe("The highest one."),
    signal: duration("1s", { min: "1ms", max: "1m" }).describe(
      "Longest time a message waits in its room for a flush.",
    ),
    batch: count(20, { min: 1, max: 1024 }).describe('Messages that end the wait of "fixed".'),
    flushBytes: size("64kb", { min: "1kb", max: "16mb" }).describe(
      "Bytes of bodies in one flush; a room that has gathered them waits no longer.",
    ),
    gatherBytes: size("1mb", { min: "1kb", max: "256mb" }).describe(
      "Bytes a room gathers while it flushes; what comes above stays in the stream and is read " +
        "from there later.",
    ),
    ringEntries: count(256, { min: 1, max: 1_000_000 }).describe(
      "Newest messages that a room keeps in memory for members that fall behind; older ones are " +
        "read from the stream. Rooms with a replay keep history.replayMax.",
    ),
    ringBytes: size("64kb", { min: "1kb", max: "1gb" }).describe("The same bound in bytes."),
    sliceMembers: count(500, { min: 1 }).describe("Members served before other work may run."),
    sliceTime: duration("5ms", { min: "1ms", max: "1s" }).describe(
      "Time spent on members before other work may run.",
    ),
    linger: duration("5s", { min: "0ms", max: "1h" }).describe(
      "How long a room without members is still followed, so that a member who comes back costs " +
        "nothing.",
    ),
    joinTimeout: duration("5s", { min: "50ms", max: "5m" }).describe(
      "Longest time a join waits for the room's position in its stream.",
    ),
    heldMax: count(1024, { min: 1 }).describe(
      "Messages a room holds back while it reads what lies before them; above it they are " +
        "dropped and read from the stream too.",
    ),
    heldBytes: size("512kb", { min: "1kb" }).describe("The same bound in bytes."),
    repairsMax: count(32, { min: 1, max: 1024 }).describe(
      "Reads of missing messages under way at once in this process.",
    ),
    repairMessages: count(64, { min: 2, max: 1000 }).describe("Stream messages in one such read."),
    retryMin: duration("50ms", { min: "1ms", max: "1m" }).describe(
      "Wait after the first failed read; it doubles with each further one.",
    ),
    retryMax: duration("2s", { min: "1ms", max: "5m" }).describe(
      "Longest wait after a failed read.",
    ),
    tailReadsMax: count(16, { min: 1, max: 1024 }).describe(
      "Reads of one room's newest message under way at once; rooms opened meanwhile are asked " +
        "for together.",
    ),
    checkBatch: count(500, { min: 1, max: 1000 }).describe(
      "Rooms whose newest messages are asked for in one read, after a reconnect for example.",
    ),
    checkPause: duration("10ms", { max: "10s" }).describe("Pause between two such reads."),
    digestSilence: duration("5s", { min: "1s", max: "10m" }).describe(
      "Time without a digest after which a shard counts as silent in the metrics.",
    ),
    digestAskTimeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Most time to wait for a job that is asked for a digest that was missed.",
    ),
  })
  .describe("Rooms: how they are followed, gathered and handed out.");

export type RoomConfig = z.output<typeof roomSection>;

/** `[broadcast]` of comet: pushes to everybody. */
export const broadcastSection = z
  .strictObject({
    queueMax: count(1024, { min: 1 }).describe(
      "Broadcasts that wait behind a slow one; what comes above stays in the stream and is read " +
        "from there later.",
    ),
    queueBytes: size("4mb", { min: "1kb" }).describe("The same bound in bytes of bodies."),
    flushBytes: size("64kb", { min: "1kb", max: "16mb" }).describe(
      "Bytes of bodies handed to a connection at once.",
    ),
    keptMax: count(256, { min: 1, max: 100_000 }).describe(
      "Kept broadcasts remembered for logins whose logic has not read them yet.",
    ),
    keptBytes: size("256kb", { min: "1kb", max: "64mb" }).describe("The same bound in bytes."),
    sliceMembers: count(500, { min: 1 }).describe("Connections served before other work may run."),
    sliceTime: duration("5ms", { min: "1ms", max: "1s" }).describe(
      "Time spent on connections before other work may run.",
    ),
    paceTick: duration("20ms", { min: "1ms", max: "1s" }).describe(
      "Step of a broadcast with a speed.",
    ),
    paceMax: duration("1h", { min: "1s", max: "24h" }).describe(
      "Longest time one broadcast with a speed may take; a speed too low for it is raised.",
    ),
    heldMax: count(1024, { min: 1 }).describe(
      "Broadcasts held back while what lies before them is read; above it they are read too.",
    ),
    heldBytes: size("512kb", { min: "1kb" }).describe("The same bound in bytes."),
    repairMessages: count(64, { min: 2, max: 1000 }).describe(
      "Stream messages in one read of what is missing.",
    ),
    retryMin: duration("50ms", { min: "1ms", max: "1m" }).describe(
      "Wait after the first failed read; it doubles with each further one.",
    ),
    retryMax: duration("2s", { min: "1ms", max: "5m" }).describe(
      "Longest wait after a failed read.",
    ),
    digestSilence: duration("5s", { min: "1s", max: "10m" }).describe(
      "Time without a digest after which the broadcast counts as silent in the metrics.",
    ),
    digestAskTimeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Most time to wait for a job that is asked for a digest that was missed.",
    ),
  })
  .describe("Pushes to everybody.");

export type BroadcastConfig = z.output<typeof broadcastSection>;
