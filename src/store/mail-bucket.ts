import type { KvBucket } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Log } from "../kit/log.ts";
import { Semaphore } from "../kit/semaphore.ts";
import type { LiveBucket } from "./live-bucket.ts";
import { type IndexEntry, type MailHead, type PageRef, pageRef } from "./mail-index.ts";
import { decodeHead, decodePage, encodeHead, encodePage } from "./mail-records.ts";

type PageBucket = Pick<KvBucket, "get" | "update" | "put" | "delete">;

export interface MailBucketDeps {
  readonly bucket: Pick<LiveBucket<PageBucket>, "call">;
  readonly subjects: Pick<Subjects, "kv" | "kvMid">;
  readonly log: Log;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

export interface StoredHead {
  readonly head: MailHead | undefined;
  /** 0 = there is no record. */
  readonly revision: number;
}

/** Pages of one append written at once. */
const PAGES_AT_ONCE = 16;
/** Deletions under way, and those that wait; one beyond stays until it expires. */
const DELETES_AT_ONCE = 16;
const DELETES_WAITING_MAX = 10_000;

/** Heads `m.<mid>` and pages `p.<mid>.<id>` of the bucket GOIM_MAILBOX. */
export class MailBucket {
  /** Records that could not be understood. */
  damaged = 0;
  pagesWritten = 0;
  /** Pages that nobody names any more and that stay until they expire. */
  pagesLeft = 0;
  readonly #deps: MailBucketDeps;
  readonly #gets: Semaphore;
  readonly #deletes = new Semaphore(DELETES_AT_ONCE);
  readonly #deleting = new Set<Promise<void>>();

  constructor(getsMax: number, deps: MailBucketDeps) {
    this.#deps = deps;
    this.#gets = new Semaphore(getsMax);
  }

  /** A damaged one is reported and counts as none; the next append replaces it. */
  async head(mid: string): Promise<StoredHead> {
    const name = this.#deps.subjects.kvMid(mid);
    const entry = await this.#deps.bucket.call((bucket) => bucket.get(name));
    if (entry === undefined) return { head: undefined, revision: 0 };
    const head = decodeHead(entry.value);
    if (head === undefined) this.#onDamage(name);
    return { head, revision: entry.revision };
  }

  /** Undefined when the head is not of that revision any more. */
  setHead(mid: string, head: MailHead, revision: number): Promise<number | undefined> {
    const name = this.#deps.subjects.kvMid(mid);
    const bytes = encodeHead(head);
    return this.#deps.bucket.call((bucket) => bucket.update(name, bytes, revision));
  }

  /** The entries; undefined when the page is not there, "damaged" when it cannot be understood. */
  async page(mid: string, ref: PageRef): Promise<IndexEntry[] | "damaged" | undefined> {
    const name = this.#pageName(mid, ref.id);
    const entry = await this.#gets.run(() => this.#deps.bucket.call((bucket) => bucket.get(name)));
    if (entry === undefined) return undefined;
    const entries = decodePage(entry.value, ref);
    if (entries !== undefined) return entries;
    this.#onDamage(name);
    return "damaged";
  }

  /** Writes each run as a page under a name that nobody had before. */
  async putPages(mid: string, runs: readonly (readonly IndexEntry[])[]): Promise<PageRef[]> {
    const places = new Semaphore(PAGES_AT_ONCE);
    const put = async (run: readonly IndexEntry[]) => {
      const id = this.#freshId();
      const name = this.#pageName(mid, id);
      const bytes = encodePage(run);
      const revision = await this.#deps.bucket.call((bucket) => bucket.put(name, bytes));
      this.pagesWritten++;
      return pageRef(run, id, revision);
    };
    return Promise.all(runs.map((run) => places.run(() => put(run))));
  }

  /** Deletes pages that no head names. Nobody waits for it and nobody needs it: they expire. */
  dropPages(mid: string, pages: readonly PageRef[]): void {
    for (const page of pages) {
      if (this.#deletes.waiting >= DELETES_WAITING_MAX) {
        this.pagesLeft++;
        continue;
      }
      const name = this.#pageName(mid, page.id);
      const done: Promise<void> = this.#deletes
        .run(() => this.#deps.bucket.call((bucket) => bucket.delete(name, page.revision)))
        .then(
          () => {},
          () => {
            this.pagesLeft++;
          },
        )
        .finally(() => this.#deleting.delete(done));
      this.#deleting.add(done);
    }
  }

  /** Resolves when no deletion is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#deleting);
  }

  #pageName(mid: string, id: string): string {
    return this.#deps.subjects.kv("p", mid, id);
  }

  #freshId(): string {
    const part = () => Math.floor(this.#deps.random() * 2 ** 40).toString(36);
    return `${part()}-${part()}`;
  }

  #onDamage(record: string): void {
    this.damaged++;
    this.#deps.log.error({ record }, "this mailbox record cannot be read and counts as empty");
  }
}
