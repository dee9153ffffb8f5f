import type { SequenceReader } from "../bus/bus.ts";
import type { Subjects } from "../bus/subjects.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import type { MailboxBounds } from "./mailbox.ts";

/** What a mailbox is told. All processes must agree on what comes before `inFlightMax`. */
export interface MailboxConfig extends MailboxBounds {
  /** Bodies up to this size lie in the index. */
  readonly inlineBytes: number;
  /** Size of a page. */
  readonly pageBytes: number;
  /** Mailboxes written at once, and as many read. */
  readonly inFlightMax: number;
  /** Appends, and as many reads, that wait or are under way; one more fails with "busy". */
  readonly waitingMax: number;
  /** Heads remembered between appends. */
  readonly cacheMax: number;
}

export const mailboxDefaults: MailboxConfig = {
  entriesMax: 1000,
  bytesMax: 1024 * 1024,
  maxAge: 7 * 24 * 3_600_000,
  inlineBytes: 512,
  pageBytes: 4096,
  inFlightMax: 256,
  waitingMax: 65_536,
  cacheMax: 10_000,
};

/**
 * A record outlives the messages in it, so that what is newest stays known for a while after the
 * last one was dropped. A record that nobody writes for longer is forgotten.
 */
export const RECORD_LIVES = 2;

export interface MailboxDeps {
  /** Names the records, the stream and its subjects. */
  readonly bus: { readonly subjects: Pick<Subjects, "stream" | "parseUser"> };
  /** Reads GOIM_USER, where the bodies lie that are too large for the index. */
  readonly streams: SequenceReader;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Ends the wait for the store. */
  readonly signal?: AbortSignal;
  /** 0 <= x < 1, default Math.random. */
  readonly random?: () => number;
}
