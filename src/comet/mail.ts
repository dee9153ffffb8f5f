import type { Bus, StreamLayout } from "../bus/bus.ts";
import type { Recalls } from "../bus/recalls.ts";
import type { Clock } from "../kit/clock.ts";
import type { Log } from "../kit/log.ts";
import type { Metrics } from "../kit/metrics.ts";
import { type EncodedBatch, encodeBatch, LogNumber } from "../protocol/frame-batch.ts";
import type { goim } from "../protocol/gen/messages.js";
import { toNumber } from "../protocol/int64.ts";
import type { Acks } from "./acks.ts";
import { CatchUp, type CatchUpLimits } from "./catch-up.ts";
import type { Channel } from "./channel.ts";
import type { Lag, Track } from "./lag.ts";
import type { MailboxConfig } from "./mail-config.ts";
import {
  copyOf,
  cutMail,
  type MailPage,
  type MailPiece,
  sortEntries,
  type Taker,
  toPage,
  type UserEntry,
  type UserPush,
} from "./mail-entry.ts";
import { Lives } from "./mail-lives.ts";
import { Behind, type MailEvents, MailLog, mailOf } from "./mail-log.ts";
import { MailReads } from "./mail-reads.ts";
import { createMailStats, exposeMailStats, type MailStats } from "./mail-stats.ts";

export interface MailsDeps {
  readonly bus: Pick<Bus, "request" | "subjects" | "maxPayloadBytes">;
  readonly layout: Pick<StreamLayout, "epoch" | "refresh">;
  readonly acks: Pick<Acks, "moved" | "movedAll" | "drained" | "closed" | "reset">;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** What was taken back: in memory and on its way to here it is still whole. */
  readonly recalls?: Pick<Recalls, "of">;
  /** As Bans.current. */
  readonly current?: () => Promise<void> | undefined;
  /** The stream of users was created again: every user here has to be checked. */
  readonly onNewLife: () => void;
}

/** What clients of version 2 are told. */
export interface MailHooks {
  /** Entries that the connection has not had are gone; `oldest` is the oldest one there is. */
  onTruncated(channel: Channel, oldest: number): void;
  /** The log is another one from here on; pushes after this belong to `epoch`. */
  onReset(channel: Channel, epoch: string): void;
}

/**
 * The logs of users. Each connection has its own: what is pushed and continues what it had is
 * handed over at once; anything else makes it *behind*. Then nothing is handed over directly: it
 * is fed pages of its mailbox as its socket takes them until it has everything that is known to
 * exist. A login with waiting mail is the same, with the first page already there; so is a socket
 * that does not take a push.
 */
export class Mails implements MailEvents, Track {
  readonly stats: MailStats = createMailStats();
  /** Set by whoever speaks version 2. */
  hooks: MailHooks = { onTruncated: () => {}, onReset: () => {} };
  readonly #config: MailboxConfig;
  readonly #deps: MailsDeps;
  readonly #catchUp: CatchUp;
  readonly #reads: MailReads;
  readonly #lives: Lives;

  constructor(config: MailboxConfig, limits: CatchUpLimits, deps: MailsDeps) {
    this.#config = config;
    this.#deps = deps;
    // Whoever is behind here reads what logic knew a while ago.
    this.#catchUp = new CatchUp(limits, { ...deps, fellAsks: true });
    const onPage = (behind: Behind, page: MailPage) => this.#onPage(behind, page);
    this.#reads = new MailReads(config, { ...deps, onPage });
    this.#lives = new Lives(config, {
      ...deps,
      stream: deps.bus.subjects.stream("user"),
      onNew: deps.onNewLife,
    });
    this.#catchUp.expose(deps.metrics, "user");
    exposeMailStats(deps.metrics, this.stats);
  }

  /**
   * Logic has let a client in. Until `opened` nothing is handed over; what is pushed meanwhile is
   * held. Without `mail` there is no mailbox, and pushes go the way of pushes to keys.
   */
  admit(
    channel: Channel,
    mail: goim.logic.Mail.$Properties | null | undefined,
    incarnation: string,
  ): void {
    if (mail == null || channel.mid === ANONYMOUS) return;
    const log = new MailLog(channel, this, incarnation);
    const behind = new Behind(log);
    channel.mail = log;
    log.behind = behind;
    channel.userEpoch = this.#lives.shared(mail.epoch ?? "");
    // Should it be over already, the push or the check that says so begins anew.
    this.#lives.isNow(channel.userEpoch);
    const last = toNumber(mail.last ?? 0);
    channel.lastUser = toNumber(mail.cursor ?? 0);
    if (channel.version === 1 && this.#config.v1 === "off") {
      channel.lastUser = last;
      log.mute = true;
      return;
    }
    behind.target = last;
    // A page for which there is no room is read when its turn comes.
    const page = toPage(mail, channel.lastUser);
    if (this.#reads.fits(page.bytes)) this.#take(behind, page);
  }

  /** The auth reply is out: what waits goes out now, then what is pushed. */
  opened(channel: Channel): void {
    const log = mailOf(channel);
    if (log !== undefined) this.#deps.acks.movedAll(log);
    const behind = log?.behind;
    if (behind === undefined || channel.closed) return;
    if (this.#done(behind)) this.#live(behind);
    else this.#catchUp.beginNow(behind, this, { at: 0, since: 0, why: "resumed" });
  }

  /**
   * Takes a push of job. True when the connection has every entry of it, or will at once; false
   * when some are dropped or left to the mailbox.
   */
  push(log: MailLog, push: UserPush): boolean {
    const { ledger } = this.stats;
    ledger.pushed += push.entries.length;
    if (!this.#sameLife(log, push.epoch)) {
      ledger.stale += push.entries.length;
      return false;
    }
    const { behind } = log;
    if (behind !== undefined) return this.#pushBehind(behind, push);
    if (follows(push, log.channel.lastUser)) return this.#hand(log, push.entries, push.whole);
    this.stats.gaps++;
    this.#leave(push.entries, log);
    this.#fall(log, newestOf(push), true);
    return false;
  }

  /** There is an entry at `last`; whoever has not come that far reads its mailbox. */
  heard(channel: Channel, epoch: string, last: number): void {
    const log = mailOf(channel);
    if (log === undefined || channel.closed || !this.#sameLife(log, epoch)) return;
    if (last <= channel.lastUser) return;
    const { behind } = log;
    if (behind === undefined) {
      this.stats.gaps++;
      this.#fall(log, last, true);
    } else if (last > behind.heldLast) {
      behind.target = Math.max(behind.target, last);
    }
  }

  /** The connection has ended; `done` is called when logic knows how far its device is. */
  closed(channel: Channel, done: () => void): void {
    const log = mailOf(channel);
    if (log === undefined) {
      done();
      return;
    }
    const { behind } = log;
    if (behind !== undefined) {
      const { ledger } = this.stats;
      const lost = this.#dropPage(behind) + this.#takeHeld(behind).length;
      if (behind.lag?.overdue === true) ledger.tooSlow += lost;
      else ledger.ended += lost;
      this.#end(behind);
    }
    this.#deps.acks.closed(log, done);
  }

  stop(): void {
    this.#lives.close();
    this.#reads.stop();
    this.#catchUp.close();
  }

  // What logs tell.

  drained(log: MailLog): void {
    this.#deps.acks.drained(log);
  }

  refused(behind: Behind): void {
    // The page would wait as long as the client does not read, while others wait for memory.
    if (this.#reads.short) this.stats.ledger.reread += this.#dropPage(behind);
  }

  // What catching up asks.

  atEnd(lag: Lag): boolean {
    return this.#done(behindOf(lag));
  }

  next(lag: Lag): MailPiece | undefined {
    const behind = behindOf(lag);
    if (behind.entries.length === 0) {
      this.#reads.want(behind);
      return undefined;
    }
    return cutMail(behind.entries, this.#takerOf(behind.log), {
      frameBytes: this.#config.pageBytes,
      now: this.#deps.clock.now(),
      end: behind.through,
    });
  }

  passed(lag: Lag, piece: MailPiece): void {
    const behind = behindOf(lag);
    const { log } = behind;
    const { ledger } = this.stats;
    behind.entries = behind.entries.slice(piece.entries);
    behind.bytes -= piece.bytes;
    ledger.waiting -= piece.entries;
    ledger.resumed += piece.sent;
    ledger.repeated += piece.repeated;
    ledger.filtered += piece.filtered;
    ledger.expired += piece.expired;
    this.#moved(log, piece.to, piece.lastSent);
    this.#reads.hold(-piece.bytes);
  }

  caught(lag: Lag): void {
    this.#live(behindOf(lag));
  }

  // Live.

  /** Hands over entries that continue what the connection has. */
  #hand(log: MailLog, entries: readonly UserEntry[], whole?: () => EncodedBatch): boolean {
    const { ledger } = this.stats;
    const sorted = sortEntries(entries, this.#takerOf(log), this.#deps.clock.now());
    const { wanted } = sorted;
    if (wanted.length > 0) {
      const all = wanted.length === entries.length && whole !== undefined;
      const frame = all ? whole() : encodeBatch(wanted, LogNumber.User);
      if (!log.channel.offerUser(frame, wanted.length)) return this.#refuse(log, entries);
    }
    ledger.handed += wanted.length;
    ledger.repeated += sorted.repeated;
    ledger.filtered += sorted.filtered;
    ledger.expired += sorted.expired;
    ledger.before += sorted.before;
    for (const { transient, offset } of entries) {
      if (transient) log.live = Math.max(log.live, offset);
    }
    this.#moved(log, lastStored(entries), wanted.at(-1)?.offset ?? 0);
    return true;
  }

  /** The socket does not take them: what the mailbox has is read when it does again. */
  #refuse(log: MailLog, entries: readonly UserEntry[]): boolean {
    if (log.channel.closed) {
      this.stats.ledger.ended += entries.length;
      return false;
    }
    this.#leave(entries, log);
    this.stats.full++;
    const last = lastStored(entries);
    if (last > log.channel.lastUser) this.#fall(log, last, false);
    return false;
  }

  /** Counts entries that are not handed over now: those in the mailbox are read from there. */
  #leave(entries: readonly UserEntry[], log: MailLog): void {
    const { ledger } = this.stats;
    const { lastUser } = log.channel;
    for (const { offset, transient } of entries) {
      if (offset <= lastUser) ledger.repeated++;
      else if (transient) ledger.transient++;
      else ledger.left++;
    }
  }

  #moved(log: MailLog, to: number, sent: number): void {
    const { channel } = log;
    channel.lastUser = Math.max(channel.lastUser, to);
    log.sent = Math.max(log.sent, sent);
    this.#deps.acks.moved(log);
  }

  // Behind.

  #fall(log: MailLog, target: number, reads: boolean): void {
    const behind = new Behind(log);
    behind.target = target;
    log.behind = behind;
    const lag = this.#catchUp.begin(behind, this, { at: 0, since: 0, why: "fell" });
    if (reads) this.#catchUp.wake(lag);
  }

  /** Everything known to exist was handed over: what was held goes out, and then what comes. */
  #live(behind: Behind): void {
    const { log } = behind;
    this.#end(behind);
    const held = this.#takeHeld(behind);
    if (held.length > 0) this.#hand(log, held);
  }

  #end(behind: Behind): void {
    const { log, lag } = behind;
    if (log.behind === behind) log.behind = undefined;
    if (lag !== undefined) this.#catchUp.end(lag);
    this.#reads.forget(behind);
  }

  #done(behind: Behind): boolean {
    return behind.entries.length === 0 && behind.target <= behind.log.channel.lastUser;
  }

  #pushBehind(behind: Behind, push: UserPush): boolean {
    const { ledger } = this.stats;
    const { log } = behind;
    const { lastUser } = log.channel;
    const has = Math.max(lastUser, behind.heldLast);
    const login = behind.lag === undefined;
    const live = Math.max(lastUser, log.live, behind.held.at(-1)?.offset ?? 0);
    const fresh: UserEntry[] = [];
    let [bytes, dropped] = [0, 0];
    for (const entry of push.entries) {
      if (entry.offset <= (entry.transient ? live : has)) {
        ledger.repeated++;
      } else if (entry.transient && !login) {
        dropped++;
      } else {
        fresh.push(entry);
        bytes += entry.body.length;
      }
    }
    ledger.transient += dropped;
    if (fresh.length === 0 && (push.prev ?? 0) <= has) return dropped === 0;
    if (this.#hold(behind, push, { fresh, bytes })) return dropped === 0;
    const given = this.#takeHeld(behind);
    behind.target = Math.max(behind.target, newestOf(push), lastStored(given));
    this.#leave(given, log);
    this.#leave(fresh, log);
    return false;
  }

  /** Keeps a push until what lies before it was handed over, if that is short and comes soon. */
  #hold(
    behind: Behind,
    push: UserPush,
    { fresh, bytes }: { readonly fresh: readonly UserEntry[]; readonly bytes: number },
  ): boolean {
    if (behind.lag?.waits === "socket") return false;
    if (behind.heldBytes + bytes > this.#config.heldBytes || !this.#reads.fits(bytes)) return false;
    if (push.last > 0 && behind.heldLast > 0) {
      if (!follows(push, behind.heldLast)) return false;
    } else if (push.last > 0) {
      const before = follows(push, behind.log.channel.lastUser) ? 0 : push.prev;
      if (before === undefined) return false;
      behind.target = Math.max(behind.target, before);
    }
    for (const entry of fresh) behind.held.push({ ...entry, body: copyOf(entry.body) });
    behind.heldLast = Math.max(behind.heldLast, push.last);
    behind.heldBytes += bytes;
    this.stats.ledger.held += fresh.length;
    this.#reads.hold(bytes);
    return true;
  }

  #takeHeld(behind: Behind): readonly UserEntry[] {
    const { entries, bytes } = behind.takeHeld();
    this.stats.ledger.held -= entries.length;
    this.#reads.hold(-bytes);
    return entries;
  }

  /** Lets go of what was read; returns how many entries that were. */
  #dropPage(behind: Behind): number {
    const { entries, bytes } = behind.dropPage();
    this.stats.ledger.waiting -= entries;
    this.#reads.hold(-bytes);
    return entries;
  }

  /** A page has come. False when it is of no use: another one later. */
  #onPage(behind: Behind, page: MailPage): boolean {
    const { log } = behind;
    const { channel } = log;
    const { userEpoch } = channel;
    if (!this.#sameLife(log, page.epoch) || channel.userEpoch !== userEpoch) return false;
    if (page.oldest > 0) {
      this.stats.truncated++;
      this.hooks.onTruncated(channel, page.oldest);
    }
    behind.target = Math.max(behind.target, page.last);
    const moves = page.through > channel.lastUser;
    if (!moves && behind.target > channel.lastUser && !this.#giveUp(behind)) return false;
    behind.missing = 0;
    this.#take(behind, page);
    behind.lag?.wake();
    return true;
  }

  #take(behind: Behind, page: MailPage): void {
    const { ledger } = this.stats;
    const { channel } = behind.log;
    ledger.read += page.entries.length;
    if (page.entries.length === 0) {
      if (page.through > channel.lastUser) this.#moved(behind.log, page.through, 0);
      return;
    }
    ledger.waiting += page.entries.length;
    behind.entries = page.entries;
    behind.bytes = page.bytes;
    behind.through = page.through;
    this.#reads.hold(page.bytes);
  }

  /**
   * The mailbox does not have what is known to exist. It may be late; an index that was lost never
   * has it. True when the connection goes on without.
   */
  #giveUp(behind: Behind): boolean {
    behind.missing++;
    if (behind.missing < this.#config.missingTriesMax) return false;
    const { channel } = behind.log;
    this.stats.missing++;
    this.#deps.log.warn(
      { mid: channel.mid, from: channel.lastUser, to: behind.target },
      "a mailbox does not have what was pushed: going on without",
    );
    this.#moved(behind.log, behind.target, 0);
    this.hooks.onTruncated(channel, behind.target + 1);
    return true;
  }

  #takerOf({ channel, live }: MailLog): Taker {
    const { lastUser, loginAt, mid, userEpoch } = channel;
    const hidden = this.#deps.recalls?.of("user", mid, userEpoch);
    return { lastUser, live, loginAt, hidden, accepts: (op) => channel.accepts(op) };
  }

  // Lives of the stream.

  /** Whether `epoch` is the life that the connection is in; a newer one begins at 0 here. */
  #sameLife(log: MailLog, epoch: string): boolean {
    const { channel } = log;
    if (epoch === channel.userEpoch) return true;
    if (!this.#lives.isNow(epoch)) return false;
    const { behind } = log;
    this.stats.resets++;
    channel.userEpoch = epoch;
    channel.lastUser = 0;
    log.live = 0;
    log.sent = 0;
    if (behind !== undefined) {
      this.stats.ledger.gone += this.#dropPage(behind) + this.#takeHeld(behind).length;
      behind.target = 0;
      behind.lag?.wake();
    }
    this.#deps.acks.reset(log);
    this.hooks.onReset(channel, epoch);
    return true;
  }
}

const ANONYMOUS = "0";

/** Whether nothing lies between what somebody has and the push. */
function follows(push: UserPush, has: number): boolean {
  // What comes in one push is consecutive: whoever has a part of it continues with the rest.
  if (push.last > 0 && push.first <= has) return true;
  return push.prev === undefined ? push.last === 0 : push.prev <= has;
}

/** The newest entry of the mailbox that a push proves to exist. */
function newestOf(push: UserPush): number {
  return Math.max(push.last, push.prev ?? 0);
}

function lastStored(entries: readonly UserEntry[]): number {
  return entries.findLast(({ transient }) => !transient)?.offset ?? 0;
}

function behindOf(lag: Lag): Behind {
  // Only users' logs are ever behind here.
  return lag.member as Behind;
}
