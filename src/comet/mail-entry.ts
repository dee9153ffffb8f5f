import type { IsRecalled } from "../bus/recalls.ts";
import { type EncodedBatch, encodeBatch, LogNumber } from "../protocol/frame-batch.ts";
import type { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Step } from "./piece.ts";

/** A message to a user, pushed or out of the mailbox. */
export interface UserEntry {
  readonly op: number;
  readonly body: Uint8Array;
  readonly offset: number;
  /** Unix milliseconds, 0 = never. */
  readonly expiresAt: number;
  /** Not in the mailbox: only for who is connected now and lacks nothing. */
  readonly transient: boolean;
  /** Transient ones: only for who logged in before this, Unix milliseconds; 0 = for all. */
  readonly loginBefore: number;
  /** Unix milliseconds at which logic took it, and mid of the client that sent it, "" = the API. */
  readonly time: number;
  readonly sender: string;
}

/** What job has for one user, in order. */
export interface UserPush {
  /** Life of the stream that the offsets belong to. */
  readonly epoch: string;
  /** The newest entry of the mailbox before the first one here; undefined = unknown. */
  readonly prev: number | undefined;
  readonly entries: readonly UserEntry[];
  /** Offsets of the first and of the last entry that is in the mailbox; 0 = none is. */
  readonly first: number;
  readonly last: number;
  /** All entries as one frame, made once for all connections. */
  readonly whole: () => EncodedBatch;
}

/** A part of a mailbox as logic tells it. */
export interface MailPage {
  readonly epoch: string;
  readonly last: number;
  readonly oldest: number;
  /** Everything the mailbox has up to here is in `entries`. */
  readonly through: number;
  readonly entries: readonly UserEntry[];
  readonly bytes: number;
}

const NO_BODY = new Uint8Array(0);

/**
 * Reads a page that begins above `after`. Bodies are copied: they may wait for a socket, and would
 * keep the whole answer, which holds the mail of many users, in memory.
 */
export function toPage(mail: goim.logic.Mail.$Properties, after: number): MailPage {
  const entries: UserEntry[] = [];
  let through = toNumber(mail.through ?? 0);
  let bytes = 0;
  let before = after;
  for (const entry of mail.entries ?? []) {
    if (entry.body == null && (entry.bytes ?? 0) > 0) {
      // Its body lies elsewhere and did not come with it: the page ends before it.
      through = before;
      break;
    }
    const body = entry.body ?? NO_BODY;
    before = toNumber(entry.offset ?? 0);
    bytes += body.length;
    entries.push({
      op: entry.op ?? 0,
      body: copyOf(body),
      offset: before,
      expiresAt: toNumber(entry.expiresAt ?? 0),
      transient: false,
      loginBefore: 0,
      time: toNumber(entry.time ?? 0),
      sender: entry.sender ?? "",
    });
  }
  const { epoch, last, oldest } = mail;
  return {
    ...{ epoch: epoch ?? "", last: toNumber(last ?? 0), oldest: toNumber(oldest ?? 0) },
    ...{ entries, bytes, through: Math.max(through, before) },
  };
}

export function copyOf(body: Uint8Array): Uint8Array {
  return body.length === 0 ? NO_BODY : new Uint8Array(body);
}

/** What a connection was given, or not, of some entries. */
export interface Sorted {
  readonly wanted: readonly UserEntry[];
  readonly repeated: number;
  readonly filtered: number;
  readonly expired: number;
  readonly before: number;
}

/** What sorting asks of a connection. */
export interface Taker {
  readonly lastUser: number;
  /** Newest transient entry it was handed. */
  readonly live: number;
  readonly loginAt: number;
  /** What was taken back of the user's log; undefined where nothing was. */
  readonly hidden?: IsRecalled | undefined;
  accepts(op: number): boolean;
}

/** Picks what is to be sent. */
export function sortEntries(entries: readonly UserEntry[], taker: Taker, now: number): Sorted {
  const wanted: UserEntry[] = [];
  let [repeated, filtered, expired, before] = [0, 0, 0, 0];
  const { lastUser, loginAt } = taker;
  for (const entry of entries) {
    const { offset, transient, expiresAt, loginBefore } = entry;
    if (offset <= lastUser || (transient && offset <= taker.live)) repeated++;
    else if (!taker.accepts(entry.op)) filtered++;
    else if (expiresAt !== 0 && expiresAt <= now) expired++;
    else if (taker.hidden?.(entry)) expired++;
    else if (transient && loginBefore !== 0 && loginBefore < loginAt) before++;
    else wanted.push(entry);
  }
  return { wanted, repeated, filtered, expired, before };
}

/** A piece of a mailbox. */
export interface MailPiece extends Step {
  readonly repeated: number;
  readonly filtered: number;
  /** Entries it was made of, and bytes of all their bodies. */
  readonly entries: number;
  readonly bytes: number;
  /** Offset of the last entry in the frame, 0 = there is no frame. */
  readonly lastSent: number;
}

/** Cuts the next frame out of entries; whoever has all of them has everything up to `end`. */
export function cutMail(
  entries: readonly UserEntry[],
  taker: Taker,
  options: { readonly frameBytes: number; readonly now: number; readonly end: number },
): MailPiece {
  let bytes = 0;
  let count = 0;
  for (const { body } of entries) {
    if (count > 0 && bytes + body.length > options.frameBytes) break;
    bytes += body.length;
    count++;
  }
  const part = entries.slice(0, count);
  const sorted = sortEntries(part, taker, options.now);
  const { wanted, repeated, filtered, expired } = sorted;
  const rest = count < entries.length;
  return {
    to: rest ? (part.at(-1)?.offset ?? 0) : options.end,
    frame: wanted.length === 0 ? undefined : encodeBatch(wanted, LogNumber.User),
    ...{ sent: wanted.length, expired, filtered, repeated, entries: count, bytes },
    lastSent: wanted.at(-1)?.offset ?? 0,
  };
}
