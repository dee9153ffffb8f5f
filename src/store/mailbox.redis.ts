import { GoimError } from "../kit/errors.ts";
import { lifeKey, RedisIndexState } from "./index-state.redis.ts";
import { lifeChanged, nothingBuilt } from "./index-state.ts";
import type { IndexEntry } from "./mail-index.ts";
import { type Found, pageOf } from "./mail-page.ts";
import { decodeEntry, encodeEntry, indexed } from "./mail-records.ts";
import { appendScript, claimScript, lifeScript, readScript } from "./mail-scripts.ts";
import type {
  Append,
  Appended,
  IndexClaim,
  IndexState,
  Mailbox,
  MailEntry,
  MailPage,
  MailRead,
} from "./mailbox.ts";
import {
  type MailboxConfig,
  type MailboxDeps,
  mailboxDefaults,
  RECORD_LIVES,
} from "./mailbox-config.ts";
import { BoundedCalls, MergedCalls } from "./merged-calls.ts";
import { type Argument, RedisLink, type RedisLinkConfig, redisLinkDefaults } from "./redis-link.ts";
import { type MeasureCall, measureCalls } from "./store-metrics.ts";

export type RedisMailboxConfig = MailboxConfig & RedisLinkConfig;

export const redisMailboxDefaults: RedisMailboxConfig = {
  ...redisLinkDefaults,
  ...mailboxDefaults,
};

/**
 * Mailboxes in Redis: per user a hash `mail_<mid>` and a sorted set `mail_entries_<mid>`. An append
 * is one script, a read is one script; those of one moment travel together.
 *
 * Waits until Redis answers.
 */
export async function createRedisMailbox(
  options: Partial<RedisMailboxConfig>,
  deps: MailboxDeps,
): Promise<Mailbox> {
  const config = { ...redisMailboxDefaults, ...options };
  const { log, clock } = deps;
  const scripts = [appendScript, readScript, lifeScript, claimScript];
  const link = new RedisLink(config, { log, clock, scripts });
  const state = new RedisIndexState(link, clock);
  try {
    await link.waitReady(deps.signal);
  } catch (error) {
    link.close();
    throw error;
  }
  return new RedisMailbox(config, { ...deps, link, state });
}

interface Job {
  readonly epoch: string;
  /** Life of the index that it is meant for; undefined = any. */
  readonly life: string | undefined;
  readonly entries: readonly MailEntry[];
}

interface Parts extends MailboxDeps {
  readonly link: RedisLink;
  readonly state: RedisIndexState;
}

/** Reads of which each found that the life had ended meanwhile. */
const LOOKS_MAX = 3;

class RedisMailbox implements Mailbox {
  readonly #config: RedisMailboxConfig;
  readonly #parts: Parts;
  readonly #measure: MeasureCall<"append" | "read" | "state" | "claim">;
  readonly #appends: MergedCalls<Job, Appended>;
  readonly #reads: BoundedCalls;
  #damaged = 0;
  #lost = 0;

  constructor(config: RedisMailboxConfig, parts: Parts) {
    this.#config = config;
    this.#parts = parts;
    this.#measure = measureCalls(parts.metrics, parts.clock, "mailbox");
    this.#appends = new MergedCalls(config, (mid, jobs) => this.#append(mid, jobs));
    this.#reads = new BoundedCalls(config);
    this.#register();
  }

  append(
    epoch: string,
    appends: readonly Append[],
    life?: string,
  ): Promise<PromiseSettledResult<Appended>[]> {
    const add = ({ mid, entries }: Append) => this.#appends.add(mid, { epoch, life, entries });
    return this.#measure("append", () => Promise.allSettled(appends.map(add)));
  }

  state(): Promise<IndexState> {
    return this.#measure("state", () => this.#parts.state.begin());
  }

  claim(claim: IndexClaim): Promise<boolean> {
    return this.#measure("claim", () => this.#parts.state.claim(claim));
  }

  finish(claim: IndexClaim): Promise<boolean> {
    return this.#measure("claim", () => this.#parts.state.finish(claim));
  }

  read(epoch: string, reads: readonly MailRead[]): Promise<PromiseSettledResult<MailPage>[]> {
    const one = (read: MailRead) => this.#reads.run(() => this.#read(epoch, read));
    return this.#measure("read", () => Promise.allSettled(reads.map(one)));
  }

  async close(): Promise<void> {
    this.#parts.link.close();
  }

  /** Appends of another life (stream or index) than the first one's go after it, in order. */
  async #append(mid: string, jobs: readonly Job[]): Promise<readonly Appended[]> {
    const results: Appended[] = [];
    while (results.length < jobs.length) {
      const at = results.length;
      const { epoch = "", life } = jobs[at] ?? {};
      const differs = (job: Job) => job.epoch !== epoch || job.life !== life;
      const end = jobs.findIndex((job, index) => index > at && differs(job));
      const run = jobs.slice(at, end < 0 ? undefined : end);
      results.push(...(await this.#appendRun(mid, { epoch, life }, run)));
    }
    return results;
  }

  async #appendRun(
    mid: string,
    { epoch, life = "*" }: Pick<Job, "epoch" | "life">,
    jobs: readonly Job[],
  ): Promise<Appended[]> {
    const { entriesMax, bytesMax, maxAge, inlineBytes } = this.#config;
    const oldest = this.#parts.clock.now() - maxAge;
    const run = await this.#parts.state.run();
    const bounds = [entriesMax, bytesMax, oldest, RECORD_LIVES * maxAge];
    const args: Argument[] = [...keysOf(mid), lifeKey, epoch, run, life, ...bounds];
    for (const { entries } of jobs) {
      args.push(entries.length);
      for (const entry of entries) {
        args.push(entry.offset, entry.body.length, memberOf(indexed(entry, inlineBytes)));
      }
    }
    const reply = await this.#run(mid, appendScript, args);
    const [lost, ...prevs] = reply.map(String);
    this.#lost += Number(lost);
    return prevs.map((prev) => ({ prev: prev === "" ? undefined : Number(prev) }));
  }

  async #read(epoch: string, read: MailRead): Promise<MailPage> {
    const { bus, streams, clock, state } = this.#parts;
    const now = clock.now();
    const { mid, after, entries, bytes } = read;
    const bounds = [after, entries, bytes, now, now - this.#config.maxAge];
    for (let attempt = 1; ; attempt++) {
      const before = await state.known();
      const args = [...keysOf(mid), lifeKey, epoch, await state.run(), ...bounds];
      const [life, ...reply] = await this.#run(mid, readScript, args);
      // What was there before and is there now was there all the time: nothing was lost between.
      const same = String(life) === before.life;
      if (!same) state.forget();
      if (!same && attempt < LOOKS_MAX) continue;
      const page = await pageOf(read, foundIn(reply), now, { subjects: bus.subjects, streams });
      return { ...page, index: same ? before : nothingBuilt(String(life)) };
    }
  }

  /** What the script says, but for its first word. */
  async #run(
    mid: string,
    script: typeof readScript,
    args: readonly Argument[],
  ): Promise<readonly unknown[]> {
    const reply: unknown = await this.#parts.link.run(script, args, { raw: true });
    if (!Array.isArray(reply)) throw new GoimError("internal", "Redis answered with no list");
    const [damaged, ...rest]: readonly unknown[] = reply;
    if (damaged === -1) throw lifeChanged();
    if (damaged === 1) {
      this.#damaged++;
      const [record] = keysOf(mid);
      this.#parts.log.error({ record }, "this mailbox record cannot be read and counts as empty");
    }
    return rest;
  }

  #register(): void {
    const { metrics, link } = this.#parts;
    metrics.countOf(
      "mailbox_damaged_total",
      "Mailbox records read that could not be understood.",
      () => this.#damaged,
    );
    metrics.countOf(
      "mailbox_dropped_total",
      "Messages dropped by a mailbox's bounds.",
      () => this.#lost,
    );
    metrics.countOf("mailbox_connects_total", "Connections made to Redis.", () => link.connects);
    metrics.levelOf(
      "mailbox_appends_waiting",
      "Appends that wait or are under way.",
      () => this.#appends.waiting,
    );
    metrics.levelOf(
      "mailbox_reads_waiting",
      "Reads that wait or are under way.",
      () => this.#reads.waiting,
    );
  }
}

function keysOf(mid: string): [head: string, entries: string] {
  return [`mail_${mid}`, `mail_entries_${mid}`];
}

function memberOf(entry: IndexEntry): Buffer {
  const { offset, time, bytes, expiresAt } = entry;
  return Buffer.concat([
    Buffer.from(`${offset};${time};${bytes};${expiresAt};`),
    encodeEntry(entry),
  ]);
}

/** An entry that is none is one that is missing. */
function foundIn(reply: readonly unknown[]): Found {
  const [last = 0, dropped = 0] = reply.slice(0, 2).map((text) => Number(String(text)));
  const [first, next] = reply.slice(2, 4).map((text) => String(text));
  const entries: IndexEntry[] = [];
  let hole = 0;
  for (const member of reply.slice(4)) {
    if (!Buffer.isBuffer(member)) continue;
    const entry = entryIn(member);
    if (entry !== undefined) entries.push(entry);
    else hole = Number.parseInt(member.toString("latin1"), 10);
  }
  const orEnd = (text: string | undefined) =>
    text === undefined || text === "" ? last + 1 : Number(text);
  return { last, dropped, hole, first: orEnd(first), next: orEnd(next), entries };
}

function entryIn(member: Buffer): IndexEntry | undefined {
  let at = 0;
  for (let part = 0; part < 4; part++) at = member.indexOf(";", at) + 1;
  return decodeEntry(member.subarray(at));
}
