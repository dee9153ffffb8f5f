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

export interface MailRead {
  readonly mid: string;
  /** Entries above this offset are wanted. */
  readonly after: number;
  /** Most entries, and most bytes of bodies (one entry at least); 0 entries = only the head. */
  readonly entries: number;
  readonly bytes: number;
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
   */
  append(epoch: string, appends: readonly Append[]): Promise<PromiseSettledResult<Appended>[]>;
}

/** Bounds of one user's mailbox. */
export interface MailboxBounds {
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Milliseconds. */
  readonly maxAge: number;
}
