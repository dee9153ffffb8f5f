/** Configuration sections that job and logic share, because both open the same stores. */
import { z } from "zod";
import { type Address, address, choice, count, duration, size, text } from "../kit/config.ts";

/** Key `store` of the section `session`: which of the two holds sessions, mailboxes and cursors. */
export const storeKey = choice(["kv", "redis"], "kv").describe(
  "Where sessions, mailboxes and cursors live: kv (NATS) or redis. Every logic and job must agree.",
);

export const redisSection = z
  .strictObject({
    addr: address("127.0.0.1:6379").describe("Used when session.store is redis."),
    auth: text("").meta({ secret: true }).describe("Password; empty means none."),
    db: count(0, { max: 15 }).describe("Number of the database. Every logic and job must agree."),
    readTimeout: duration("2s", { min: "10ms", max: "1m" }).describe(
      "Most time to connect, and for the answer to a command.",
    ),
    reconnectMax: duration("1s", { min: "10ms", max: "1m" }).describe(
      "Longest pause between two tries to connect; tries never end.",
    ),
    pipelineMax: count(512, { min: 1, max: 10_000 }).describe("Commands sent together."),
    pipelinesMax: count(4, { min: 1, max: 64 }).describe("Of these on their way at once."),
  })
  .describe("The Redis server of session.store = redis, in goim's key layout.");

export const mailboxSection = z
  .strictObject({
    entriesMax: count(1000, { min: 8, max: 100_000 }).describe(
      "Most messages kept for one user; the oldest go first, in pages of at most an eighth.",
    ),
    bytesMax: size("1mb", { min: "8kb", max: "64mb" }).describe("Most bytes of their bodies."),
    maxAge: duration("168h", { min: "1m", max: "8760h" }).describe(
      "How long a message waits for a user. Not longer than streams.user.maxAge helps.",
    ),
    inlineBytes: size("512b", { max: "64kb" }).describe(
      "Bodies up to this size lie in the index itself, larger ones are read from GOIM_USER.",
    ),
    pageBytes: size("4kb", { min: "256b", max: "256kb" }).describe(
      "Size at which the newest part of a mailbox becomes a page of its own.",
    ),
    inFlightMax: count(256, { min: 1, max: 10_000 }).describe(
      "Mailboxes written at once, and as many read.",
    ),
    waitingMax: count(65_536, { min: 1 }).describe(
      "Appends, and as many reads, that may wait; one more is refused as busy.",
    ),
    cacheMax: count(10_000, { min: 1 }).describe(
      "Mailboxes whose newest part a job remembers, which saves a read per append.",
    ),
  })
  .describe("What waits for users. Every logic and job must agree on entriesMax to pageBytes.");

export const cursorSection = z
  .strictObject({
    devicesMax: count(16, { min: 1, max: 256 }).describe(
      "Devices of one user whose position is kept; the one whose login is oldest goes.",
    ),
    inFlightMax: count(256, { min: 1, max: 10_000 }).describe("Users written at once."),
    waitingMax: count(65_536, { min: 1 }).describe(
      "Changes that may wait; one more is refused as busy.",
    ),
    cacheMax: count(10_000, { min: 1 }).describe(
      "Users whose positions a logic remembers after it wrote them, which saves a read (kv).",
    ),
  })
  .describe("How far each device of a user has what waited.");

export type StoreKind = z.output<typeof storeKey>;

export interface RedisSettings {
  readonly addr: Address;
  readonly auth: string;
  readonly db: number;
  readonly readTimeout: number;
  readonly reconnectMax: number;
  readonly pipelineMax: number;
  readonly pipelinesMax: number;
}

export type MailboxSettings = z.output<typeof mailboxSection>;
export type CursorSettings = z.output<typeof cursorSection>;
