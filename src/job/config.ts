/** Everything job can be told, with the defaults that work on one machine. */
import { z } from "zod";
import { type ConfigOf, count, defineConfig, duration, size, text } from "../kit/config.ts";
import { commonEnv, commonKeys, commonSections } from "../kit/config-common.ts";
import { mailboxSection, redisSection, storeKey } from "../store/config.ts";

const lease = z
  .strictObject({
    renew: duration("1500ms", { min: "100ms", max: "10s" }).describe(
      "Time between renewals of a lease whose shard is idle, and of this job's presence.",
    ),
    silence: duration("5s", { min: "500ms", max: "5m" }).describe(
      "A lease that nobody renewed for this long, while NATS was there, is taken over.",
    ),
    probe: duration("500ms", { min: "50ms", max: "1m" }).describe(
      "Time between questions to the other jobs; one whose subject nobody serves is dead at once.",
    ),
    probeTimeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Most time another job may take to answer; no answer proves nothing, see lease.silence.",
    ),
    settle: duration("1s", { min: "0s", max: "1m" }).describe(
      "The number of jobs must stand this long before leases are given up for a newcomer.",
    ),
    orphan: duration("5s", { min: "500ms", max: "5m" }).describe(
      "A lease free for this long is taken by any job, whatever its fair share is.",
    ),
    drain: duration("3s", { min: "100ms", max: "1m" }).describe(
      "Most time a shard may take to finish what it read before its lease is given up.",
    ),
  })
  .describe("Shards are shared among jobs by leases in the bucket GOIM_LEASES.");

const checkpoint = z
  .strictObject({
    interval: duration("500ms", { min: "50ms", max: "10s" }).describe(
      "Least time between two checkpoints of a busy shard.",
    ),
    warm: duration("10s", { min: "0s", max: "5m" }).describe(
      "A new owner reads again what lies this far before the checkpoint, to know what was last.",
    ),
    warmMax: count(10_000, { max: 10_000_000 }).describe(
      "Most messages it reads again for that, per shard.",
    ),
  })
  .describe("How far a shard is finished; moves after the effect, never before.");

const cast = z
  .strictObject({
    bytesMax: size("256kb", { min: "1kb", max: "8mb" }).describe(
      "Messages of one room that wait go out together, up to this size.",
    ),
    window: count(4096, { min: 1, max: 1_000_000 }).describe(
      "Most messages of one shard read and not yet cast; further ones stay in the stream.",
    ),
    windowBytes: size("16mb", { min: "64kb" }).describe("The same in bytes."),
    prevMax: count(200_000, { min: 1 }).describe(
      "Rooms whose last offset is remembered; a cast that lacks it costs each comet one read.",
    ),
    prevLag: duration("30s", { min: "1s", max: "24h" }).describe(
      "A reader further behind does not say what came before. Keep below every stream's maxAge.",
    ),
    prevPending: count(5000, { min: 1 }).describe(
      "The same, counted in messages. Keep below every stream's maxPerSubject.",
    ),
    retry: duration("100ms", { min: "10ms", max: "10s" }).describe(
      "Pause before what NATS did not take is tried again.",
    ),
  })
  .describe("Rooms and the broadcast.");

const digest = z
  .strictObject({
    interval: duration("1s", { min: "100ms", max: "10s" }).describe(
      "Time between two digests, by which comets find out about casts that were lost.",
    ),
    keep: count(10, { min: 2, max: 120 }).describe(
      "Digests that a comet can ask for when it missed some.",
    ),
    partBytes: size("256kb", { min: "1kb", max: "8mb" }).describe(
      "A digest above this size goes in parts.",
    ),
  })
  .describe("Which rooms were cast lately.");

const dispatch = z
  .strictObject({
    window: count(1024, { min: 1, max: 1_000_000 }).describe(
      "Most messages of one shard read and not yet answered; further ones stay in the stream.",
    ),
    windowBytes: size("8mb", { min: "64kb" }).describe("The same in bytes."),
    requestTimeout: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Most time a comet may take to answer.",
    ),
    requestsMax: count(4, { min: 1, max: 256 }).describe(
      "Requests in flight to one comet; the rest gathers and goes together.",
    ),
    itemsMax: count(512, { min: 1, max: 65_536 }).describe("Most users or keys in one request."),
    requestBytes: size("256kb", { min: "1kb", max: "8mb" }).describe(
      "A request is closed at this size.",
    ),
    keyDeadline: duration("5s", { min: "0s", max: "1m" }).describe(
      "How long a push to a key waits for a comet that does not answer; one try in any case.",
    ),
    liveMaxAge: duration("1m", { min: "1s", max: "24h" }).describe(
      "A push only for users who are connected (qos live) is dropped when it is older than this.",
    ),
    circuit: duration("500ms", { min: "10ms", max: "1m" }).describe(
      "Pause after a comet did not answer; then one request tries whether it is back.",
    ),
    recheckMax: count(500, { min: 1 }).describe(
      "Keys waiting for a silent comet whose sessions are looked up again after each such try.",
    ),
    resolveBatch: count(256, { min: 1, max: 10_000 }).describe(
      "Most users or keys in one question to the session store.",
    ),
    resolvesMax: count(4, { min: 1, max: 256 }).describe("Such questions in flight."),
    rememberMax: count(20_000, { min: 1, max: 10_000_000 }).describe(
      "Users, and as many keys, whose sessions are remembered: a push goes there while it is " +
        "looked up where they are now.",
    ),
    resolveRetry: duration("100ms", { min: "10ms", max: "10s" }).describe(
      "First pause after the session store did not answer; doubles up to resolveRetryMax.",
    ),
    resolveRetryMax: duration("2s", { min: "10ms", max: "1m" }).describe("Longest such pause."),
  })
  .describe("Pushes to users and keys.");

const index = z
  .strictObject({
    usersMax: count(256, { min: 1, max: 10_000 }).describe("Most users in one call to the store."),
    callsMax: count(4, { min: 1, max: 256 }).describe("Such calls in flight; the rest gathers."),
    entriesMax: count(256, { min: 1, max: 65_536 }).describe(
      "Most messages of one user that go together.",
    ),
    bytesMax: size("1mb", { min: "1kb", max: "64mb" }).describe("A call is closed at this size."),
    retry: duration("100ms", { min: "10ms", max: "10s" }).describe(
      "First pause after a mailbox was not written; doubles up to retryMax.",
    ),
    retryMax: duration("2s", { min: "10ms", max: "1m" }).describe("Longest such pause."),
    prevMax: count(20_000, { min: 1 }).describe(
      "Users of one shard whose last message is remembered, for when the mailboxes are lost.",
    ),
  })
  .describe("Pushes to users are put into their mailboxes before anything else.");

const rebuild = z
  .strictObject({
    check: duration("1s", { min: "50ms", max: "1m" }).describe(
      "Time between looks whether the mailboxes lost their content; an append notices at once.",
    ),
    shardsMax: count(4, { min: 1, max: 1024 }).describe(
      "Shards of users that this job puts into the mailboxes again at a time.",
    ),
    window: count(256, { min: 1, max: 65_536 }).describe(
      "Most messages of one such shard that are on their way.",
    ),
    windowBytes: size("2mb", { min: "64kb" }).describe("The same in bytes."),
    hold: duration("1s", { min: "0s", max: "1m" }).describe(
      "How long pushes wait for it; then comets read before they hand them over.",
    ),
    retry: duration("500ms", { min: "10ms", max: "10s" }).describe(
      "Pause before what failed is tried again.",
    ),
  })
  .describe("Mailboxes that were lost are made again from GOIM_USER.");

const missed = z
  .strictObject({
    usersMax: count(100_000, { min: 1 }).describe(
      "Users known one by one that missed a push on one comet; beyond it, everybody of a shard.",
    ),
    itemsMax: count(1000, { min: 1, max: 65_536 }).describe("Most users in one request."),
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe(
      "Most time a comet may take to confirm that it checks them.",
    ),
    retry: duration("500ms", { min: "10ms", max: "1m" }).describe(
      "Pause before it is asked again.",
    ),
  })
  .describe("What a silent comet is told when it answers again.");

const undelivered = z
  .strictObject({
    maxAge: duration("1m", { min: "0s", max: "90s" }).describe(
      "No event for a message older than this; 0s = no events at all.",
    ),
    bodyBytes: size("4kb", { max: "256kb" }).describe("Larger bodies are left out of the event."),
    pendingMax: count(10_000, { min: 1 }).describe("Events not stored yet; one more is dropped."),
    hold: duration("1s", { min: "0s", max: "10s" }).describe(
      "How long a checkpoint waits for an event; then events count as failing and nobody waits.",
    ),
    retry: duration("500ms", { min: "10ms", max: "10s" }).describe(
      "Pause before an event that was not stored is tried again.",
    ),
  })
  .describe("Events about users of whom nobody was online, in GOIM_EVENT.");

const session = z
  .strictObject({
    store: storeKey,
    timeout: duration("2s", { min: "50ms", max: "1m" }).describe(
      "Most time for one call to the session store.",
    ),
  })
  .describe("Who is connected where; written by logic, read by job.");

const retired = {
  "discovery.*": "comets are found in the NATS bucket GOIM_COMETS (see nats.url)",
  "kafka.*": "pushes are read from JetStream (see nats.url)",
  "comet.*":
    "one loop sends and keeps the order; what is in flight to a comet is bounded by dispatch.*",
  "room.*":
    "job casts at once and comet gathers: see room.* in comet's configuration (batch, signal)",
  "redis.dialTimeout": "redis.readTimeout bounds connecting too",
};

/** The configuration of job. */
export const jobConfig = defineConfig({
  process: "job",
  keys: {
    ...commonKeys,
    id: text("").describe(
      "Name of this job, unlike any other's; empty means the host name and the process id.",
    ),
  },
  sections: {
    ...commonSections("127.0.0.1:3129"),
    lease,
    checkpoint,
    cast,
    digest,
    dispatch,
    index,
    rebuild,
    missed,
    undelivered,
    session,
    redis: redisSection,
    mailbox: mailboxSection,
  },
  env: {
    ...commonEnv,
    GOIM_JOB_ID: "id",
    GOIM_JOB_ADMIN: "admin.addr",
  },
  retired,
  check: (config) => {
    const problems: string[] = [];
    if (config.lease.silence < 2 * config.lease.renew) {
      problems.push("lease.silence must be at least twice lease.renew");
    }
    if (config.checkpoint.interval > config.lease.renew) {
      problems.push("checkpoint.interval must not be longer than lease.renew");
    }
    return problems;
  },
});

export type JobConfig = ConfigOf<typeof jobConfig>;
