/** Broadcasts kept for those who log in later, as the parts of a comet tell each other of them. */
import type { LogEntry } from "./log-entry.ts";
import type { Member } from "./member-list.ts";

/** What logic has, told with its answer to logins. */
export interface KnownKept {
  readonly epoch: string;
  /** What is kept up to here is among the entries, as far as one of the logins lacks it. */
  readonly offset: number;
  readonly entries: readonly LogEntry[];
}

/** One life of the log of broadcasts as this comet follows it; compared by identity. */
export interface AllLife {
  readonly epoch: string;
}

/** What is kept for a connection that is added to everybody now: it gets none of this live. */
export interface KeptPart {
  readonly life: AllLife;
  /** Everything behind this comes live. */
  readonly offset: number;
  readonly entries: readonly LogEntry[];
}

/** A kept broadcast, in one life of the log. */
export interface KeptAt {
  readonly life: AllLife;
  readonly offset: number;
}

/** What a kept broadcast asks and tells of connections. */
export interface KeptHooks {
  /** The connection had it before: from another comet, for example. */
  has(member: Member, at: KeptAt): boolean;
  /** It was handed over, or the connection does not want it. */
  passed(member: Member, at: KeptAt): void;
}
