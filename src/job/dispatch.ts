import type { Session } from "../store/sessions.ts";
import type { CometLinks } from "./comet-links.ts";
import type { Entry, PushMessage } from "./push-batch.ts";
import type { Resolver } from "./resolve.ts";
import type { Spreader } from "./spreader.ts";
import type { JobStats } from "./stats.ts";
import { type Item, Lane, type LaneOwner, Target, type Unit } from "./target.ts";

export interface DispatchDeps {
  readonly epoch: string;
  /** Sessions by mid for users, by key for keys. */
  readonly resolver: Pick<Resolver, "resolve">;
  readonly links: Pick<CometLinks, "enqueue" | "usable">;
  readonly stats: JobStats;
  /** The user of a stream subject; undefined when the shard holds pushes to keys. */
  readonly user: ((subject: string) => string | undefined) | undefined;
  /** False while the lease is not confirmed: another job may own the shard. */
  readonly mayAct: () => boolean;
}

/** After so many answers "not here" a connection counts as gone, whatever the store says. */
const UNKNOWN_MAX = 2;

/**
 * Hands the messages of one shard of users or keys to the comets that have them. Per user or key:
 *
 * - sessions are looked up after the message was read, so after it was committed: whoever logs in
 *   later is found, whoever was there before is found too;
 * - each comet gets everything in order, one request in flight, what waits goes together; a comet
 *   that does not answer holds up only what it itself should get;
 * - a message is finished when every comet that has a session answered for it, or when nobody is
 *   online. A comet that died no longer has sessions; the user is looked up again.
 */
export class Dispatcher implements Spreader, LaneOwner {
  readonly #deps: DispatchDeps;
  readonly #targets = new Map<string, Target>();
  readonly #held = new Set<Lane>();
  #stopped = false;

  constructor(deps: DispatchDeps) {
    this.#deps = deps;
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
    const { user } = this.#deps;
    if (user === undefined) {
      this.#takeKeys(message, finished);
      return undefined;
    }
    const mid = user(message.subject);
    if (mid === undefined) return "the subject names no user";
    const { entries, bytes, last } = message;
    this.#add(mid, { entries, bytes, last, finished });
    return undefined;
  }

  resume(): void {
    const lanes = [...this.#held];
    this.#held.clear();
    for (const lane of lanes) this.#offer(lane);
  }

  stop(): void {
    this.#stopped = true;
    for (const target of this.#targets.values()) this.#forget(target);
    this.#held.clear();
  }

  // What the links call.

  midOf(target: Target): string {
    return this.#deps.user === undefined ? "" : target.id;
  }

  mayAct(lane: Lane): boolean {
    if (this.#deps.mayAct()) return true;
    this.#held.add(lane);
    return false;
  }

  answered(lane: Lane, item: Item, unknown: readonly string[]): void {
    const { target } = lane;
    lane.advance(item);
    if (item.keys.length > unknown.length) this.#deps.stats.delivered += item.entries.length;
    if (unknown.length > 0) this.#notThere(lane, new Set(unknown));
    else this.#settle(target);
    this.#offer(lane);
  }

  failed(lane: Lane): void {
    this.#lookAgain(lane.target);
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
    for (const [key, entries] of byKey) {
      const bytes = entries.reduce((sum, { body }) => sum + body.length, 0);
      const last = entries.at(-1)?.offset ?? 0;
      this.#add(key, { entries, bytes, last, finished: one });
    }
  }

  #add(id: string, unit: Unit): void {
    let target = this.#targets.get(id);
    if (target === undefined) {
      target = new Target(id);
      this.#targets.set(id, target);
    }
    target.units.push(unit);
    this.#resolve(target);
  }

  /** Every message needs a lookup that began after it came; one lookup serves all that wait. */
  #resolve(target: Target): void {
    if (target.resolving) return;
    target.resolving = true;
    void this.#lookUp(target);
  }

  async #lookUp(target: Target): Promise<void> {
    while (!this.#stopped) {
      let through = 0;
      const sessions = await this.#deps.resolver.resolve(target.id, () => {
        through = target.last;
        target.stale = false;
      });
      if (this.#stopped) return;
      if (target.stale) continue;
      this.#apply(target, sessions, through);
      if (target.last === 0 || target.last <= target.resolved) break;
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
    if (found.size === 0) this.#nobody(target);
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

  /** The event `undelivered` for push services of phones (APNs, FCM) has its place here. */
  #nobody(target: Target): void {
    for (const unit of target.units) {
      if (unit.last <= target.resolved) this.#deps.stats.nobody += unit.entries.length;
    }
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
    if (lane.due && !this.#stopped) this.#deps.links.enqueue(lane);
  }

  #settle(target: Target): void {
    for (const unit of target.takeFinished()) unit.finished();
    if (target.units.length > 0 || target.resolving) return;
    if (this.#targets.get(target.id) !== target) return;
    this.#forget(target);
    this.#targets.delete(target.id);
  }

  #forget(target: Target): void {
    for (const lane of target.lanes.values()) lane.dropped = true;
  }
}
