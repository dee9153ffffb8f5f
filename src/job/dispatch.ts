import { ChurnMap } from "../kit/churn.ts";
import type { Clock } from "../kit/clock.ts";
import type { Session } from "../store/sessions.ts";
import type { CometLinks } from "./comet-links.ts";
import type { Entry, PushMessage } from "./push-batch.ts";
import type { Receipts } from "./receipts.ts";
import type { Resolver } from "./resolve.ts";
import type { ShardIndex } from "./shard-index.ts";
import type { Spreader } from "./spreader.ts";
import type { JobStats } from "./stats.ts";
import { type Answer, type Item, Lane, type LaneOwner, Target, Unit } from "./target.ts";
import type { Undelivered } from "./undelivered.ts";

/** What pushes to users have besides. */
export interface MailDeps {
  readonly shard: number;
  /** The user of a stream subject. */
  readonly user: (subject: string) => string | undefined;
  /** Milliseconds after which an entry for those who are connected is for nobody any more. */
  readonly liveMaxAge: number;
  readonly index: Pick<ShardIndex, "append" | "newest" | "stop">;
  readonly undelivered: Pick<Undelivered, "report">;
}

export interface DispatchDeps {
  readonly epoch: string;
  readonly clock: Pick<Clock, "monotonic" | "now">;
  /** Sessions by mid for users, by key for keys. */
  readonly resolver: Pick<Resolver, "resolve">;
  readonly links: Pick<CometLinks, "enqueue" | "usable" | "silent" | "miss" | "follow">;
  readonly receipts: Pick<Receipts, "tell">;
  readonly stats: JobStats;
  /** Undefined when the shard holds pushes to keys. */
  readonly mail: MailDeps | undefined;
  /** Milliseconds that a push to a key waits for a comet that does not answer. */
  readonly keyDeadline: number;
  /** False while the lease is not confirmed: another job may own the shard. */
  readonly mayAct: () => boolean;
}

/** After so many answers "not here" a connection counts as gone, whatever the store says. */
const UNKNOWN_MAX = 2;

/**
 * Hands the messages of one shard of users or keys to the comets that have them. Per user or key:
 *
 * - a user's entries are put into the mailbox first, and sessions are looked up after that: whoever
 *   logs in after the lookup finds them there, whoever was there before is found;
 * - each comet gets everything in order, one request in flight, what waits goes together;
 * - a user's message is finished when every comet that has a session answered for it or has it on
 *   its missed list, or when nobody is online; a silent comet holds up nothing;
 * - a push to a key is finished when every comet answered or did not answer in time. A comet that
 *   died no longer has sessions; user and key are looked up again.
 */
export class Dispatcher implements Spreader, LaneOwner {
  readonly #deps: DispatchDeps;
  readonly #targets = new ChurnMap<string, Target>();
  readonly #held = new Set<Lane>();
  readonly #unfollow: () => void;
  #stopped = false;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
    const { mail, links, epoch } = deps;
    this.#unfollow = mail === undefined ? () => {} : links.follow(epoch, mail.shard);
  }

  get epoch(): string {
    return this.#deps.epoch;
  }

  /** Users or keys with something unfinished. */
  get targets(): number {
    return this.#targets.size;
  }

  /** Nothing to know from what is finished. */
  remember(): void {}

  doubt(): void {}

  take(message: PushMessage, finished: () => void): string | undefined {
    const { mail } = this.#deps;
    if (mail === undefined) {
      this.#takeKeys(message, finished);
      return undefined;
    }
    const mid = mail.user(message.subject);
    if (mid === undefined) return "the subject names no user";
    this.#takeUser(mail, mid, message, finished);
    return undefined;
  }

  resume(): void {
    const lanes = [...this.#held];
    this.#held.clear();
    for (const lane of lanes) this.#offer(lane);
  }

  stop(): void {
    this.#stopped = true;
    this.#unfollow();
    this.#deps.mail?.index.stop();
    for (const target of this.#targets.values()) this.#forget(target);
    this.#held.clear();
  }

  // What the links call.

  midOf(target: Target): string {
    return this.#deps.mail === undefined ? "" : target.id;
  }

  mayAct(lane: Lane): boolean {
    if (this.#deps.mayAct()) return true;
    this.#held.add(lane);
    return false;
  }

  answered(lane: Lane, item: Item, { delivered, unknown }: Answer): void {
    const { target } = lane;
    lane.advance(item);
    for (const unit of item.units) unit.note(lane.name, delivered);
    if (item.keys.length > unknown.length) this.#deps.stats.delivered += item.entries.length;
    if (unknown.length > 0) this.#notThere(lane, new Set(unknown));
    else this.#settle(target);
    this.#offer(lane);
  }

  silent(lane: Lane): boolean {
    const { mail } = this.#deps;
    if (mail === undefined) this.#timeOut(lane);
    else this.#miss(mail, lane);
    this.#settle(lane.target);
    return !lane.due;
  }

  failed(lane: Lane): void {
    this.#lookAgain(lane.target);
  }

  #takeUser(mail: MailDeps, mid: string, message: PushMessage, finished: () => void): void {
    const { bytes } = message;
    const entries = this.#stillMeant(mail, message.entries);
    const last = entries.at(-1)?.offset;
    if (last === undefined) {
      finished();
      return;
    }
    const deadlineAt = Number.POSITIVE_INFINITY;
    const unit = new Unit({ entries, bytes, last, deadlineAt, finished });
    const target = this.#add(mid, unit);
    const indexed = (prev: number | undefined) => {
      unit.prev = prev;
      unit.indexed = true;
      this.#noteIndexed(target);
    };
    if (unit.lastKept === 0) {
      indexed(mail.index.newest(mid));
      return;
    }
    const kept = entries.filter((entry) => entry.transient !== true);
    mail.index.append({ mid, entries: kept, bytes, done: indexed });
  }

  /** Who was connected when an old transient entry was pushed is not known any more. */
  #stillMeant(mail: MailDeps, entries: readonly Entry[]): readonly Entry[] {
    const oldest = this.#deps.clock.now() - mail.liveMaxAge;
    const meant = entries.filter(({ transient, time }) => transient !== true || time >= oldest);
    this.#deps.stats.liveLost += entries.length - meant.length;
    return meant;
  }

  #takeKeys(message: PushMessage, finished: () => void): void {
    const byKey = new Map<string, Entry[]>();
    for (const [index, entry] of message.entries.entries()) {
      for (const key of new Set(message.keys[index])) {
        const entries = byKey.get(key);
        if (entries === undefined) byKey.set(key, [entry]);
        else entries.push(entry);
      }
    }
    let left = byKey.size;
    if (left === 0) finished();
    const one = () => {
      if (--left === 0) finished();
    };
    const deadlineAt = this.#deps.clock.monotonic() + this.#deps.keyDeadline;
    for (const [key, entries] of byKey) {
      const bytes = entries.reduce((sum, { body }) => sum + body.length, 0);
      const last = entries.at(-1)?.offset ?? 0;
      const unit = new Unit({ entries, bytes, last, deadlineAt, finished: one });
      unit.indexed = true;
      this.#noteIndexed(this.#add(key, unit));
    }
  }

  #add(id: string, unit: Unit): Target {
    let target = this.#targets.get(id);
    if (target === undefined) {
      target = new Target(id);
      this.#targets.set(id, target);
    }
    target.units.push(unit);
    return target;
  }

  /** The end of the former step is the beginning of this one; no lookup begins before. */
  #noteIndexed(target: Target): void {
    if (this.#stopped) return;
    target.noteIndexed();
    if (target.indexed > target.resolved) this.#resolve(target);
  }

  /** Every message needs a lookup that began after it was indexed; one serves all that wait. */
  #resolve(target: Target): void {
    if (target.resolving) return;
    target.resolving = true;
    void this.#lookUp(target);
  }

  async #lookUp(target: Target): Promise<void> {
    while (!this.#stopped) {
      let through = 0;
      const sessions = await this.#deps.resolver.resolve(target.id, () => {
        through = target.indexed;
        target.stale = false;
      });
      if (this.#stopped) return;
      if (target.stale) continue;
      this.#apply(target, sessions, through);
      if (target.indexed <= target.resolved) break;
    }
    target.resolving = false;
    this.#settle(target);
  }

  /** What the last lookup said is out of date: nothing is finished before there is a new one. */
  #lookAgain(target: Target): void {
    if (this.#targets.get(target.id) !== target) return;
    target.resolved = 0;
    target.stale = true;
    this.#resolve(target);
  }

  #apply(target: Target, sessions: readonly Session[], through: number): void {
    const found = this.#byComet(target, sessions);
    for (const [name, lane] of target.lanes) {
      if (found.has(name)) continue;
      lane.dropped = true;
      target.lanes.delete(name);
    }
    for (const [name, { session, keys }] of found) {
      let lane = target.lanes.get(name);
      if (lane === undefined) {
        lane = new Lane(target, this, session.comet, session.incarnation);
        target.lanes.set(name, lane);
      }
      lane.setKeys(keys);
    }
    target.resolved = through;
    this.#settle(target);
    for (const lane of target.lanes.values()) this.#offer(lane);
  }

  #byComet(target: Target, sessions: readonly Session[]) {
    const found = new Map<string, { session: Session; keys: Map<string, string> }>();
    for (const session of sessions) {
      const { comet, incarnation, conn, key } = session;
      if (!this.#deps.links.usable(comet, incarnation)) continue;
      const name = `${comet}\n${incarnation}`;
      if ((target.unknown.get(`${name}\n${conn}`) ?? 0) >= UNKNOWN_MAX) continue;
      const at = found.get(name) ?? { session, keys: new Map<string, string>() };
      at.keys.set(String(conn), key);
      found.set(name, at);
    }
    return found;
  }

  #notThere(lane: Lane, unknown: ReadonlySet<string>): void {
    const { target, comet, incarnation } = lane;
    for (const [conn, key] of lane.keys) {
      if (!unknown.has(key)) continue;
      const name = `${comet}\n${incarnation}\n${conn}`;
      target.unknown.set(name, (target.unknown.get(name) ?? 0) + 1);
      // When it is found again it counts as new there and gets everything that is unfinished.
      lane.keys.delete(conn);
    }
    this.#lookAgain(target);
  }

  #offer(lane: Lane): void {
    if (!lane.due || this.#stopped) return;
    const { links, mail } = this.#deps;
    if (mail === undefined || !links.silent(lane)) links.enqueue(lane);
    else this.silent(lane);
  }

  /** The comet is told later, when it answers again, to look into the user's mailbox. */
  #miss(mail: MailDeps, lane: Lane): void {
    let last = 0;
    for (const unit of lane.units()) {
      unit.missed = true;
      last = Math.max(last, unit.lastKept);
      const live = unit.entries.filter((entry) => entry.transient === true).length;
      this.#deps.stats.missed += unit.entries.length - live;
      this.#deps.stats.liveLost += live;
    }
    if (last > 0) this.#deps.links.miss(lane, mail.shard, last);
    lane.cursor = Math.max(lane.cursor, lane.target.resolved);
  }

  #timeOut(lane: Lane): void {
    const now = this.#deps.clock.monotonic();
    for (const unit of [...lane.units()]) {
      if (unit.deadlineAt > now) return;
      lane.cursor = unit.last;
      this.#deps.stats.keysTimedOut += unit.entries.length;
    }
  }

  #settle(target: Target): void {
    for (const unit of target.takeFinished()) this.#finish(target, unit);
    if (target.units.length > 0 || target.resolving) return;
    if (this.#targets.get(target.id) !== target) return;
    this.#forget(target);
    this.#targets.delete(target.id);
  }

  #finish(target: Target, unit: Unit): void {
    const { receipts, mail, stats, epoch } = this.#deps;
    receipts.tell(target.id, unit);
    const nobody = target.lanes.size === 0 && unit.handed === 0 && !unit.missed;
    if (nobody) stats.nobody += unit.entries.length;
    if (nobody && mail !== undefined) {
      mail.undelivered.report(epoch, target.id, unit.entries, unit.finished);
    } else unit.finished();
  }

  #forget(target: Target): void {
    for (const lane of target.lanes.values()) lane.dropped = true;
  }
}
