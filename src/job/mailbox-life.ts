import { isGoimError, messageOf } from "../kit/errors.ts";
import type { Log } from "../kit/log.ts";
import type { IndexState, Mailbox } from "../store/mailbox.ts";
import { SharedReads } from "../store/shared-reads.ts";
import type { JobStats } from "./stats.ts";

export interface MailboxLifeDeps {
  readonly mailbox: Pick<Mailbox, "state">;
  readonly log: Log;
  readonly stats: JobStats;
}

/** The life of the mailboxes, as all shards of this job know it. */
export class MailboxLife {
  readonly #deps: MailboxLifeDeps;
  readonly #reads: SharedReads<IndexState>;
  readonly #listeners = new Set<(state: IndexState) => void>();
  #life = "";
  #told = false;
  #stopped = false;

  constructor(deps: MailboxLifeDeps) {
    this.#deps = deps;
    this.#reads = new SharedReads(() => deps.mailbox.state());
  }

  /** Tells the listener of every look from now on, and looks. Returns what ends this. */
  follow(listener: (state: IndexState) => void): () => void {
    this.#listeners.add(listener);
    void this.look();
    return () => this.#listeners.delete(listener);
  }

  /** Looks how it is now; to be called each `rebuild.check`, too. Never fails: there is a next. */
  async look(): Promise<void> {
    if (this.#stopped || this.#listeners.size === 0) return;
    try {
      this.#tell(await this.#reads.get());
      this.#told = false;
    } catch (error) {
      if (!isGoimError(error)) throw error;
      if (!this.#told) {
        this.#deps.log.warn({ reason: messageOf(error) }, "the life of the mailboxes is unknown");
      }
      this.#told = true;
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#listeners.clear();
  }

  #tell(state: IndexState): void {
    if (this.#stopped) return;
    if (this.#life !== "" && this.#life !== state.life) {
      this.#deps.stats.indexLost++;
      this.#deps.log.error({ life: state.life }, "the mailboxes were lost: making them again");
    }
    this.#life = state.life;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
