import type { EncodedBatch } from "../protocol/frame-batch.ts";
import type { AckState } from "./ack-state.ts";
import type { Channel } from "./channel.ts";
import type { AllLife } from "./kept-log.ts";
import type { Follows, Lag } from "./lag.ts";
import type { UserEntry } from "./mail-entry.ts";

/** What happens on a connection that its user's log takes part in. */
export interface MailEvents {
  /** The socket has taken everything that waited. */
  drained(log: MailLog): void;
  /** A turn ended because the socket is full. */
  refused(behind: Behind): void;
}

/**
 * The log of a user as one connection has it; `channel.lastUser` says how far. There is one for
 * each user that is connected, so it is small, and what is rarely needed exists only while it is.
 */
export class MailLog {
  readonly channel: Channel;
  readonly events: MailEvents;
  /** Incarnation of the login: the session's name keeps it, whatever the comet's is now. */
  readonly incarnation: string;
  /** Newest transient entry handed over, and newest entry of either kind. */
  live = 0;
  sent = 0;
  /** Set while something is to be had before what is pushed; also until the auth reply is out. */
  behind: Behind | undefined = undefined;
  ack: AckState | undefined = undefined;
  /** Kept broadcasts: the life that the next two belong to; undefined = none are told of. */
  allLife: AllLife | undefined = undefined;
  /** Everything kept up to here was handed over, and so far logic knows it. */
  all = 0;
  allTold = 0;
  /** Progress is not reported: by config, or because a newer session of the device exists. */
  mute = false;

  constructor(channel: Channel, events: MailEvents, incarnation: string) {
    this.channel = channel;
    this.events = events;
    this.incarnation = incarnation;
  }

  drained(): void {
    this.behind?.lag?.wake();
    this.events.drained(this);
  }
}

/** The log of a channel; undefined for one that has no mailbox. */
export function mailOf(channel: Channel): MailLog | undefined {
  return channel.mail instanceof MailLog ? channel.mail : undefined;
}

const NONE: readonly UserEntry[] = [];

/** A connection that has to read before it is handed what is pushed. */
export class Behind implements Follows {
  readonly log: MailLog;
  /** Its place among those who are caught up; undefined until the auth reply is out. */
  lag: Lag | undefined = undefined;
  /** Newest entry of the mailbox that is known to exist, besides what is held. */
  target = 0;
  /** What was read and not handed over yet; whoever has it has everything up to `through`. */
  entries = NONE;
  through = 0;
  bytes = 0;
  /** A page is asked for; or the last one failed and the next is asked for later. */
  reading = false;
  resting = false;
  /** Failures in a row, and pages in a row that did not have what they should. */
  failures = 0;
  missing = 0;
  /** To be asked for alone: the last answer was too large. */
  alone = false;
  /** Pushes that go out when everything up to `target` has: consecutive up to `heldLast`. */
  held: UserEntry[] = [];
  heldLast = 0;
  heldBytes = 0;

  constructor(log: MailLog) {
    this.log = log;
  }

  get key(): string {
    return this.log.channel.key;
  }

  get viewer(): string {
    return this.log.channel.viewer;
  }

  offer(frame: EncodedBatch, entries: number): boolean {
    if (this.log.channel.offerUser(frame, entries)) return true;
    this.log.events.refused(this);
    return false;
  }

  tooSlow(reason: string): void {
    this.log.channel.tooSlow(reason);
  }

  /** Takes the page away; returns how many entries it had. */
  dropPage(): { readonly entries: number; readonly bytes: number } {
    const dropped = { entries: this.entries.length, bytes: this.bytes };
    this.entries = NONE;
    this.bytes = 0;
    return dropped;
  }

  /** Takes away what is held. */
  takeHeld(): { readonly entries: readonly UserEntry[]; readonly bytes: number } {
    const taken = { entries: this.held, bytes: this.heldBytes };
    this.held = [];
    this.heldBytes = 0;
    this.heldLast = 0;
    return taken;
  }
}
