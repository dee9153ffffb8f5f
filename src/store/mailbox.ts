/** One message in a user's mailbox. */
export interface MailEntry {
  readonly offset: number;
  readonly op: number;
  readonly body: Uint8Array;
  /** Unix milliseconds after which it is delivered to nobody, 0 = never. */
  readonly expiresAt: number;
  /** Unix milliseconds at which it was pushed. */
  readonly time: number;
  /** Mid of the client that published it, "" = the push API. */
  readonly sender: string;
}

export interface Append {
  readonly mid: string;
  /** Ascending, at least one. */
  readonly entries: readonly MailEntry[];
}

export interface Appended {
  /**
   * Offset of the newest entry before the first one of the append, 0 = none was ever appended;
   * undefined where that is not known any more (an old append, repeated).
   */
  readonly prev: number | undefined;
}

/** What a store has read of a mailbox's head; nobody else looks into it. */
export interface MailHeadRead {
  readonly mid: string;
}

export interface MailRead {
  readonly mid: string;
  /** Entries above this offset are wanted. */
  readonly after: number;
  /** Most entries, and most bytes of bodies (one entry at least); 0 entries = only the head. */
  readonly entries: number;
  readonly bytes: number;
  /** That of a page of the same mailbox which was just read: it is not read again. */
  readonly head?: MailHeadRead | undefined;
}

export interface MailPage {
  /** Newest entry ever appended in this epoch, 0 = none. */
  readonly last: number;
  /**
   * Above 0: entries above `after` were dropped by the mailbox's bounds, or are gone from the
   * stream; this is the oldest one kept (`last` + 1 where none is). With a hole in between, where
   * small bodies outlived a large one, it is the first one kept behind the hole.
   */
  readonly oldest: number;
  /** Ascending. Those whose time is over are left out. */
  readonly entries: readonly MailEntry[];
  /** Everything above `after` up to here is among `entries`; equal to `last` at the end. */
  readonly through: number;
  /** What could be relied on when it was read; absent = everything. */
  readonly index?: IndexState;
  /** For a further read; only where this one was for no entries, and the store has a use for it. */
  readonly head?: MailHeadRead;
}

/**
 * How much of the index is there. Its content can be lost while the stream is not; what is in the
 * stream is put into it again then, a shard of users at a time (ADR 8).
 */
export interface IndexState {
  /** Life of the content: another one means that it was lost. "" = nobody has begun one. */
  readonly life: string;
  /** Shards that have everything, each with the life of GOIM_USER that this is said of. */
  readonly built: ReadonlyMap<number, string>;
}

/** Somebody who puts a shard into the index. */
export interface IndexClaim {
  /** Life of the index. */
  readonly life: string;
  /** Life of GOIM_USER. */
  readonly epoch: string;
  readonly shard: number;
  /** Never the same twice. */
  readonly token: string;
  /** Also where it counts as built: somebody knows better. */
  readonly again?: boolean;
}

/**
 * The index of users' messages, so that a login reads what waits for it without a scan of the
 * stream. Two implementations, mailbox.kv.ts and mailbox.redis.ts, pass one suite
 * (test/contract/mailbox.ts). Offsets belong to one life of GOIM_USER: an append or a read with
 * another epoch than the stored one sees an empty mailbox. Failures are GoimError "unavailable",
 * "timeout" or "busy".
 */
export interface MailboxReader {
  /** A result per read, same order; each stands alone. Read from the leader. */
  read(epoch: string, reads: readonly MailRead[]): Promise<PromiseSettledResult<MailPage>[]>;
  close(): Promise<void>;
}

/** Job is the only writer; a mid has one append in flight at a time, further ones are merged. */
export interface Mailbox extends MailboxReader {
  /**
   * Adds entries. Idempotent: what lies at or below the mailbox's last offset changes nothing.
   * Drops the oldest beyond the bounds (entries, bytes, age). A result per append, same order.
   * An append that fails takes along those of its mid that wait behind it, because what comes later
   * must not pass it: the caller repeats it before it appends anything newer for that mid.
   * With `life` it is "reset", and nothing is written, when the index is in another life by now;
   * what an earlier life has left counts as empty.
   */
  append(
    epoch: string,
    appends: readonly Append[],
    life?: string,
  ): Promise<PromiseSettledResult<Appended>[]>;
  /** As it is stored now; begins a life where there is none. */
  state(): Promise<IndexState>;
  /**
   * Says that the shard is being put into the index from its first message on; only the latest
   * claim counts. False when it is built. "reset" when the life is another by now.
   */
  claim(claim: IndexClaim): Promise<boolean>;
  /** Says that it is done. False when it is claimed by another. "reset" as above. */
  finish(claim: IndexClaim): Promise<boolean>;
}

/** Bounds of one user's mailbox. */
export interface MailboxBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Milliseconds. */
  readonly maxAge: number;
}
