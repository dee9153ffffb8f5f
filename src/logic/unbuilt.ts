import type { StreamLayout, StreamReader } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import { GoimError } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { sequenceOf } from "../protocol/offset.ts";
import type { IndexState, MailPage } from "../store/mailbox.ts";

export interface UnbuiltConfig {
  /** Milliseconds; then a page is given as it is. */
  readonly rebuildWait: number;
}

export interface UnbuiltDeps {
  readonly layout: Pick<StreamLayout, "shardOf">;
  readonly reader: Pick<StreamReader, "tails">;
  readonly subjects: Pick<Subjects, "stream" | "pushUser">;
  readonly clock: Pick<Clock, "monotonic">;
  readonly log: Log;
  readonly metrics: Metrics;
}

type Settled = PromiseSettledResult<MailPage>;

/**
 * Pages of an index that lost its content and is being made again (ADR 8). One is given only where
 * the stream shows that nothing is missing: it holds nothing for the user, or nothing newer than
 * the mailbox, which is filled in order. Everything else is "unavailable" until job has come that
 * far, for a bounded time.
 */
export class Unbuilt {
  readonly #config: UnbuiltConfig;
  readonly #deps: UnbuiltDeps;
  /** The life of the index that is being made, and since when that is known here. */
  #life: string | undefined;
  #since = 0;
  #told = false;
  #refused = 0;
  #overdue = 0;

  constructor(config: UnbuiltConfig, deps: UnbuiltDeps) {
    this.#config = config;
    this.#deps = deps;
    const { metrics } = deps;
    metrics.countOf(
      "mail_unbuilt_total",
      "Pages refused because their mailboxes are being made again",
      () => this.#refused,
    );
    metrics.countOf(
      "mail_overdue_total",
      "Pages given as they are, because that took longer than mail.rebuildWait",
      () => this.#overdue,
    );
  }

  /** The same results, without pages that may lack something. */
  async check(epoch: string, mids: readonly string[], pages: readonly Settled[]) {
    const { layout } = this.#deps;
    const doubtful = pages.flatMap((page, at) => {
      const mid = mids[at] ?? "";
      const index = page.status === "fulfilled" ? page.value.index : undefined;
      if (index === undefined || index.built.get(layout.shardOf(mid)) === epoch) return [];
      this.#note(index);
      return [{ at, mid }];
    });
    if (doubtful.length === 0) return pages;
    const newest = await this.#newest(doubtful.map(({ mid }) => mid));
    const checked = [...pages];
    for (const { at, mid } of doubtful) {
      const page = pages[at];
      if (page?.status !== "fulfilled") continue;
      const missing = (newest.get(mid) ?? 0) > sequenceOf(page.value.last);
      if (missing) checked[at] = this.#missing(page);
    }
    return checked;
  }

  #note({ life }: IndexState): void {
    if (life === this.#life) return;
    this.#life = life;
    this.#since = this.#deps.clock.monotonic();
    this.#told = false;
  }

  /** Sequence of the newest message that the stream holds for each. */
  async #newest(mids: readonly string[]): Promise<Map<string, number>> {
    const { layout, reader, subjects } = this.#deps;
    const bySubject = new Map(
      mids.map((mid) => [subjects.pushUser(layout.shardOf(mid), mid), mid]),
    );
    const { messages } = await reader.tails(subjects.stream("user"), [...bySubject.keys()]);
    return new Map(
      Array.from(messages, ([subject, { sequence }]) => [bySubject.get(subject) ?? "", sequence]),
    );
  }

  #missing(page: Settled): Settled {
    const { clock, log } = this.#deps;
    if (clock.monotonic() - this.#since < this.#config.rebuildWait) {
      this.#refused++;
      const reason = new GoimError("unavailable", "the mailboxes are being made again");
      return { status: "rejected", reason };
    }
    this.#overdue++;
    if (!this.#told) log.error({}, "mailboxes are still not made again: given as they are");
    this.#told = true;
    return page;
  }
}
