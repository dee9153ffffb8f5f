/** A mailbox in memory, as the contract says, for tests. */
import {
  claimed,
  finished,
  type IndexRecord,
  lifeChanged,
  noRecord,
  stateOf,
} from "../store/index-state.ts";
import type {
  Append,
  Appended,
  IndexClaim,
  IndexState,
  Mailbox,
  MailEntry,
  MailPage,
  MailRead,
} from "../store/mailbox.ts";

interface Stored {
  epoch: string;
  entries: MailEntry[];
}

export class MemoryMailbox implements Mailbox {
  readonly #users = new Map<string, Stored>();
  /** Set: every append fails with it, or hangs while it is pending. */
  fault: Promise<Error> | undefined;
  readonly calls: (readonly Append[])[] = [];
  #record: IndexRecord = noRecord;
  #lives = 0;

  entries(mid: string): readonly MailEntry[] {
    return this.#users.get(mid)?.entries ?? [];
  }

  async append(
    epoch: string,
    appends: readonly Append[],
    life?: string,
  ): Promise<PromiseSettledResult<Appended>[]> {
    this.calls.push(appends);
    if (this.fault !== undefined) throw await this.fault;
    return this.write(epoch, appends, life);
  }

  /** What an append does, at once. */
  write(
    epoch: string,
    appends: readonly Append[],
    life?: string,
  ): PromiseSettledResult<Appended>[] {
    const reason = lifeChanged();
    return appends.map((append) => {
      if (life !== undefined && life !== this.#record.life) return { status: "rejected", reason };
      return { status: "fulfilled", value: this.add(epoch, append) };
    });
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
      const index = stateOf(this.#record);
      return { status: "fulfilled", value: { last, oldest: 0, entries, through: last, index } };
    });
  }

  /** Everything is lost. */
  wipe(): void {
    this.#users.clear();
    this.#record = noRecord;
  }

  /** As it is stored; begins nothing. */
  async peek(): Promise<IndexState> {
    return stateOf(this.#record);
  }

  async state(): Promise<IndexState> {
    if (this.#record.life === "") this.#record = { ...noRecord, life: `life-${++this.#lives}` };
    return stateOf(this.#record);
  }

  async claim(claim: IndexClaim): Promise<boolean> {
    return this.#change(claimed(this.#record, claim));
  }

  async finish(claim: IndexClaim): Promise<boolean> {
    return this.#change(finished(this.#record, claim));
  }

  #change(record: IndexRecord | undefined): boolean {
    this.#record = record ?? this.#record;
    return record !== undefined;
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
