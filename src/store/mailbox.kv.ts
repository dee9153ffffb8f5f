import type { Bus } from "../bus/bus.ts";
import { type OpenBucket, openBucket } from "../bus/kv.ts";
import { sleep } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import { LruMap } from "../kit/lru.ts";
import { KvIndexState } from "./index-state.kv.ts";
import { lifeChanged, nothingBuilt } from "./index-state.ts";
import { LiveBucket } from "./live-bucket.ts";
import { MailBucket, type StoredHead } from "./mail-bucket.ts";
import {
  appendTo,
  current,
  emptyHead,
  type IndexEntry,
  type MailHead,
  type PageRef,
  prevOf,
} from "./mail-index.ts";
import { type Found, isOver, pageOf } from "./mail-page.ts";
import { indexed } from "./mail-records.ts";
import type {
  Append,
  Appended,
  IndexClaim,
  IndexState,
  Mailbox,
  MailEntry,
  MailHeadRead,
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
import { type MeasureCall, measureCalls } from "./store-metrics.ts";

export interface KvMailboxConfig extends MailboxConfig {
  /** Compare-and-set tries of one append, and looks of one read. */
  readonly triesMax: number;
  /** Bound of one answer of NATS; a call makes a few in a row. */
  readonly timeoutMs: number;
  /** How old the known life of the bucket may be. */
  readonly epochCheckMs: number;
  /** Whether this process creates the bucket. */
  readonly create: boolean;
  /** Copies of the bucket in a cluster; default: those it has, one for a new bucket. */
  readonly replicas?: number;
}

export const kvMailboxDefaults: KvMailboxConfig = {
  ...mailboxDefaults,
  triesMax: 16,
  timeoutMs: 2000,
  epochCheckMs: 1000,
  create: true,
};

export interface KvMailboxDeps extends MailboxDeps {
  readonly bus: Bus;
}

/** Looks at the head when a page that it named was gone. */
const LOOKS_MAX = 3;
const BACKOFF_MAX_MS = 64;

/**
 * Mailboxes in the KV bucket GOIM_MAILBOX. The head `m.<mid>` holds the newest entries and names
 * the pages `p.<mid>.<id>` with the older ones; what it does not name does not exist. An append is
 * one compare-and-set of the head; entries that no longer fit into it are written as a page under a
 * fresh name first, so that a crash between the two leaves nothing but a page that expires.
 *
 * Waits until NATS answers.
 */
export async function createKvMailbox(
  options: Partial<KvMailboxConfig>,
  deps: KvMailboxDeps,
): Promise<Mailbox> {
  const config = { ...kvMailboxDefaults, ...options };
  const { bus, clock, log } = deps;
  const opened = await openMailboxBucket(config, deps);
  const bucket = new LiveBucket(config.epochCheckMs, { bus, clock, bucket: opened });
  const random = deps.random ?? Math.random;
  const { subjects } = bus;
  const records = new MailBucket(config.inFlightMax, { bucket, subjects, log, random });
  const state = new KvIndexState(
    { triesMax: config.triesMax, ttlMs: RECORD_LIVES * config.maxAge },
    { bucket, name: subjects.kv("life"), clock, random },
  );
  return new KvMailbox(config, {
    ...deps,
    random,
    records,
    state,
    bucketLife: () => opened.epoch,
    close: () => opened.close(),
  });
}

/** The bucket alone, for who makes it and writes nothing there. Waits until NATS answers. */
export function openMailboxBucket(
  options: Partial<KvMailboxConfig>,
  { bus, clock, log, signal }: Pick<KvMailboxDeps, "bus" | "clock" | "log" | "signal">,
): Promise<OpenBucket> {
  const { maxAge, create, replicas, timeoutMs } = { ...kvMailboxDefaults, ...options };
  return openBucket(bus, {
    name: bus.subjects.bucket("mailbox"),
    ttlMs: RECORD_LIVES * maxAge,
    history: 1,
    ...{ create, timeoutMs, clock, log },
    ...(replicas === undefined ? {} : { replicas }),
    ...(signal === undefined ? {} : { signal }),
  });
}

interface Job {
  readonly epoch: string;
  /** Life of the index that it is meant for; undefined = any. */
  readonly life: string | undefined;
  readonly entries: readonly MailEntry[];
}

interface Parts extends KvMailboxDeps {
  readonly records: MailBucket;
  readonly random: () => number;
  readonly state: KvIndexState;
  /** Life of the bucket as far as it is known. */
  readonly bucketLife: () => string;
  readonly close: () => void;
}

class KvMailbox implements Mailbox {
  readonly #config: KvMailboxConfig;
  readonly #parts: Parts;
  readonly #measure: MeasureCall<"append" | "read" | "state" | "claim">;
  readonly #appends: MergedCalls<Job, Appended>;
  readonly #reads: BoundedCalls;
  readonly #heads: LruMap<string, StoredHead & { readonly bucketLife: string }>;
  #conflicts = 0;
  #lost = 0;

  constructor(config: KvMailboxConfig, parts: Parts) {
    this.#config = config;
    this.#parts = parts;
    this.#measure = measureCalls(parts.metrics, parts.clock, "mailbox");
    this.#appends = new MergedCalls(config, (mid, jobs) => this.#append(mid, jobs));
    this.#reads = new BoundedCalls(config);
    this.#heads = new LruMap(config.cacheMax);
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
    await this.#parts.records.idle();
    this.#parts.close();
  }

  async #append(mid: string, jobs: readonly Job[]): Promise<readonly Appended[]> {
    const { records, clock, random, state } = this.#parts;
    const given = lifeOf(jobs);
    const life = given ?? (await state.fresh()).life;
    for (let attempt = 1; attempt <= this.#config.triesMax; attempt++) {
      const known = await this.#known(mid);
      const own = known.head?.life === life ? known.head : undefined;
      // Nothing of this life: either there never was, or the life is over. Only a look that begins
      // now tells which, and without one it could not be said that nothing came before.
      if (own === undefined && (await state.fresh()).life !== life) throw lifeChanged();
      const { base, added, results } = this.#fold(own ?? emptyHead("", life), jobs);
      // What was remembered may be of a store that was emptied since: only a look proves it.
      if (added.length === 0 && !known.remembered) return results;
      if (added.length > 0) {
        const next = appendTo(base, added, this.#config, clock.now());
        const written = await records.putPages(mid, next.pages);
        const head = { ...next.head, pages: [...next.head.pages, ...written] };
        if (await this.#set(mid, head, known.revision)) {
          this.#lost += next.lost;
          const former = known.head === base ? [] : (known.head?.pages ?? []);
          records.dropPages(mid, [...former, ...next.gone]);
          return results;
        }
        records.dropPages(mid, written);
      }
      this.#heads.delete(mid);
      // What was remembered was old, which is no conflict with anybody.
      if (known.remembered) continue;
      this.#conflicts++;
      await sleep(clock, random() * Math.min(BACKOFF_MAX_MS, 2 ** attempt));
    }
    throw new GoimError("busy", `other processes change the mailbox of ${mid} all the time`);
  }

  async #known(mid: string): Promise<StoredHead & { readonly remembered: boolean }> {
    const known = this.#heads.get(mid);
    if (known?.bucketLife === this.#parts.bucketLife()) return { ...known, remembered: true };
    return { ...(await this.#parts.records.head(mid)), remembered: false };
  }

  /** Whether the head was of that revision and is this one now. */
  async #set(mid: string, head: MailHead, revision: number): Promise<boolean> {
    const bucketLife = this.#parts.bucketLife();
    // Unless the answer says so, nobody knows which head is there.
    this.#heads.delete(mid);
    const written = await this.#parts.records.setHead(mid, head, revision);
    if (written === undefined) return false;
    this.#heads.set(mid, { head, revision: written, bucketLife });
    return true;
  }

  /** The head that all jobs together go onto, what they add to it, and what each is told. */
  #fold(stored: MailHead, jobs: readonly Job[]) {
    let base = stored;
    let added: IndexEntry[] = [];
    const results: Appended[] = [];
    for (const { epoch, entries } of jobs) {
      if (epoch !== base.epoch) {
        base = emptyHead(epoch, stored.life);
        added = [];
      }
      let last = added.at(-1)?.offset ?? base.last;
      const first = entries[0]?.offset ?? last + 1;
      const all = () => ({ ...base, last, entries: [...base.entries, ...added] });
      results.push({ prev: first > last ? last : prevOf(all(), first) });
      for (const entry of entries) {
        if (entry.offset <= last) continue;
        added.push(indexed(entry, this.#config.inlineBytes));
        last = entry.offset;
      }
    }
    return { base, added, results };
  }

  async #read(epoch: string, read: MailRead): Promise<MailPage> {
    const { clock, records, bus, streams, state } = this.#parts;
    const now = clock.now();
    const known =
      read.head instanceof ReadHead && read.head.mid === read.mid ? read.head : undefined;
    let before = known?.index ?? (await state.known());
    for (let attempt = 1; ; attempt++) {
      const again = attempt === 1 ? known : undefined;
      const stored = again === undefined ? (await records.head(read.mid)).head : again.head;
      const mine = stored?.epoch === epoch && stored.life === before.life;
      const head = mine ? stored : emptyHead(epoch, before.life);
      const kept = current(head, this.#config, now);
      // Who asks for no entries looks into no page.
      const found = read.entries > 0 ? await this.#find(kept, read, now) : undefined;
      // What was there before and is there now was there all the time: nothing was lost between.
      // That was seen of a head that is given back, and all of this read may lie in it.
      const looked = again === undefined || (found?.pages ?? 0) > 0;
      const after = looked ? await state.fresh() : before;
      const same = after.life === before.life;
      const index = same ? before : nothingBuilt(after.life);
      before = after;
      // A page that was dropped meanwhile is in no later head; one that is missing there is lost.
      if (((found?.missing ?? 0) > 0 || !same) && attempt < LOOKS_MAX) continue;
      if (found === undefined) {
        const page = pageOfHead(kept, read.after);
        return { ...page, index, head: new ReadHead(read.mid, stored, index) };
      }
      return { ...(await pageOf(read, found, now, { subjects: bus.subjects, streams })), index };
    }
  }

  /** As many pages as the read may need. */
  async #find(head: MailHead, read: MailRead, now: number): Promise<KvFound> {
    const refs = head.pages.filter((page) => page.last > read.after);
    const entries: IndexEntry[] = [];
    let [at, bytes, missing, hole] = [0, 0, 0, 0];
    while (at < refs.length && entries.length < read.entries) {
      if (entries.length > 0 && bytes >= read.bytes) break;
      const wanted = pagesFor(refs.slice(at), read, entries.length, bytes);
      const pages = await Promise.all(wanted.map((ref) => this.#parts.records.page(read.mid, ref)));
      for (const [index, page] of pages.entries()) {
        if (page === undefined) missing++;
        if (page === undefined || page === "damaged") hole = wanted[index]?.last ?? hole;
        else {
          for (const entry of page) {
            if (entry.offset <= read.after || isOver(entry, now)) continue;
            entries.push(entry);
            bytes += entry.bytes;
          }
        }
      }
      at += wanted.length;
    }
    const { last, dropped } = head;
    const first = head.pages[0]?.first ?? head.entries[0]?.offset ?? last + 1;
    const found = { last, dropped, first, hole, missing, pages: at };
    const next = refs[at];
    if (next !== undefined) return { ...found, entries, next: next.first };
    const newest = head.entries.filter(({ offset }) => offset > read.after);
    return { ...found, entries: [...entries, ...newest], next: last + 1 };
  }

  #register(): void {
    const { metrics, records } = this.#parts;
    const counts: Record<string, readonly [string, () => number]> = {
      mailbox_conflicts_total: [
        "Appends repeated because another process was faster.",
        () => this.#conflicts,
      ],
      mailbox_damaged_total: [
        "Mailbox records read that could not be understood.",
        () => records.damaged,
      ],
      mailbox_dropped_total: ["Messages dropped by a mailbox's bounds.", () => this.#lost],
      mailbox_pages_written_total: ["Pages written.", () => records.pagesWritten],
      mailbox_pages_left_total: [
        "Pages without a use that stay until they expire.",
        () => records.pagesLeft,
      ],
    };
    for (const [name, [help, value]] of Object.entries(counts)) metrics.countOf(name, help, value);
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
    metrics.levelOf("mailbox_heads", "Mailboxes remembered.", () => this.#heads.size);
  }
}

interface KvFound extends Found {
  /** Pages that the head names and that are not there. */
  readonly missing: number;
  /** Pages that were read. */
  readonly pages: number;
}

class ReadHead implements MailHeadRead {
  readonly mid: string;
  readonly head: MailHead | undefined;
  readonly index: IndexState;

  constructor(mid: string, head: MailHead | undefined, index: IndexState) {
    this.mid = mid;
    this.head = head;
    this.index = index;
  }
}

/** Life of the index that all of them are meant for. */
function lifeOf(jobs: readonly Job[]): string | undefined {
  const life = jobs[0]?.life;
  if (jobs.some((job) => job.life !== life)) throw lifeChanged();
  return life;
}

/** What a head tells without its entries. */
function pageOfHead({ last, dropped, pages, entries }: MailHead, after: number): MailPage {
  const waits = (pages.at(-1)?.last ?? 0) > after || (entries.at(-1)?.offset ?? 0) > after;
  const first = pages[0]?.first ?? entries[0]?.offset ?? last + 1;
  const oldest = dropped > after ? first : 0;
  return { last, oldest, entries: [], through: waits ? after : last };
}

/** So many of the next pages that the read is probably complete with them; one at least. */
function pagesFor(
  refs: readonly PageRef[],
  read: MailRead,
  entriesHad: number,
  bytesHad: number,
): PageRef[] {
  let [entries, bytes] = [entriesHad, bytesHad];
  const wanted: PageRef[] = [];
  for (const ref of refs) {
    if (wanted.length > 0 && (entries >= read.entries || bytes >= read.bytes)) break;
    wanted.push(ref);
    // Nobody knows how much of a page that begins at or below `after` lies above it.
    if (ref.first <= read.after) continue;
    entries += ref.entries;
    bytes += ref.bytes;
  }
  return wanted;
}
