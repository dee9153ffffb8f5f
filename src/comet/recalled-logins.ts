import type { Recall } from "../bus/recalls.ts";
import type { Metrics } from "../kit/metrics.ts";
import { CloseCode } from "../protocol/close-code.ts";
import type { Bucket } from "./bucket.ts";
import type { Channel } from "./channel.ts";

export interface RecalledLoginsDeps {
  readonly bucket: Pick<Bucket, "channels" | "byMid" | "byKey" | "olderByKey">;
  readonly metrics: Metrics;
}

/**
 * What was handed to clients whose login is not answered yet lies with them as bytes, so nobody can
 * tell whether what is taken back is among it: those logins begin anew.
 */
export class RecalledLogins {
  readonly #deps: RecalledLoginsDeps;
  #closed = 0;

  constructor(deps: RecalledLoginsDeps) {
    this.#deps = deps;
    deps.metrics.countOf(
      "comet_logins_recalled_total",
      "Logins closed because something was recalled that may wait for them",
      () => this.#closed,
    );
  }

  /** To be called when the recall is in force: whoever logs in later is given nothing of it. */
  recalled(recall: Pick<Recall, "log" | "target">): void {
    // A copy: closing takes them out.
    for (const channel of [...this.#meant(recall)]) {
      if (!channel.holds) continue;
      this.#closed++;
      channel.close(CloseCode.Unavailable, "what waits was taken back meanwhile: come back");
    }
  }

  /** Rooms hold nothing for those who are on their way in. */
  #meant({ log, target }: Pick<Recall, "log" | "target">): Iterable<Channel> {
    const { bucket } = this.#deps;
    if (log === "all") return bucket.channels();
    if (log === "user") return bucket.byMid(target);
    if (log !== "key") return [];
    const newest = bucket.byKey(target);
    return newest === undefined ? [] : [...bucket.olderByKey(target), newest];
  }
}
