/** A mailbox in memory, as the contract says, for tests. */
import type { Append, Appended, Mailbox, MailEntry, MailPage, MailRead } from "../store/mailbox.ts";

interface Stored {
  epoch: string;
  entries: MailEntry[];
}

export class MemoryMailbox implements Mailbox {
  readonly #users = new Map<string, Stored>();
  /** Set: every append fails with it, or hangs while it is pending. */
  fault: Promise<Error> | undefined;
  readonly calls: (readonly Append[])[] = [];

  entries(mid: string): readonly MailEntry[] {
    return this.#users.get(mid)?.entries ?? [];
  }

  async append(
    epoch: string,
    appends: readonly Append[],
  ): Promise<PromiseSettledResult<Appended>[]> {
    this.calls.push(appends);
    if (this.fault !== undefined) throw await this.fault;
    return appends.map((append) => ({ status: "fulfilled", value: this.add(epoch, append) }));
  }

  add(epoch: string, { mid, entries }: Append): Appended {
    const stored = this.#of(epoch, mid);
    const last = stored.entries.at(-1)?.offset ?? 0;
    const first = entries[0]?.offset ?? 0;
    const prev = stored.entries.findLast(({ offset }) => offset < first)?.offset ?? 0;
    stored.entries.push(...entries.filter(({ offset }) => offset > last));
    return { prev };
  }

  async read(epoch: string, reads: readonly MailRead[]): Promise<PromiseSettledResult<MailPage>[]> {
    return reads.map(({ mid, after }) => {
      const all = this.#of(epoch, mid).entries;
      const last = all.at(-1)?.offset ?? 0;
      const entries = all.filter(({ offset }) => offset > after);
      return { status: "fulfilled", value: { last, oldest: 0, entries, through: last } };
    });
  }

  async close(): Promise<void> {}

  #of(epoch: string, mid: string): Stored {
    let stored = this.#users.get(mid);
    if (stored === undefined || stored.epoch !== epoch) {
      stored = { epoch, entries: [] };
      this.#users.set(mid, stored);
    }
    return stored;
  }
}
