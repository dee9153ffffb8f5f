import type { Metrics } from "../kit/metrics.ts";

/**
 * What became of every entry for every connection of a user with a mailbox:
 *
 *     pushed + read = handed + resumed + repeated + filtered + expired + before + left + reread
 *                   + gone + transient + stale + ended + tooSlow + held + waiting
 */
export interface MailLedger {
  /** Entries in requests from job, and in pages of mailboxes. */
  pushed: number;
  read: number;
  /** Handed to the socket as they were pushed, and out of the mailbox. */
  handed: number;
  resumed: number;
  /** The connection had them already. */
  repeated: number;
  /** Count as had: the operation is not accepted, the time is over. */
  filtered: number;
  expired: number;
  /** Transient ones from before the login. */
  before: number;
  /** Pushed while something before them was missing: they are read from the mailbox. */
  left: number;
  /** Let go of to save memory, or given up with their life: read again. */
  reread: number;
  /** Their stream was created again while they waited. */
  gone: number;
  /** Transient ones for a connection that was behind or whose socket was full. */
  transient: number;
  /** Of an earlier life of the stream. */
  stale: number;
  /** The connection ended before they were handed over; or was closed as too slow. */
  ended: number;
  tooSlow: number;
  /** Levels: pushed ones held, and read ones that wait for their socket. */
  held: number;
  waiting: number;
}

/** Plain numbers shared by all connections. */
export interface MailStats {
  readonly ledger: MailLedger;
  /** Times a connection fell behind: something was missing, or its socket was full. */
  gaps: number;
  full: number;
  /** Times that a mailbox had dropped what a connection had not had. */
  truncated: number;
  /** Messages known to exist that no mailbox had; connections that went on without them. */
  missing: number;
  /** Connections moved to a new life of the stream. */
  resets: number;
}

export function createMailStats(): MailStats {
  const ledger: MailLedger = {
    ...{ pushed: 0, read: 0, handed: 0, resumed: 0, repeated: 0, filtered: 0, expired: 0 },
    ...{ before: 0, left: 0, reread: 0, gone: 0, transient: 0, stale: 0, ended: 0, tooSlow: 0 },
    ...{ held: 0, waiting: 0 },
  };
  return { ledger, gaps: 0, full: 0, truncated: 0, missing: 0, resets: 0 };
}

/** What entries came in, and what is known of them; both are the same unless there is a fault. */
export function sumsOf(ledger: MailLedger): { readonly came: number; readonly known: number } {
  const { pushed, read, ...ends } = ledger;
  const known = Object.values(ends).reduce((sum: number, count: number) => sum + count, 0);
  return { came: pushed + read, known };
}

export function exposeMailStats(metrics: Metrics, stats: MailStats): void {
  const { ledger } = stats;
  const totals: [string, string, () => number][] = [
    ["pushed", "Messages from job times the connections they were for.", () => ledger.pushed],
    ["read", "Messages in pages of mailboxes.", () => ledger.read],
    ["handed", "Of both, handed to a socket as they were pushed.", () => ledger.handed],
    ["resumed", "Handed to a socket out of the mailbox.", () => ledger.resumed],
    ["repeated", "Not sent: the connection had them.", () => ledger.repeated],
    ["filtered", "Not sent: their operation is not accepted.", () => ledger.filtered],
    ["expired", "Not sent: their time was over.", () => ledger.expired],
    ["before", "Not sent: transient, from before the login.", () => ledger.before],
    ["left", "Left to the mailbox: something before them was missing.", () => ledger.left],
    ["reread", "Let go of, to be read again.", () => ledger.reread],
    ["dropped_gone", "Not sent: their stream was created again.", () => ledger.gone],
    ["dropped_transient", "Not sent: transient, for one that was behind.", () => ledger.transient],
    ["dropped_stale", "Not sent: of an earlier life of the stream.", () => ledger.stale],
    ["dropped_ended", "Not sent: the connection ended.", () => ledger.ended],
    ["dropped_slow", "Not sent: the connection was too slow and closed.", () => ledger.tooSlow],
    ["gaps", "Times something was missing on a connection.", () => stats.gaps],
    ["full", "Times a socket did not take a push.", () => stats.full],
    ["truncated", "Times a mailbox no longer had what was missing.", () => stats.truncated],
    ["missing", "Times a mailbox never had what was missing.", () => stats.missing],
    ["resets", "Connections moved to a new life of the stream.", () => stats.resets],
  ];
  for (const [name, help, value] of totals) {
    metrics.countOf(`comet_user_${name}_total`, help, value);
  }
  metrics.levelOf("comet_user_held", "Pushes held for connections.", () => ledger.held);
  metrics.levelOf("comet_user_waiting", "Read messages that wait for a socket.", () => {
    return ledger.waiting;
  });
}
