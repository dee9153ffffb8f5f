/** What waits for devices: at their login, and page by page for connections that are behind. */
import type { Bus, StreamLayout, StreamReader } from "../bus/bus.ts";
import type { IsRecalled } from "../bus/recalls.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { CursorLogin, CursorPlace, CursorStore } from "../store/cursors.ts";
import type { MailboxReader, MailPage, MailRead } from "../store/mailbox.ts";
import type { Kept, KeptLog } from "./kept.ts";
import { fitPages } from "./mail-fit.ts";
import { Unbuilt, type UnbuiltConfig } from "./unbuilt.ts";

/** A part of one user's mailbox, in one life of GOIM_USER. */
export interface MailPart extends MailPage {
  readonly epoch: string;
  /** Everything up to here the device has had; of a page: where it was asked to begin. */
  readonly cursor: number;
}

/** What waits for a device that logs in. */
export interface WaitingMail extends MailPart {
  /** The kept broadcasts, the same for all logins of one call, and how far the device has them. */
  readonly all: { readonly cursor: number; readonly kept: KeptLog };
}

export interface Mail {
  /**
   * What waits for devices that log in: where each stands, and the first page above that. Only to
   * be called when the sessions are stored: what is appended after this read finds them. A result
   * per login, same order; each stands alone.
   */
  waiting(logins: readonly CursorLogin[]): Promise<PromiseSettledResult<WaitingMail>[]>;
  /**
   * Pages, together not larger than one answer: some may end early, or hold nothing and end where
   * they begin. The first one that has something waiting gets on in any case.
   */
  pages(reads: readonly MailRead[]): Promise<PromiseSettledResult<MailPart>[]>;
}

export interface MailConfig extends UnbuiltConfig {
  /** Most entries of one page. */
  readonly pageEntries: number;
  /** Most bytes of bodies of one page. */
  readonly pageBytes: number;
  /** Most bytes of all pages in one answer. */
  readonly replyBytes: number;
  /** Pages of one request; those beyond are answered "busy". */
  readonly readsMax: number;
}

export interface MailDeps {
  readonly mailbox: Pick<MailboxReader, "read">;
  readonly cursors: Pick<CursorStore, "open">;
  readonly kept: Pick<Kept, "known" | "bytesMax">;
  readonly layout: Pick<StreamLayout, "epoch" | "shardOf">;
  readonly reader: Pick<StreamReader, "tails">;
  readonly bus: Pick<Bus, "subjects" | "maxPayloadBytes">;
  readonly recalls?: {
    current(): Promise<void>;
    of(log: "user", mid: string, epoch: string): IsRecalled | undefined;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Bytes of a page's own fields; a login's answer has its session besides. */
const HEAD_BYTES = 256;

export function createMail(config: MailConfig, deps: MailDeps): Mail {
  return new Mailboxes(config, deps);
}

/** Entries that were taken back go as what has expired: they count, and nobody gets them. */
function withoutRecalled<T extends MailPart>(
  parts: readonly PromiseSettledResult<T>[],
  reads: readonly { readonly mid: string }[],
  recalls: MailDeps["recalls"],
): PromiseSettledResult<T>[] {
  return parts.map((part, at) => {
    if (part.status === "rejected" || part.value.entries.length === 0) return part;
    const isRecalled = recalls?.of("user", reads[at]?.mid ?? "", part.value.epoch);
    if (isRecalled === undefined) return part;
    const entries = part.value.entries.map((entry) => {
      return isRecalled(entry) ? { ...entry, body: NO_BODY, expiresAt: 1 } : entry;
    });
    return fulfilled({ ...part.value, entries });
  });
}

const NO_BODY = new Uint8Array(0);

class Mailboxes implements Mail {
  readonly #config: MailConfig;
  readonly #deps: MailDeps;
  readonly #unbuilt: Unbuilt;
  #entries = 0;
  #cut = 0;
  #refused = 0;
  readonly #took: ReturnType<Metrics["histogram"]>;
  readonly #logins: ReturnType<Metrics["counter"]>;

  constructor(config: MailConfig, deps: MailDeps) {
    this.#config = config;
    this.#deps = deps;
    const { metrics } = deps;
    this.#unbuilt = new Unbuilt(config, { ...deps, subjects: deps.bus.subjects });
    this.#logins = metrics.counter("mail_logins_total", "Logins by what waited", ["waiting"]);
    this.#took = metrics.histogram("mail_seconds", "Time to read mailboxes of one request", "for");
    metrics.countOf("mail_entries_total", "Waiting messages sent to comets", () => this.#entries);
    metrics.countOf("mail_cut_total", "Pages that ended early, the answer was full", () => {
      return this.#cut;
    });
    metrics.countOf("mail_refused_total", "Pages beyond mail.readsMax", () => this.#refused);
  }

  async waiting(logins: readonly CursorLogin[]): Promise<PromiseSettledResult<WaitingMail>[]> {
    if (logins.length === 0) return [];
    return this.#timed("login", async (epoch) => {
      const { cursors, kept: broadcasts } = this.#deps;
      const [known] = await Promise.allSettled([broadcasts.known()]);
      if (known.status === "rejected") return logins.map(() => known);
      const kept = known.value;
      const heads = logins.map(({ mid }) => ({ mid, after: 0, entries: 0, bytes: 0 }));
      const [opened, tops] = await Promise.all([
        attempt(logins.length, cursors.open({ user: epoch, all: kept.epoch }, logins)),
        this.#ask(epoch, heads),
      ]);
      const results = logins.map((_, at) => both(opened[at], tops[at], epoch));
      // Most have nothing waiting, and are done after one question.
      const behind = results.flatMap((result, at) => {
        const has = result.status === "fulfilled" && result.value.last > result.value.cursor;
        if (!has) return [];
        const top = tops[at];
        const head = top?.status === "fulfilled" ? top.value.head : undefined;
        return [{ at, mid: logins[at]?.mid ?? "", after: result.value.cursor, head }];
      });
      this.#logins.inc({ waiting: "no" }, results.length - behind.length);
      if (behind.length > 0) this.#logins.inc({ waiting: "yes" }, behind.length);
      const reserved = broadcasts.bytesMax;
      const bounds = this.#bounds(behind.length, reserved);
      const reads = behind.map(({ mid, after, head }) => ({ mid, after, head, ...bounds }));
      for (const [index, part] of (await this.#read(epoch, reads)).entries()) {
        results[behind[index]?.at ?? 0] = part;
      }
      return this.#fit(results, { getOn: false, reserved }).map((part, at) => {
        if (part.status === "rejected") return part;
        const place = opened[at];
        const cursor = place?.status === "fulfilled" ? place.value.all : 0;
        return fulfilled({ ...part.value, all: { cursor, kept } });
      });
    });
  }

  async pages(reads: readonly MailRead[]): Promise<PromiseSettledResult<MailPart>[]> {
    if (reads.length === 0) return [];
    return this.#timed("page", async (epoch) => {
      const taken = reads.slice(0, this.#config.readsMax);
      const bounds = this.#bounds(taken.length, 0);
      const parts = await this.#read(
        epoch,
        taken.map(({ mid, after, entries, bytes }) => ({
          ...{ mid, after },
          entries: Math.min(entries, bounds.entries),
          bytes: Math.min(bytes, bounds.bytes),
        })),
      );
      this.#refused += reads.length - taken.length;
      const refused = reads.slice(taken.length).map(() => failed(tooMany()));
      return [...this.#fit(parts, { getOn: true, reserved: 0 }), ...refused];
    });
  }

  async #timed<T>(what: string, work: (epoch: string) => Promise<T>): Promise<T> {
    const { clock, layout, bus } = this.#deps;
    const startedMs = clock.monotonic();
    try {
      return await work(layout.epoch(bus.subjects.stream("user")));
    } finally {
      this.#took.observe((clock.monotonic() - startedMs) / 1000, what);
    }
  }

  async #read(epoch: string, reads: MailRead[]): Promise<PromiseSettledResult<MailPart>[]> {
    if (reads.length === 0) return [];
    const { recalls } = this.#deps;
    const [pages, known] = await Promise.all([
      this.#ask(epoch, reads),
      recalls?.current().catch((error: unknown) => failed(error)),
    ]);
    if (known !== undefined) return reads.map(() => known);
    const parts = pages.map((page, at) => {
      if (page.status === "rejected") return page;
      return fulfilled({ ...page.value, epoch, cursor: reads[at]?.after ?? 0 });
    });
    return withoutRecalled(parts, reads, recalls);
  }

  /** What the index has, where it has everything. */
  async #ask(epoch: string, reads: readonly MailRead[]) {
    const pages = await attempt(reads.length, this.#deps.mailbox.read(epoch, reads));
    const mids = reads.map(({ mid }) => mid);
    return attempt(reads.length, this.#unbuilt.check(epoch, mids, pages));
  }

  /** An equal share of the answer for each of `count` pages. */
  #bounds(count: number, reserved: number): { entries: number; bytes: number } {
    const { pageEntries, pageBytes } = this.#config;
    const share = Math.floor(this.#budget(count, reserved) / Math.max(1, count));
    return { entries: pageEntries, bytes: Math.min(pageBytes, share) };
  }

  /** What is reserved goes to the kept broadcasts. */
  #budget(pages: number, reserved: number): number {
    const left = this.#deps.bus.maxPayloadBytes - pages * HEAD_BYTES - reserved;
    return Math.max(0, Math.min(this.#config.replyBytes, left));
  }

  #fit(
    results: readonly PromiseSettledResult<MailPart>[],
    { getOn, reserved }: { readonly getOn: boolean; readonly reserved: number },
  ) {
    const fitted = fitPages(
      results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
      { bytes: this.#budget(results.length, reserved), getOn },
    );
    this.#cut += fitted.cut;
    const parts = fitted.pages.values();
    return results.map((result): PromiseSettledResult<MailPart> => {
      if (result.status === "rejected") return result;
      const part = parts.next().value;
      if (part === undefined) return failed(tooMany());
      this.#entries += part.entries.length;
      return fulfilled(part);
    });
  }
}

/** Where a login stands, as long as no page is read. */
function both(
  cursor: PromiseSettledResult<CursorPlace> | undefined,
  head: PromiseSettledResult<MailPage> | undefined,
  epoch: string,
): PromiseSettledResult<MailPart> {
  if (cursor?.status === "rejected") return cursor;
  if (head?.status === "rejected") return head;
  if (cursor === undefined || head === undefined) {
    return failed(new GoimError("internal", "the store gave no result"));
  }
  const { last } = head.value;
  const nothing = { oldest: 0, entries: [], through: last };
  return fulfilled({ epoch, cursor: cursor.value.acked, last, ...nothing });
}

/** A call that fails as a whole fails for each. */
async function attempt<T>(
  count: number,
  call: Promise<readonly PromiseSettledResult<T>[]>,
): Promise<readonly PromiseSettledResult<T>[]> {
  try {
    return await call;
  } catch (reason) {
    return Array.from({ length: count }, () => failed(reason));
  }
}

function fulfilled<T>(value: T): PromiseFulfilledResult<T> {
  return { status: "fulfilled", value };
}

function failed(reason: unknown): PromiseRejectedResult {
  return { status: "rejected", reason };
}

function tooMany(): GoimError {
  return new GoimError("busy", "the answer is full; ask again");
}
